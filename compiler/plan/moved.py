"""Whether a thing is still as the plan saw it, told in words."""

from compiler.desired.address import Kind
from compiler.diff.compare import agree
from compiler.plan.action import Adopt, Create, Delete, Protect, Update
from compiler.state.observed import Observed
from compiler.state.ownership import OWNED

Write = Create | Update | Delete


def moved(action: Write | Adopt | Protect, now: Observed | None) -> str | None:
    """What has happened to the thing since the plan was made; None if nothing has.

    `now` is the thing as it is; None if it is not there.
    """
    match action, now:
        case Create(), None:
            return None
        case Create(), _:
            return "somebody has made it since the plan was made"
        case _, None:
            return "somebody has deleted it since the plan was made"
        case _, Observed():
            return _changed(action, now)
    raise AssertionError(action)


def _changed(action: Update | Delete | Adopt | Protect, now: Observed) -> str | None:
    if now.id != action.observed.id:
        return "somebody has made it anew since the plan was made"
    seen = action.observed.fields
    names = [
        owned.field
        for owned in OWNED[action.address.kind]
        if owned.field not in _own_doing(action)
        and not agree(owned, seen.get(owned.field), now.fields.get(owned.field))
        and (isinstance(action, Delete) or (owned.field,) not in action.resource.ignored)
    ]
    if not names:
        return None
    return f"somebody has changed {', '.join(map(repr, names))} since the plan was made"


def _own_doing(action: Update | Delete | Adopt | Protect) -> frozenset[str]:
    """What other steps of the same plan change: neighbors' priorities, the pause before a move.

    Whoever has paused meanwhile what goes has no objection.
    """
    if action.address.kind is Kind.WORK_QUEUE:
        return frozenset({"priority"})
    if isinstance(action, Delete):
        return frozenset({"paused"})
    return frozenset()
