"""How a stack stands after an apply: what came of the steps, as a summary."""

from collections.abc import Iterator
from dataclasses import replace

from compiler.diagnostics import Report
from compiler.diagnostics.pages import stack_is_locked
from controller.settled import Settled, State
from reconciler.api.errors import Refused
from reconciler.apply.walker import Done, Failed
from reconciler.pipeline import Outcomes


def ended(told: Settled, outcomes: Outcomes, report: Report, digest: str) -> Settled:
    """The summary `told` of a look, with how the apply ended; `digest` is its plan's.

    What the server refuses it will refuse again: only what may pass is tried anew.
    """
    if outcomes.all_done:
        return replace(told, state=State.DRIFTED if told.drift else State.SYNCED)
    told = replace(told, waiting=len(outcomes.of) - outcomes.count(Done))
    if outcomes.halted is not None:
        return replace(told, state=State.FAILED, reason=outcomes.halted)
    passing = next(_passing(outcomes), None)
    if passing is not None:
        return replace(told, state=State.FAILED, reason=passing)
    if any(each.rule is stack_is_locked.RULE for each in report):
        return replace(told, state=State.FAILED, reason="the lock was lost")
    reason = "the server refused a part of it"
    return replace(told, state=State.REFUSED, refused=digest, reason=reason)


def _passing(outcomes: Outcomes) -> Iterator[str]:
    """Kinds of failures that say nothing about the files."""
    for outcome in outcomes.of.values():
        if isinstance(outcome, Failed) and not isinstance(outcome.error, Refused):
            yield f"{type(outcome.error).__name__} while it was applied"
