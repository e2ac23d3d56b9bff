"""What a look has seen of a stack, small enough to be kept of every stack at once.

A page is drawn from it without asking anybody.  Nothing secret is in it: it is made from a
plan's document, which a mask has gone through.
"""

import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from compiler.desired.json import Json
from compiler.diff.planned import planned
from compiler.firing.agenda import Planned
from compiler.plan.build import Plan
from compiler.plan.document import ActionPart, ChangePart, PlanDocument
from compiler.plan.leave import drifted

_MOST_THINGS = 2_000
_MOST_CHANGES = 400  # of a stack
_MOST_OF_ONE = 30  # changes of one thing
_LONGEST = 600  # letters of a value
_TIMES = ("cron", "day_or", "interval", "anchor_date", "rrule", "timezone", "slug")


class Mark(StrEnum):
    """How a thing stands."""

    SAME = "same"
    DRIFTED = "drifted"  # it is not as it was last applied
    CREATE = "create"  # this and the others wait to be done
    UPDATE = "update"
    ADOPT = "adopt"
    DELETE = "delete"
    PROTECT = "protect"
    UNPROTECT = "unprotect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A place inside a thing that differs; each side as JSON, None where there is none."""

    path: str
    cause: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that the stack has or wants; `more` changes are not shown."""

    kind: str
    name: str
    mark: Mark = Mark.SAME
    why: str = ""
    at: str = ""
    changes: tuple[Change, ...] = ()
    more: int = 0

    @property
    def address(self) -> str:
        """Kind and names."""
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A stack as it was seen; `stack` is its name on the server, `more` things are not shown.

    `commit` is the one that was looked at; `timetable` are its schedules that fire, without
    anything but the times.
    """

    stack: str
    commit: str
    at: str = ""
    things: tuple[Thing, ...] = ()
    more: int = 0
    timetable: tuple[Planned, ...] = ()

    def with_done(self, done: Collection[str]) -> "Sight":
        """The sight after these addresses were brought to where they shall be."""
        things = (
            replace(each, mark=Mark.SAME, changes=(), why="", more=0)
            if each.address in done
            else each
            for each in self.things
            if not (each.mark is Mark.DELETE and each.address in done)
        )
        return replace(self, things=tuple(things))


def sight_of(plan: Plan, document: PlanDocument) -> Sight:
    """What is seen of a stack by the whole of its plan, and by that plan's document."""
    put_back = {str(each) for each in drifted(plan)}
    changed = list(_changed(document, put_back))
    same = [_same(str(each.address)) for each in plan.kept]
    things = sorted((*changed, *same), key=lambda each: (each.kind, each.name))
    return Sight(
        stack=plan.stack,
        commit=document.commit or "",
        at=document.created_at or "",
        things=tuple(things[:_MOST_THINGS]),
        more=max(0, len(things) - _MOST_THINGS),
        timetable=tuple(_only_times(each) for each in planned(plan.all_wanted) if each.schedules),
    )


def _same(address: str) -> Thing:
    kind, _, name = address.partition("/")
    return Thing(kind=kind, name=name)


def _changed(document: PlanDocument, put_back: Collection[str]) -> Iterator[Thing]:
    room = _MOST_CHANGES
    for action in document.actions:
        is_drift = action.address in put_back
        told = () if action.action == "create" and is_drift else action.changes
        shown = told[: min(room, _MOST_OF_ONE)]
        room -= len(shown)
        yield Thing(
            kind=action.kind,
            name=action.address.partition("/")[2],
            mark=Mark.DRIFTED if is_drift else Mark(action.action),
            why=_why(action, is_drift=is_drift),
            at=f"{action.at.file}:{action.at.line}" if action.at is not None else "",
            changes=tuple(map(_change, shown)),
            more=len(told) - len(shown),
        )


def _why(action: ActionPart, *, is_drift: bool) -> str:
    if is_drift:
        return "deleted on the server" if action.action == "create" else "moved on the server"
    return f"renamed from {action.renamed_from}" if action.renamed_from else action.reason


def _change(change: ChangePart) -> Change:
    return Change(
        path=change.path,
        cause=change.cause,
        before=None if change.how == "added" else _spelled(change.before),
        after=None if change.how == "removed" else _spelled(change.after),
    )


def _spelled(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False, default=dict)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _only_times(one: Planned) -> Planned:
    schedules = ({name: each[name] for name in _TIMES if name in each} for each in one.schedules)
    return Planned(name=one.name, schedules=tuple(schedules))


def pack(sight: Sight) -> bytes:
    """The sight in as few bytes as it takes: those of fifty deployments take about one kilobyte."""
    told = {
        "of": [sight.stack, sight.commit, sight.at, sight.more],
        "things": [
            [
                one.kind,
                one.name,
                one.mark.value,
                one.why,
                one.at,
                one.more,
                *map(_packed, one.changes),
            ]
            for one in sight.things
        ],
        "timetable": [[one.name, *map(dict, one.schedules)] for one in sight.timetable],
    }
    return zlib.compress(
        json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    )


def _packed(change: Change) -> list[str | None]:
    return [change.path, change.cause, change.before, change.after]


def unpack(packed: bytes) -> Sight | None:
    """What was packed; None where there is nothing."""
    if not packed:
        return None
    told = json.loads(zlib.decompress(packed))
    stack, commit, at, more = told["of"]
    return Sight(
        stack=stack,
        commit=commit,
        at=at,
        more=more,
        things=tuple(map(_thing, told["things"])),
        timetable=tuple(_planned(each) for each in told["timetable"]),
    )


def _thing(told: Sequence[object]) -> Thing:
    kind, name, mark, why, at, more, *changes = told
    assert isinstance(more, int)
    return Thing(
        kind=str(kind),
        name=str(name),
        mark=Mark(str(mark)),
        why=str(why),
        at=str(at),
        more=more,
        changes=tuple(map(_unpacked, changes)),
    )


def _unpacked(told: object) -> Change:
    assert isinstance(told, list)
    path, cause, before, after = told
    return Change(path=path, cause=cause, before=before, after=after)


def _planned(told: Sequence[object]) -> Planned:
    name, *schedules = told
    read = tuple(each for each in schedules if isinstance(each, Mapping))
    return Planned(name=str(name), schedules=read)
