"""What the page says of a stack: in words, with no colour, and in bounded room."""

import re
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from compiler.firing.agenda import Planned
from compiler.firing.schedule import Schedule
from controller.keeping import Keeping, Standing
from controller.page.heat import heat_of
from controller.page.paper import static
from controller.page.past import lines
from controller.page.status import Group, Turn, far, row
from controller.page.tree import branches, in_words, pending
from controller.roster import Roster
from controller.settled import Found, Settled, State
from controller.sight import Change, Mark, Sight, Thing, pack, unpack
from reconciler.suspension import Suspension
from tests.support.paged import stack

NOW = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)  # a Monday
SHOP = Settled(stack="shop", state=State.SYNCED, commit="a" * 40)


def thing(name: str, mark: Mark = Mark.SAME, changes: int = 0) -> Thing:
    change = Change(path="tags", cause="drift", before='["a"]', after='["b"]')
    return Thing(kind="deployment", name=name, mark=mark, changes=(change,) * changes)


@pytest.mark.parametrize(
    ("settled", "suspended", "group", "detail"),
    [
        (None, None, Group.WAITING, "not looked at yet"),
        (SHOP, None, Group.SYNCED, ""),
        (replace(SHOP, drift=2), None, Group.DRIFTED, "2 things moved on the server"),
        (
            replace(SHOP, state=State.PENDING, waiting=1, reason="no window is open"),
            None,
            Group.WAITING,
            "no window is open; 1 step to be written",
        ),
        (
            replace(SHOP, state=State.PENDING, waiting=1, reason="the stack is suspended"),
            Suspension(at="2026-06-01T10:00:00+00:00"),
            Group.SUSPENDED,
            "suspended on the page, 2026-06-01 10:00 UTC; 1 step to be written",
        ),
        (
            replace(SHOP, state=State.INVALID, findings=(Found(code="DEP101", message="no"),) * 3),
            Suspension(),
            Group.FAILED,
            "suspended on the page; DEP101 no, and 2 more",
        ),
        (replace(SHOP, state=State.LOCKED, reason="by ada"), None, Group.WAITING, "by ada"),
        (replace(SHOP, state=State.REFUSED, reason="a no"), None, Group.FAILED, "a no"),
        (replace(SHOP, kept=1), None, Group.SYNCED, "1 thing left the files and stays"),
    ],
)
def test_a_line_says_how_a_stack_stands_and_why(
    settled: Settled | None, suspended: Suspension | None, group: Group, detail: str
) -> None:
    found = row(stack(), Standing(settled=settled), Turn(), suspended)

    assert (found.group, found.detail) == (group, detail)


def test_what_git_refuses_is_a_failure_whatever_was_before() -> None:
    found = row(stack(), Standing(settled=SHOP, trouble="no such branch"), Turn())

    assert (found.group, found.detail) == (Group.FAILED, "no such branch")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "now"),
        (1, "in 1 s"),
        (-59, "59 s ago"),
        (-60, "1 min ago"),
        (3_599, "in 59 min"),
        (-7_200, "2 h ago"),
        (-86_400 * 400, "400 d ago"),
    ],
)
def test_a_time_is_told_in_one_unit(seconds: int, expected: str) -> None:
    assert far(NOW + timedelta(seconds=seconds), NOW) == expected


def test_what_was_seen_comes_back_as_it_was() -> None:
    schedule = {"cron": "0 3 * * *", "timezone": "UTC"}
    sight = Sight(
        stack="shop",
        commit="a",
        at="2026-06-01T12:00:00Z",
        things=(thing("x", Mark.DRIFTED, 2), thing("y")),
        more=3,
        timetable=(Planned(name="x", schedules=(schedule,)),),
    )

    assert unpack(pack(sight)) == sight
    assert unpack(b"") is None


def test_what_is_done_is_in_sync_and_what_is_deleted_is_gone() -> None:
    before = (thing("a", Mark.CREATE, 1), thing("b", Mark.DELETE), thing("c", Mark.UPDATE, 1))
    sight = Sight(stack="shop", commit="a", things=(*before, thing("d", Mark.DRIFTED, 1)))

    after = sight.with_done({"deployment/a", "deployment/b"})

    marks = {each.name: (each.mark, len(each.changes)) for each in after.things}
    assert marks == {"a": (Mark.SAME, 0), "c": (Mark.UPDATE, 1), "d": (Mark.DRIFTED, 1)}


