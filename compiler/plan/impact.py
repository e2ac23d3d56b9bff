"""What a step of a plan does to runs: those that wait, those that will come, those under way.

Every write to a deployment makes the server drop what it has queued for the future, and
apply asks for it again at once.  A queued run is therefore kept if the schedules, as they
will be, fire at its time.  What is late and not started is dropped only with its own schedule,
or with its deployment.  Source: docs/explanation/server.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nsmallest
from typing import assert_never

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json, mappings
from compiler.desired.resources import Resource
from compiler.diff import schedules as matching
from compiler.firing.almanac import Almanac, times
from compiler.firing.clock import Instant, instant, moment
from compiler.firing.schedule import Schedule
from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update
from compiler.plan.backlog import staying
from compiler.plan.document import RunImpact

AHEAD = timedelta(days=7)
_SHOWN = 5
_ASKED_FROM = timedelta(seconds=1)  # before now: from then on apply asks for runs again
Fields = Mapping[str, Json]
Schedules = tuple[Schedule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """A deployment's runs: when the queued ones are or were due, how many are under way."""

    queued: tuple[datetime, ...] = ()
    active: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Fire times that come or go: how many, and the first few, in order.

    With `at_least` there may be more: a schedule fires so often that not all of the seven
    days were looked at.
    """

    count: int = 0
    first: tuple[datetime, ...] = ()
    at_least: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What one step does to runs.

    `dropped` and `kept` are queued runs; `appearing` and `vanishing` are fire times of the
    next seven days; `active` are runs under way of what is deleted.
    """

    dropped: int = 0
    kept: int = 0
    appearing: Moves = Moves()
    vanishing: Moves = Moves()
    active: int = 0


def impacts(
    actions: Iterable[Action], runs: Mapping[Address, Runs], now: datetime
) -> dict[Address, Impact]:
    """What each step does to runs; steps that do nothing to them are left out."""
    almanac = Almanac(now)
    found = {
        each.address: impact(each, runs.get(each.address, Runs()), almanac) for each in actions
    }
    return {address: one for address, one in found.items() if one != Impact()}


def impact(action: Action, runs: Runs, almanac: Almanac) -> Impact:
    """What one step does to runs as of the almanac's now; all zero where it does nothing."""
    if action.address.kind is not Kind.DEPLOYMENT:
        return Impact()
    match action:
        case Create(resource):
            return _moves((), matching.firing(_made(resource)), almanac)
        case Update(_, observed):
            return _changed(action, matching.firing(observed.fields), runs, almanac)
        case Delete(_, observed):
            gone = _moves(matching.firing(observed.fields), (), almanac)
            dropped = len(runs.queued)
            return Impact(dropped=dropped, vanishing=gone.vanishing, active=runs.active)
        case Adopt() | Protect():
            return Impact()
        case _:
            assert_never(action)


def as_part(impact: Impact) -> RunImpact:
    """The impact as it stands in the plan's document."""
    return RunImpact(
        dropped=impact.dropped,
        kept=impact.kept,
        appearing=impact.appearing.count,
        vanishing=impact.vanishing.count,
        first_appearing=_shown(impact.appearing),
        first_vanishing=_shown(impact.vanishing),
        at_least=impact.appearing.at_least or impact.vanishing.at_least,
        active=impact.active,
    )


def _shown(moves: Moves) -> tuple[str, ...]:
    return tuple(each.isoformat().replace("+00:00", "Z") for each in moves.first)


def _made(resource: Resource) -> Fields:
    wanted = matching.settle(mappings(resource.fields.get("schedules")), ())
    return {**resource.initial, **resource.fields, "schedules": wanted}


def _changed(update: Update, before: Schedules, runs: Runs, almanac: Almanac) -> Impact:
    changed = {each.field: each.after for each in update.changes}
    after = matching.firing({**update.observed.fields, **changed})
    moves = _moves(before, after, almanac)
    kept = _kept(update, after, runs.queued, almanac)
    return Impact(
        dropped=len(runs.queued) - kept,
        kept=kept,
        appearing=moves.appearing,
        vanishing=moves.vanishing,
    )


def _kept(update: Update, after: Schedules, queued: Sequence[datetime], almanac: Almanac) -> int:
    """How many queued runs stay, or are made again at once."""
    removes, rewrites = _ways(update)
    if not rewrites:
        return len(queued)
    late = [due for due in queued if due <= almanac.now]
    coming = [due for due in queued if due > almanac.now]
    stay = _firing_at(late, staying(update), almanac) if removes else len(late)
    return stay + _firing_at(coming, after, almanac)


def _ways(update: Update) -> tuple[bool, bool]:
    """Whether a schedule goes, and whether anything is written but schedules that come."""
    change = next((each for each in update.changes if each.field == "schedules"), None)
    if change is None:
        return False, True
    live = {each.get("id"): matching.content(each) for each in mappings(change.before)}
    kept = {each["id"]: matching.content(each) for each in mappings(change.after) if "id" in each}
    return not live.keys() <= kept.keys(), len(update.changes) > 1 or kept != live


def _firing_at(due: Sequence[datetime], schedules: Schedules, almanac: Almanac) -> int:
    """How many of the runs are queued anew: one for each schedule at each time."""
    if not due:
        return 0
    start, end = _span(almanac.now)
    fires = almanac.each(schedules, min(start, *due), max(end, *due))
    return sum(
        min(count, sum(at in one.at for one in fires))
        for at, count in Counter(map(instant, due)).items()
    )


def _moves(before: Schedules, after: Schedules, almanac: Almanac) -> Impact:
    """The fire times that `after` has and `before` has not, and the other way round."""
    if {times(each) for each in before} == {times(each) for each in after}:
        return Impact()
    start, end = _span(almanac.now)
    old, new = almanac.together(before, start, end), almanac.together(after, start, end)
    until = min(old.until, new.until)
    is_capped = until < instant(end)
    looked_at = range(instant(almanac.now), until + 1)
    return Impact(
        appearing=_counted(new.at - old.at, looked_at, at_least=is_capped),
        vanishing=_counted(old.at - new.at, looked_at, at_least=is_capped),
    )


def _counted(found: frozenset[Instant], looked_at: range, *, at_least: bool) -> Moves:
    if found and not (min(found) in looked_at and max(found) in looked_at):
        found = frozenset(at for at in found if at in looked_at)
    first = tuple(map(moment, nsmallest(_SHOWN, found)))
    return Moves(count=len(found), first=first, at_least=at_least)


def _span(now: datetime) -> tuple[datetime, datetime]:
    """From where apply asks for runs again, to the end of the days that are looked at."""
    return now - _ASKED_FROM, now + AHEAD
