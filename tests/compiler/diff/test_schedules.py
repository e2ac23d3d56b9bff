"""Which wanted schedule is which of the server's."""

from compiler.desired.json import Json
from compiler.diff import schedules

Schedule = dict[str, Json]


def live(id: str, **fields: Json) -> Schedule:
    form: Schedule = {
        "id": id,
        "slug": None,
        "parameters": {},
        "active": True,
        "max_scheduled_runs": None,
    }
    return {**form, **fields}


def cron(text: str, **fields: Json) -> Schedule:
    return {"cron": text, "day_or": True, "parameters": {}, **fields}


def test_the_same_slug_is_the_same_schedule() -> None:
    there = [live("1", **cron("0 3 * * *", slug="a")), live("2", **cron("0 4 * * *", slug="b"))]

    settled = schedules.settle([cron("0 4 * * *", slug="a"), cron("0 4 * * *", slug="b")], there)

    assert [each["id"] for each in settled] == ["1", "2"]


def test_a_renamed_slug_keeps_its_id() -> None:
    there = [live("1", **cron("0 3 * * *", slug="old"))]

    settled = schedules.settle([cron("0 3 * * *", slug="new", replaces="old")], there)

    assert settled == [{**there[0], "slug": "new"}]


def test_a_schedule_without_slug_is_found_by_its_times() -> None:
    there = [live("1", **cron("0 3 * * *", slug="x")), live("2", **cron("0 4 * * *", slug="y"))]

    settled = schedules.settle([cron("0 4 * * *"), cron("0 3 * * *")], there)

    assert schedules.same(there, settled)


def test_a_schedule_without_slug_is_found_by_order_when_its_times_changed() -> None:
    there = [live("1", **cron("0 3 * * *", slug="schedule-1"))]

    settled = schedules.settle([cron("0 5 * * *")], there)

    assert settled == [{**there[0], "cron": "0 5 * * *"}]


def test_a_slug_given_to_a_schedule_that_had_none_keeps_its_id() -> None:
    there = [live("1", **cron("0 3 * * *"))]

    settled = schedules.settle([cron("0 3 * * *", slug="night")], there)

    assert settled[0]["id"] == "1"
    assert settled[0]["slug"] == "night"


def test_another_slug_is_another_schedule() -> None:
    there = [live("1", **cron("0 3 * * *", slug="a"))]

    settled = schedules.settle([cron("0 9 * * *", slug="b")], there)

    assert "id" not in settled[0]


def test_a_new_schedule_gets_the_first_free_slug() -> None:
    there = [live("1", **cron("0 3 * * *", slug="schedule-1"))]

    settled = schedules.settle([cron("0 3 * * *"), cron("0 4 * * *"), cron("0 5 * * *")], there)

    assert [each["slug"] for each in settled] == ["schedule-1", "schedule-2", "schedule-3"]


def test_of_equal_times_the_schedule_without_slug_keeps_the_name_that_is_there() -> None:
    there = [live("1", **cron("0 3 * * *", slug="schedule-1"))]

    settled = schedules.settle([cron("0 3 * * *", slug="night"), cron("0 3 * * *")], there)

    assert [(each.get("id"), each["slug"]) for each in settled] == [
        (None, "night"),
        ("1", "schedule-1"),
    ]


def test_a_slug_that_is_given_up_is_free_for_a_new_schedule() -> None:
    there = [live("1", **cron("0 3 * * *", slug="schedule-1"))]

    settled = schedules.settle([cron("0 3 * * *", slug="night"), cron("0 5 * * *")], there)

    assert [(each.get("id"), each["slug"]) for each in settled] == [
        ("1", "night"),
        (None, "schedule-1"),
    ]


def test_an_operators_pause_of_a_schedule_is_kept() -> None:
    there = [live("1", **cron("0 3 * * *", slug="a", active=False))]

    settled = schedules.settle([cron("0 4 * * *", slug="a")], there)

    assert settled[0]["active"] is False


def test_an_anchor_that_nobody_declared_stays_the_servers() -> None:
    there = [live("1", interval=60.0, anchor_date="2026-01-01T00:00:00+00:00", slug="a")]

    settled = schedules.settle([{"interval": 60.0, "parameters": {}, "slug": "a"}], there)

    assert schedules.same(there, settled)


def test_an_anchor_is_compared_as_an_instant() -> None:
    there = [live("1", interval=60.0, anchor_date="2026-01-01T00:00:00+00:00", slug="a")]
    wanted: Schedule = {"interval": 60.0, "anchor_date": "2026-01-01T01:00:00+01:00", "slug": "a"}

    assert schedules.same(there, schedules.settle([{**wanted, "parameters": {}}], there))


def test_a_start_that_the_server_added_to_a_rule_is_no_difference() -> None:
    there = [live("1", rrule="DTSTART:20200101T000000\nFREQ=DAILY", slug="a")]

    settled = schedules.settle([{"rrule": "FREQ=DAILY", "parameters": {}, "slug": "a"}], there)

    assert schedules.same(there, settled)


def test_a_changed_rule_keeps_the_servers_start() -> None:
    there = [live("1", rrule="DTSTART:20200101T000000\nFREQ=DAILY", slug="a")]

    settled = schedules.settle([{"rrule": "FREQ=HOURLY", "parameters": {}, "slug": "a"}], there)

    assert settled[0]["rrule"] == "DTSTART:20200101T000000\nFREQ=HOURLY"


def test_no_time_zone_is_utc() -> None:
    there = [live("1", **cron("0 3 * * *", slug="a", timezone=None))]

    assert schedules.same(
        there, schedules.settle([cron("0 3 * * *", slug="a", timezone="UTC")], there)
    )


def test_their_order_means_nothing() -> None:
    there = [live("1", **cron("0 3 * * *", slug="a")), live("2", **cron("0 4 * * *", slug="b"))]

    assert schedules.same(
        there, schedules.settle([cron("0 4 * * *", slug="b"), cron("0 3 * * *", slug="a")], there)
    )


def test_a_schedule_that_left_the_file_is_a_difference() -> None:
    there = [live("1", **cron("0 3 * * *", slug="a")), live("2", **cron("0 4 * * *", slug="b"))]

    assert not schedules.same(there, schedules.settle([cron("0 3 * * *", slug="a")], there))


def test_a_folded_rule_gives_only_its_start() -> None:
    there = [live("1", rrule="DTSTART:20240101T000000 RRULE:FREQ=DAILY;BYHOUR=3", slug="a")]

    settled = schedules.settle([{"rrule": "FREQ=WEEKLY", "parameters": {}, "slug": "a"}], there)

    assert settled[0]["rrule"] == "DTSTART:20240101T000000\nFREQ=WEEKLY"


def test_a_rule_with_an_end_in_utc_takes_no_local_start() -> None:
    there = [live("1", rrule="DTSTART:20200101T000000\nFREQ=DAILY", slug="a")]
    ended = "FREQ=DAILY;UNTIL=20300101T000000Z"

    settled = schedules.settle([{"rrule": ended, "parameters": {}, "slug": "a"}], there)

    assert settled[0]["rrule"] == ended
