"""Which wanted schedule is which of the server's, so that ids and queued runs survive.

A schedule is a mapping in the canonical form of `compiler.lowering`; one of the
server's also has its `id`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from compiler.desired.json import Json, mappings
from compiler.state.ownership import equal

Schedule = Mapping[str, Json]
_OPERATIONAL = ("active", "slug", "max_scheduled_runs")
_DEFAULTS: Schedule = {"active": True, "max_scheduled_runs": None}
_START = re.compile(r"DTSTART\S*")
_UTC_END = re.compile(r"UNTIL=\d{8}T\d{6}Z")  # a rule with a UTC end takes no local start
_UNCOMPARED = frozenset({"id", "replaces"})


def settle(wanted: Sequence[Schedule], observed: Sequence[Schedule]) -> list[Schedule]:
    """The wanted schedules in full, in written order.

    One that the server has already carries the server's `id`, and its values
    for what the file leaves open: whether it is active, its slug, an interval's
    anchor, a rule's start.  One that is new has no `id` and gets a slug.
    """
    pairs = matched(wanted, observed)
    taken = _taken(wanted, observed, pairs)
    settled: list[Schedule] = []
    for place, schedule in enumerate(wanted):
        live = pairs.get(place)
        settled.append(_new(schedule, taken) if live is None else _filled(schedule, live))
    return settled


def _taken(
    wanted: Sequence[Schedule], observed: Sequence[Schedule], pairs: Mapping[int, Schedule]
) -> set[str]:
    """The slugs that no new schedule may get; one that its schedule gives up is free again."""
    named = {place: each.get("slug") for place, each in enumerate(wanted) if each.get("slug")}
    given_up = {id(pairs[place]) for place in named.keys() & pairs.keys()}
    kept = {str(each.get("slug")) for each in observed if id(each) not in given_up}
    return kept | set(map(str, named.values()))


def same(one: Json, other: Json) -> bool:
    """Whether two lists hold the same schedules, in whatever order."""
    before, after = _by_id(one), _by_id(other)
    return before.keys() == after.keys() and all(alike(before[id], after[id]) for id in before)


def firing(fields: Mapping[str, Json]) -> tuple[Schedule, ...]:
    """A deployment's schedules that make runs: the active ones, and none if it is paused."""
    listed = () if fields.get("paused") is True else mappings(fields.get("schedules"))
    return tuple(each for each in listed if each.get("active") is not False)


def alike(one: Schedule, other: Schedule) -> bool:
    """Whether two schedules say the same."""
    return equal(content(one), content(other))


def _by_id(schedules: Json) -> dict[str, Schedule]:
    return {str(each.get("id", f"new {n}")): each for n, each in enumerate(mappings(schedules))}


def content(schedule: Schedule) -> dict[str, Json]:
    """What makes two schedules equal: all but the server's id, dates as instants, UTC for none."""
    kept = {key: value for key, value in schedule.items() if key not in _UNCOMPARED}
    kept["timezone"] = kept.get("timezone") or "UTC"
    anchor = kept.get("anchor_date")
    if isinstance(anchor, str):
        kept["anchor_date"] = datetime.fromisoformat(anchor).timestamp()
    return kept


def split(schedule: Schedule) -> dict[str, Json]:
    """The content with a rule's start on its own, under `start`: the server fills it in."""
    full = content(schedule)
    rule = full.get("rrule")
    if isinstance(rule, str):
        start = _START.match(rule)
        full["rrule"] = _bare(rule[start.end() :] if start else rule)
        if start:
            full["start"] = start[0]
    return full


def matched(wanted: Sequence[Schedule], observed: Sequence[Schedule]) -> dict[int, Schedule]:
    """The server's schedule for each wanted one, by its place in the file."""
    pairs: dict[int, Schedule] = {}
    free = list(observed)
    for match in (_same_slug, _replaced, _same_times_unnamed, _same_times, _by_order):
        for place, schedule in enumerate(wanted):
            if place in pairs:
                continue
            live = next((each for each in free if match(schedule, each)), None)
            if live is not None:
                pairs[place] = live
                free.remove(live)
    return pairs


def _same_slug(wanted: Schedule, live: Schedule) -> bool:
    return wanted.get("slug") is not None and wanted.get("slug") == live.get("slug")


def _replaced(wanted: Schedule, live: Schedule) -> bool:
    return wanted.get("replaces") is not None and wanted.get("replaces") == live.get("slug")


def _same_times_unnamed(wanted: Schedule, live: Schedule) -> bool:
    """First those that can keep the name they find."""
    return wanted.get("slug") is None and _same_times(wanted, live)


def _same_times(wanted: Schedule, live: Schedule) -> bool:
    return alike(_filled(wanted, live, slug=True), live)


def _by_order(wanted: Schedule, live: Schedule) -> bool:  # noqa: ARG001  # any free one will do
    return wanted.get("slug") is None


def _filled(wanted: Schedule, live: Schedule, *, slug: bool = False) -> dict[str, Json]:
    """The wanted schedule with the live one's values where the file leaves them open."""
    full = dict(wanted)
    for key in _OPERATIONAL:
        if key in live:
            full.setdefault(key, live[key])
    if slug:
        full["slug"] = live.get("slug")
    if "interval" in full and "anchor_date" in live:
        full.setdefault("anchor_date", live["anchor_date"])
    if "rrule" in full and "rrule" in live:
        full["rrule"] = _with_start(str(full["rrule"]), str(live["rrule"]))
    full["id"] = live["id"]
    full.pop("replaces", None)
    return full


def _with_start(wanted: str, live: str) -> str:
    """The wanted rule with the live one's start where it has none of its own."""
    start = _START.match(live)
    if "DTSTART" in wanted or start is None:
        return wanted
    rest = live[start.end() :].strip()
    same = _bare(wanted) == _bare(rest)
    if same or ("UNTIL" in wanted and _UTC_END.search(wanted) and not start[0].endswith("Z")):
        return live if same else wanted
    return f"{start[0]}\n{wanted}"


def _bare(rule: str) -> str:
    return rule.strip().removeprefix("RRULE:")


def _new(schedule: Schedule, taken: set[str]) -> dict[str, Json]:
    full = {**_DEFAULTS, **schedule}
    full.pop("replaces", None)
    if full.get("slug") is None:
        number = next(n for n in range(1, len(taken) + 2) if f"schedule-{n}" not in taken)
        full["slug"] = f"schedule-{number}"
    taken.add(str(full["slug"]))
    return full
