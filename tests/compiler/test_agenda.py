"""What many deployments will do: runs, piles, clock changes, hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from compiler.firing.agenda import Agenda, Planned, agenda, busiest, changes, next_of

START = datetime(2027, 3, 25, tzinfo=UTC)
END = START + timedelta(days=7)
BERLIN = ZoneInfo("Europe/Berlin")


def planned(name: str, *crons: str, zone: str = "UTC") -> Planned:
    schedules = tuple({"slug": f"s{n}", "cron": c, "timezone": zone} for n, c in enumerate(crons))
    return Planned(name=name, schedules=schedules)


def of(*some: Planned, days: int = 7) -> Agenda:
    return agenda(some, START, START + timedelta(days=days))


def test_runs_come_in_order_of_time() -> None:
    found = of(planned("b", "0 3 * * *"), planned("a", "0 2 * * *", "0 4 * * *"), days=1)

    told = [(run.at.hour, run.name, run.slug) for run in found.runs]
    assert told == [(2, "a", "s0"), (3, "b", "s0"), (4, "a", "s1")]
    assert [run.name for run in next_of(found.runs)] == ["a", "b"]


def test_a_run_at_the_end_belongs_to_the_next_span() -> None:
    assert [run.at for run in of(planned("a", "0 0 * * *"), days=1).runs] == [START]


def test_minutes_in_which_several_begin_are_told_the_fullest_first() -> None:
    found = of(
        planned("a", "0 2 * * *", "0 3 * * *"),
        planned("b", "0 3 * * *"),
        planned("c", "0 2,3 * * *"),
        days=1,
    )

    assert [(pile.at.hour, pile.names) for pile in found.piles] == [
        (3, ("a", "b", "c")),
        (2, ("a", "c")),
    ]


def test_two_schedules_of_one_deployment_are_no_pile() -> None:
    assert of(planned("a", "0 2 * * *", "0 2,3 * * *")).piles == ()


def test_clocks_go_forward_in_spring_and_back_in_autumn() -> None:
    (spring,) = of(planned("a", "0 3 * * *", zone="Europe/Berlin")).clock_changes
    (autumn,) = changes(
        "Europe/Berlin", datetime(2027, 10, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)
    )

    assert (spring.at, spring.by) == (datetime(2027, 3, 28, 1, tzinfo=UTC), timedelta(hours=1))
    assert (autumn.at, autumn.by) == (datetime(2027, 10, 31, 1, tzinfo=UTC), -timedelta(hours=1))
    assert of(planned("a", "0 3 * * *")).clock_changes == ()
    assert list(changes("Nowhere/AtAll", START, END)) == []


def test_what_cannot_all_be_listed_or_read_is_named() -> None:
    broken = Planned(name="broken", schedules=({"cron": "no cron"},))
    often = Planned(name="often", schedules=({"interval": 1.0},))

    found = of(broken, often)

    assert found.unread == ("broken",)
    assert found.cut == found.unanchored == ("often",)


@given(
    st.lists(st.tuples(st.integers(0, 59), st.integers(0, 23)), min_size=1, max_size=5),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
)
def test_every_run_is_in_one_hour_of_the_heat_map(times: list[tuple[int, int]], zone: str) -> None:
    found = of(*(planned(f"d{n}", f"{m} {h} * * *", zone=zone) for n, (m, h) in enumerate(times)))

    heat = found.heat(BERLIN)
    assert sum(heat.values()) == len(found.runs)
    assert busiest(heat) == max(heat.values())
    assert all(0 <= day <= 7 and 0 <= hour < 24 for day, hour in heat)
