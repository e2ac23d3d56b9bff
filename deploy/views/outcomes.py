"""How an apply ended, as a person reads it.  Pure: value to text."""

from typing import assert_never

from compiler.plan.build import Plan
from reconciler.apply.walker import Done, Failed, NotReached, Skipped
from reconciler.pipeline import Outcomes


def render_outcomes(outcomes: Outcomes, plan: Plan) -> str:
    """How each action ended that did not end well, and the counts."""
    lines = []
    for action in plan.actions:
        match outcomes.of[action.address]:
            case Done():
                continue
            case Failed():
                lines.append(f"! {action.address}  failed")
            case Skipped(root):
                lines.append(f"! {action.address}  skipped, since {root} failed")
            case NotReached():
                lines.append(f"! {action.address}  not reached")
            case other:
                assert_never(other)
    return "\n".join([*lines, _counts(outcomes)])


def _counts(outcomes: Outcomes) -> str:
    """`3 done`, and what ended otherwise."""
    failed, skipped = outcomes.count(Failed), outcomes.count(Skipped)
    ended = outcomes.count(NotReached)
    told = [f"{outcomes.count(Done)} done"]
    told += [f"{failed} failed", f"{skipped} skipped"] if failed or skipped else []
    told += [f"{ended} not reached"] if ended else []
    return ", ".join(told)
