"""How an apply ended, as a person reads it.  Pure: value to text."""

from typing import assert_never

from compiler.plan.build import Plan
from reconciler.apply.walker import Done, Failed, Skipped
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
            case other:
                assert_never(other)
    done = outcomes.count(Done)
    failed, skipped = outcomes.count(Failed), outcomes.count(Skipped)
    tail = f", {failed} failed, {skipped} skipped" if failed or skipped else ""
    return "\n".join([*lines, f"{done} done{tail}"])
