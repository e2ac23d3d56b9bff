"""Runs that are due and not started when a schedule goes: the server drops them all.

Those of the schedules that stay are asked for again, at their times and at no others: a
time without a run in between had its run deleted by somebody, and shall not get it back.
Source: docs/explanation/server.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from compiler.desired.json import mappings
from compiler.firing.almanac import Almanac
from compiler.firing.clock import instant, moment
from compiler.firing.schedule import Schedule
from compiler.plan.action import Update

_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time, both ends included, in which every schedule's run is asked for."""

    start: datetime
    end: datetime


def stretches(late: Iterable[datetime], staying: Sequence[Schedule]) -> tuple[Stretch, ...]:
    """The stretches that hold the late times of the schedules that stay, in order."""
    due = sorted({instant(each) for each in late})
    if not due:
        return ()
    almanac = Almanac(moment(due[-1]))
    fires = almanac.together(staying, moment(due[0]), moment(due[-1]) + _TICK).at
    return tuple(
        Stretch(moment(some[0]), moment(some[-1]) + _TICK)
        for some in _unbroken(sorted(fires | set(due)), fires & set(due))
    )


def _unbroken(times: Iterable[int], wanted: frozenset[int] | set[int]) -> Iterator[list[int]]:
    """The wanted ones of `times`, as lists of those that follow one another."""
    some: list[int] = []
    for each in times:
        if each in wanted:
            some.append(each)
        elif some:
            yield some
            some = []
    if some:
        yield some


def staying(update: Update) -> tuple[Schedule, ...]:
    """The active schedules that stay, as they are before the update.

    None where no schedule goes, or where the deployment is paused and makes no runs.
    """
    change = next((each for each in update.changes if each.field == "schedules"), None)
    if change is None or update.observed.fields.get("paused") is True:
        return ()
    before, kept = mappings(change.before), {each.get("id") for each in mappings(change.after)}
    if all(each.get("id") in kept for each in before):
        return ()
    return tuple(
        each for each in before if each.get("id") in kept and each.get("active") is not False
    )