def test_the_tree_begins_with_what_differs() -> None:
    things = (thing("a"), thing("b", Mark.DRIFTED, 1), thing("c", Mark.CREATE))
    sight = Sight(stack="shop", commit="a", things=things)

    (branch,) = branches(sight)

    assert [each.name for each in branch.differing] == ["b", "c"]
    assert [each.name for each in branch.same] == ["a"]
    assert branch.told == "1 drifted, 1 to be created"
    assert in_words(pending(sight)) == "1 to be created"


def test_a_week_shows_the_hours_that_runs_begin_in() -> None:
    cron = {"cron": "0 3,13 * * *", "timezone": "UTC"}
    often = {"cron": "*/10 14 * * *", "timezone": "UTC"}
    heat = heat_of(
        [Planned(name="a", schedules=(cron, often)), Planned(name="b", schedules=(cron,))], NOW
    )

    monday, tuesday = heat.days[:2]
    assert len(heat.days) == 7
    assert {len(day) for day in heat.days} == {24}
    assert [hour.runs for hour in monday if hour.runs] == [2, 6]  # three o'clock is over
    assert tuesday[3].words == "Tue 02 Jun 03:00: 2 runs"
    assert (tuesday[14].step, tuesday[3].step) == (5, 2)
    assert heat.runs == 7 * 8 + 6 * 2
    assert [(each.name, each.at.hour) for each in heat.next] == [("a", 13), ("b", 13)]


def test_a_week_of_schedules_that_fire_all_the_time_has_an_end() -> None:
    each: list[Schedule] = [{"interval": 1.0 + at / 1_000, "timezone": "UTC"} for at in range(60)]
    planned = [Planned(name=str(at), schedules=(one,)) for at, one in enumerate(each)]

    assert heat_of(planned, NOW).cut


def test_two_hundred_stacks_of_fifty_deployments_take_little_room() -> None:
    schedule = {"cron": "0 3 * * *", "timezone": "UTC"}
    names = [f"flow-{at}/deployment-{at}" for at in range(50)]
    sight = Sight(
        stack="shop",
        commit="a" * 40,
        things=tuple(thing(name) for name in names),
        timetable=tuple(Planned(name=name, schedules=(schedule,)) for name in names),
    )
    keeping = Keeping(Roster(stacks=tuple(stack(f"s{at}") for at in range(200)), host="", port=0))
    tracemalloc.start()

    for at in range(200):
        packed = pack(replace(sight, stack=f"s{at}"))
        keeping.settle(replace(SHOP, stack=f"s{at}", sight=packed, planned=True), 0.0)

    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 500_000


def test_what_was_seen_stays_while_the_files_are_wrong() -> None:
    keeping = Keeping(Roster(stacks=(stack(),), host="", port=0))
    keeping.settle(replace(SHOP, sight=b"seen", subject="a", planned=True), 0.0)

    after = keeping.settle(replace(SHOP, state=State.INVALID, commit="b" * 40, subject="b"), 0.0)

    assert (after.sight, after.subject) == (b"seen", "b")


def test_a_plan_that_was_kept_is_read_line_by_line() -> None:
    text = (
        "## Plan: 1 to change\n\nstack <code>shop</code>\n\n```diff\n+ a\n- b\n```\n<sub>x</sub>\n"
    )

    assert [(each.kind, each.text) for each in lines(text)] == [
        ("head", "Plan: 1 to change"),
        ("", "stack shop"),
        ("come", "+ a"),
        ("gone", "- b"),
        ("", "x"),
    ]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_can_be_read(scheme: int) -> None:
    found = re.findall(r"--(\w+): light-dark\((#\w{6}), (#\w{6})\)", static("page.css").decode())
    colours = {name: both[scheme] for name, *both in found}
    on_paper = ("ink", "soft", "synced", "drifted", "waiting", "failed", "suspended", "focus")
    pairs = [
        *((each, ground) for each in on_paper for ground in ("paper", "sheet")),
        *(("soft", "faint"), ("ink", "faint"), ("paper", "ink")),
        *(("synced", "come"), ("failed", "gone"), ("waiting", "both")),
    ]

    weak = {pair: round(_contrast(*(colours[each] for each in pair)), 2) for pair in pairs}

    assert {pair: each for pair, each in weak.items() if each < 4.5} == {}
