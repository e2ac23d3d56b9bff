"""What a step does to runs, one case a line.

It is half a minute past noon of 1 May 2026, in UTC; queued runs are in minutes from noon.
An impact is told as "dropped/kept, appearing/vanishing fire times".
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from compiler.desired.address import deployment, work_pool
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.diff.change import FieldChange
from compiler.firing.almanac import Almanac
from compiler.plan.action import Action, Adopt, Create, Delete, Update
from compiler.plan.impact import Impact, Moves, Runs, as_part, impact, impacts
from compiler.state.observed import Observed
from tests.support.builders import HERE, pool, there, wanted

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
NOW = NOON + timedelta(seconds=30)
NIGHTLY = deployment("etl", "nightly")
Schedule = dict[str, Json]


def cron(text: str, **fields: Json) -> Schedule:
    return {"cron": text, "timezone": "UTC", "active": True, **fields}


SCHEDULES: dict[str, Schedule] = {
    "hourly": cron("0 * * * *", id="h"),
    "hourly2": cron("0 * * * *", id="i"),
    "hourly-off": cron("0 * * * *", id="h", active=False),
    "half-hourly": cron("*/30 * * * *", id="h"),
    "two-hourly": cron("0 */2 * * *", id="h"),
    "secondly": cron("* * * * * *", id="n"),
    "three": cron("0 3 * * *", id="n"),
    "three-off": cron("0 3 * * *", id="n", active=False),
    "three-abroad": cron("0 3 * * *", id="n", timezone="Africa/Abidjan"),
    "three*": cron("0 3 * * *", id="n", parameters={"rows": 1}),
    "four": cron("0 4 * * *", id="n"),
    "+hourly": cron("0 * * * *"),
    "+three": cron("0 3 * * *"),
    "broken": {"rrule": "FREQ=DAILY;UNTIL=20300101T000000Z", "timezone": "UTC", "id": "b"},
}

TABLE = """
what is done                        | before         | after             | queue      | impact
a tag                               | hourly         | tag               | 60 120     | 0/2, 0/0
a tag, a run is late                | hourly         | tag               | -60 60     | 0/2, 0/0
a tag, a late run that none makes   | hourly         | tag               | -30 60     | 0/2, 0/0
a tag, a run that no schedule makes | hourly         | tag               | 30 60      | 1/1, 0/0
a tag, two runs at once by one      | hourly         | tag               | 60 60      | 1/1, 0/0
a tag, two runs at once by two      | hourly hourly2 | tag               | 60 60      | 0/2, 0/0
a tag, a run in two months          | hourly         | tag               | 86400      | 0/1, 0/0
a tag, it is paused                 | paused hourly  | tag               |            | 0/0, 0/0
a tag, the scheduler fails at it    | hourly broken  | tag               | 60         | 1/0, 0/0
it is paused                        | hourly         | pause             | -60 60     | 1/1, 0/168
it goes on                          | paused hourly  | resume            |            | 0/0, 168/0
a schedule is paused                | hourly three   | hourly-off three  | 60 900     | 1/1, 0/161
the only schedule is paused         | three          | three-off         | -60 900    | 1/1, 0/7
an hour later                       | three          | four              | 900 2340   | 2/0, 7/7
more often                          | hourly         | half-hourly       | 60 120     | 0/2, 168/0
less often                          | hourly         | two-hourly        | 60 120     | 1/1, 0/84
at the same time of another zone    | three          | three-abroad      | 900        | 0/1, 0/0
another parameter                   | three          | three*            | 900        | 0/1, 0/0
one comes                           | three          | three +hourly     | 7 900      | 0/2, 161/0
one comes, and a tag                | three          | three +hourly tag | 7          | 1/0, 161/0
one comes, another changes          | three          | three* +hourly    | 7          | 1/0, 161/0
one goes                            | hourly three   | hourly            | 60 900 900 | 1/2, 0/0
one goes, its run is late           | hourly three   | three             | -60 900    | 1/1, 0/161
one goes, the other's run is late   | hourly three   | hourly            | -60 60     | 0/2, 0/0
one goes, the other's runs are late | hourly three   | hourly            | -480 -300  | 0/2, 0/0
all go                              | hourly three   | none              | -60 60     | 2/0, 0/168
one goes, and it is paused          | hourly three   | hourly pause      | -60 60     | 1/1, 0/168
it is made                          |                | +three            |            | 0/0, 7/0
it is made paused                   |                | +three pause      |            | 0/0, 0/0
it is made without a schedule       |                | tag               |            | 0/0, 0/0
it is adopted                       | hourly three   | adopt             | 60         | 0/0, 0/0
it is deleted                       | hourly three   |                   | -60 60     | 2/0, 0/168
it is deleted while paused          | paused hourly  |                   | -60        | 1/0, 0/0
"""
CASES = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()[1:]]


def step(before: str, after: str) -> Action:
    """From words to a step: names of schedules, and what else changes."""
    live, wanted_ = before.split(), after.split()
    observed = there(schedules=listed(live), paused="paused" in live)
    changes = fields(wanted_)
    if "adopt" in wanted_:
        return Adopt(wanted("nightly"), observed)
    if not live:
        return Create(Resource(address=NIGHTLY, fields=changes, written_at=HERE))
    if not wanted_:
        return Delete(NIGHTLY, observed)
    return Update(
        wanted("nightly"),
        observed,
        tuple(FieldChange(name, observed.fields.get(name), changes[name]) for name in changes),
    )


def fields(words: Sequence[str]) -> dict[str, Json]:
    known: dict[str, dict[str, Json]] = {
        "tag": {"tags": ["a"]},
        "pause": {"paused": True},
        "resume": {"paused": False},
        "none": {"schedules": []},
    }
    found = {"schedules": listed(words)} if listed(words) else {}
    return {
        **found,
        **{name: value for word in words for name, value in known.get(word, {}).items()},
    }


def listed(words: Sequence[str]) -> list[Json]:
    return [SCHEDULES[word] for word in words if word in SCHEDULES]


def queue(minutes: str) -> Runs:
    return Runs(queued=tuple(NOON + timedelta(minutes=int(each)) for each in minutes.split()))


def told(one: Impact) -> str:
    return f"{one.dropped}/{one.kept}, {one.appearing.count}/{one.vanishing.count}"


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_impact_when(case: list[str]) -> None:
    _, before, after, queued, expected = case

    assert told(impact(step(before, after), queue(queued), Almanac(NOW))) == expected


def test_a_pool_has_no_runs() -> None:
    for action in (Create(pool("p")), Delete(work_pool("p"), Observed(id="1", fields={}))):
        assert impact(action, Runs(), Almanac(NOW)) == Impact()


def test_the_first_times_are_named() -> None:
    change = step("three", "four")

    found = impact(change, Runs(), Almanac(NOW))

    days = [NOON.replace(day=day) for day in range(2, 7)]
    assert found.appearing == Moves(count=7, first=tuple(day.replace(hour=4) for day in days))
    assert found.vanishing.first == tuple(day.replace(hour=3) for day in days)


def test_what_is_too_much_to_count_is_called_at_least() -> None:
    change = step("three", "secondly")

    found = impact(change, Runs(), Almanac(NOW))

    assert found.appearing.at_least
    assert found.appearing.count > 19_000
    assert as_part(found).at_least


def test_of_what_is_deleted_the_runs_under_way_are_counted() -> None:
    assert impact(step("paused", ""), Runs(active=2), Almanac(NOW)).active == 2
    assert impact(step("paused", "tag"), Runs(active=2), Almanac(NOW)) == Impact()


def test_steps_that_do_nothing_to_runs_are_left_out() -> None:
    made, other = step("", "+three"), Create(pool("p"))

    assert list(impacts([other, made], {}, NOW)) == [made.address]


def test_the_document_has_times_in_utc() -> None:
    part = as_part(
        impact(step("three", ""), Runs(queued=queue("900").queued, active=1), Almanac(NOW))
    )

    assert (part.dropped, part.kept, part.appearing, part.vanishing, part.active) == (1, 0, 0, 7, 1)
    assert part.first_appearing == ()
    assert part.first_vanishing[0] == "2026-05-02T03:00:00Z"
    assert len(part.first_vanishing) == 5
    assert not part.at_least
