"""Who holds the lock of a stack, in words."""

from datetime import UTC, datetime
from typing import assert_never

from reconciler.lock.hold import NoLeases, Notice
from reconciler.lock.record import Record
from reconciler.lock.standing import Standing
from reconciler.lock.take import Refusal

_SHORT = 8  # letters of a commit


def render_notice(notice: Notice, patience: int) -> str:
    """What is told of a lock while it is taken; it is waited for up to `patience` seconds."""
    match notice:
        case Refusal():
            return f"{render_refusal(notice)}: waiting up to {patience} s"
        case NoLeases(stack):
            told = "this server is older than Prefect 3.4.9 and has no locks"
            return f"{told}: nothing keeps two applies of {stack!r} apart"
        case _:
            assert_never(notice)


def render_refusal(refusal: Refusal) -> str:
    """Why the lock cannot be had."""
    if refusal.lost_answer and refusal.standing.holder is None:
        lost = "the answer to this run's own request for it was lost"
        return f"the stack {refusal.stack!r} is locked, perhaps by this run: {lost}"
    return f"the stack {refusal.stack!r} is locked {render_holder(refusal.standing)}"


def render_holder(standing: Standing) -> str:
    """By whom a lock is held, since when and until when, as far as that is known."""
    record = standing.record
    if standing.holder is not None:
        held = standing.holder
        return f"by {_process(held)} since {_time(held.since)}, until {_time(held.until)} or longer"
    if record is None or record.limit != standing.limit:
        return "by somebody who has not said who it is"
    return (
        f"and has not been renewed in time: {_process(record)} had it until {_time(record.until)}"
    )


def _process(record: Record) -> str:
    holder = record.holder
    is_told = holder.who.endswith(f"@{holder.host}")
    place = f"process {holder.pid}" if is_told else f"process {holder.pid} on {holder.host}"
    commit = f", commit {holder.commit[:_SHORT]}" if holder.commit else ""
    return f"{holder.who} ({place}{commit})"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
