"""What a plan does only because the server moved, and the plan that leaves it so."""

from dataclasses import replace

from compiler.desired.address import Address
from compiler.diff.change import Cause
from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update
from compiler.plan.build import Plan
from compiler.plan.select import cut, needed


def drifted(plan: Plan) -> frozenset[Address]:
    """What is not as it was last applied, and which of the plan's steps would put back.

    A step that does something of the files' as well is none of them.
    """
    return frozenset(each.address for each in plan.actions if _only_puts_back(each, plan))


def _only_puts_back(action: Action, plan: Plan) -> bool:
    match action:
        case Create(resource, None):
            known = plan.ledger.ids if plan.ledger is not None else {}
            return known.get(resource.address) is not None
        case Update(_, _, changes, adopts):
            return not adopts and all(each.cause is Cause.DRIFT for each in changes)
        case Create() | Adopt() | Protect() | Delete():
            return False


def without_drift(plan: Plan) -> Plan:
    """The plan without the steps that only put back, but for those that another step needs."""
    left = drifted(plan)
    while True:
        kept = [each for each in plan.actions if each.address not in left]
        putting = tuple(each for each in plan.actions if each.address in left)
        wanted = {other.address for each in kept for other in needed(each, putting)}
        if not wanted:
            break
        left -= wanted
    if not left:
        return plan
    every = {each.address for each in (*plan.actions, *plan.kept)}
    # What is gone is still remembered: else the next plan would take it for something new.
    return replace(cut(plan, frozenset(every - left)), gone=plan.gone - left)
