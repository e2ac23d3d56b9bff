"""A plan at a terminal: its look, its differences, its width."""

import time
from typing import Any

import pytest
from inline_snapshot import snapshot

from compiler.plan.document import (
    ActionPart,
    ChangePart,
    NotePart,
    RefusalPart,
    Requests,
    RunImpact,
)
from deploy.views.plan.text import render
from tests.support.plan_documents import action, change, many, plan

NIGHTLY = "deployment/etl/nightly"
QUERY = [f"select {number} from a_table" for number in range(1, 21)]

_LONG = 10  # seconds of CPU: what takes the square of its length takes minutes


def shown(*changes: ChangePart, width: int | None = None, **more: Any) -> str:
    """What an update shows below its address."""
    text = render(plan(action(NIGHTLY, *changes, **more)), width)
    return text.partition("\n")[2].rpartition("\n\n")[0]


def test_an_empty_plan_is_one_line() -> None:
    text = render(plan(unchanged=7))

    assert text == "0 to create, 0 to change, 0 to delete; 7 unchanged\n"


def test_a_new_thing_shows_what_it_will_be() -> None:
    schedules = [
        {"cron": "0 3 * * *", "timezone": "Europe/Berlin", "slug": "night", "parameters": {}},
        {"interval": 3600.0, "parameters": {"n": 1}, "active": False},
    ]
    new = action(
        NIGHTLY,
        change("description", None, "Load.\nMore."),
        change("parameters", None, {}),
        change("parameter_openapi_schema", None, {"properties": {}}),
        change("schedules", None, schedules),
        change("tags", None, ["a"]),
        verb="create",
    )

    assert render(plan(new)) == snapshot("""\
+ deployment/etl/nightly
    description: "Load. …"
    schedule: night: cron "0 3 * * *" (Europe/Berlin)
    schedule: interval 3600 s (UTC) with {"n": 1} inactive
    tags: ["a"]

1 to create, 0 to change, 0 to delete; 0 unchanged
digest: sha256:5555555555555555555555555555555555555555555555555555555555555555
""")


def test_a_change_shows_each_place_before_and_after() -> None:
    update = action(
        NIGHTLY,
        change("parameters.n", 1, 2),
        change("parameters.new", None, "x"),
        change("parameters.old", 2, None),
        change("paused", before=False, after=True),
    )

    assert render(plan(update)) == snapshot("""\
~ deployment/etl/nightly
    parameters.n: 1 → 2
    parameters.new: + "x"
    parameters.old: - 2
    paused: false → true

0 to create, 1 to change, 0 to delete; 0 unchanged
digest: sha256:5555555555555555555555555555555555555555555555555555555555555555
""")


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (action(NIGHTLY, verb="delete"), f"- {NIGHTLY}  (left the files)"),
        (
            action(NIGHTLY, verb="delete", reason="the stack is destroyed"),
            f"- {NIGHTLY}  (the stack is destroyed)",
        ),
        (action(NIGHTLY, verb="adopt"), f"= {NIGHTLY}  (adopted into 'shop', unchanged)"),
        (action(NIGHTLY, is_adopted=True), f"~ {NIGHTLY}  (adopted)"),
        (
            action(NIGHTLY, verb="create", renamed_from="deployment/etl/old"),
            f"+ {NIGHTLY}  (renamed from deployment/etl/old)",
        ),
        (action(NIGHTLY, verb="protect"), f"= {NIGHTLY}  (will be protected)"),
        (action(NIGHTLY, verb="unprotect"), f"= {NIGHTLY}  (protection is lifted)"),
    ],
    ids=["left", "destroyed", "adopted", "adopted and changed", "renamed", "protect", "unprotect"],
)
def test_a_step_says_why(step: ActionPart, expected: str) -> None:
    assert render(plan(step)).split("\n")[0] == expected


@pytest.mark.parametrize(
    ("cause", "last", "expected"),
    [
        ("change", None, "    rows: 4 → 7"),
        ("drift", None, "    rows: 4 → 7  (drift)"),
        ("left the file", None, "    rows: 4 → 7  (left the file)"),
        ("both", None, "    rows: 4 → 7  (drift and change)"),
        ("both", 5, "    rows: 4 → 7  (drift and change: last applied 5)"),
        ("unknown", None, "    rows: 4 → 7  (cause unknown)"),
    ],
)
def test_a_change_says_whose_doing_it_is(cause: str, last: int | None, expected: str) -> None:
    known = {"last_applied": last, "is_last_applied_known": last is not None}

    assert shown(change("rows", 4, 7, cause=cause, **known)) == expected


def test_nobody_asks_whose_doing_it_was_before_it_was_ours() -> None:
    unknown = change("rows", 4, 7, cause="unknown")

    assert shown(unknown, is_adopted=True) == "    rows: 4 → 7"


def test_a_text_shows_the_lines_that_differ() -> None:
    after = ["-- daily", *QUERY[:9], "select 'x' ", *QUERY[10:]]

    assert shown(change("parameters.query", "\n".join(QUERY), "\n".join(after))) == snapshot("""\
    parameters.query:
      + -- daily
        select 1 from a_table
        select 2 from a_table
      … 5 unchanged lines
        select 8 from a_table
        select 9 from a_table
      - select 10 from a_table
      + select 'x'·
        select 11 from a_table
        select 12 from a_table
      … 8 unchanged lines\
""")


def test_a_line_break_at_the_end_is_a_difference() -> None:
    assert shown(change("description", "a\n", "a")) == snapshot("""\
    description:
        a
      - \
""")


def test_steps_show_the_places_that_differ() -> None:
    clone = {"git_clone": {"repository": "https://example.com/shop/flows.git", "branch": "main"}}
    run = {"run_shell_script": {"script": "pip install .\nls", "directory": "{{ a.directory }}"}}
    before = [clone, {"set_working_directory": {"directory": "/opt"}}, run]
    after = [
        {"git_clone": {**clone["git_clone"], "branch": "prod"}},
        {"set_working_directory": {"directory": "/opt"}},
        {"run_shell_script": {**run["run_shell_script"], "script": "pip install -e .\nls"}},
        {"pip_install_requirements": {"stream_output": False}},
    ]

    assert shown(change("pull_steps", before, after)) == snapshot("""\
    pull_steps:
      ~ [0].git_clone.branch: "main" → "prod"
      ~ [2].run_shell_script.script:
      -   pip install .
      +   pip install -e .
          ls
      + [3]: {"pip_install_requirements": {"stream_output": false}}
      … 1 item unchanged\
""")


def test_a_schema_shows_which_parameters_differ() -> None:
    rows = {"title": "rows", "type": "integer", "default": 5, "position": 0}
    zone = {"title": "zone", "type": "string", "position": 1, "description": "Where it is. " * 5}
    before = {"type": "object", "properties": {"rows": rows}, "required": [], "definitions": {}}
    after = {
        **before,
        "properties": {"rows": {**rows, "type": "number"}, "zone": zone},
        "required": ["zone"],
    }

    assert shown(change("parameter_openapi_schema", before, after)) == snapshot("""\
    parameter_openapi_schema:
      ~ properties.rows.type: "integer" → "number"
      + properties.zone:
      +   {
      +     "title": "zone",
      +     "type": "string",
      +     "position": 1,
      +     "description": "Where it is. Where it is. Where it is. Where it is. Where it is. "
      +   }
      + required[0]: "zone"
      … 2 keys unchanged\
""")


def test_items_that_are_not_alike_go_and_come() -> None:
    before = [{"git_clone": {"branch": "a" * 57}}, {"z": 1}]
    after = [{"run": {"script": "b" * 57}}, {"z": 2}, {"c": 1}, [1]]

    assert shown(change("pull_steps", before, after)) == snapshot("""\
    pull_steps:
      - [0]: {"git_clone": {"branch": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}
      + [0]: {"run": {"script": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}}
      ~ [1].z: 1 → 2
      + [2]: {"c": 1}
      + [3]: [1]\
""")


def test_a_long_line_is_cut_to_where_it_differs() -> None:
    one, other = "x" * 900 + "1" + "y" * 900, "x" * 900 + "2" + "y" * 900

    before, after = shown(change("blob", one, other)).split("\n")[1:]

    assert "x1y" in before
    assert "x2y" in after
    assert len(before) == len(after) < 260


def test_of_many_lines_a_few_are_shown() -> None:
    lines = shown(change("query", None, "\n".join(QUERY * 5))).split("\n")

    assert len(lines) == 42
    assert lines[-1] == "      … 60 more lines"


def test_values_that_look_the_same_are_shown_all_the_same() -> None:
    assert shown(change("token", "(secret #1)", "(secret #1)")) == (
        '    token: "(secret #1)" → "(secret #1)"'
    )


def test_what_becomes_of_runs_is_said() -> None:
    impact = RunImpact(
        dropped=12,
        kept=3,
        vanishing=168,
        first_vanishing=("2026-11-25T02:00:00Z", "2026-11-25T03:00:00Z"),
        appearing=1,
        first_appearing=("2026-11-25T02:30:15Z",),
        active=2,
    )

    assert shown(impact=impact) == snapshot("""\
    ! 12 queued runs dropped, 3 kept
    ! 168 fire times of the next 7 days vanish, first 2026-11-25 02:00 UTC
    ! 1 fire time of the next 7 days appears, first 2026-11-25 02:30:15 UTC
    ! 2 runs are under way\
""")


def test_one_run_is_a_run() -> None:
    assert shown(impact=RunImpact(dropped=1, active=1)) == snapshot("""\
    ! 1 queued run dropped
    ! 1 run is under way\
""")


def test_runs_that_are_only_kept_are_said_too() -> None:
    assert shown(impact=RunImpact(kept=2)) == "    ! 2 queued runs kept"


def test_where_nothing_becomes_of_runs_nothing_is_said() -> None:
    assert shown(change("a", 1, 2), impact=RunImpact()) == "    a: 1 → 2"


def test_the_foot_has_notes_requests_and_refusals() -> None:
    error = RefusalPart(code="DEP601", severity="error", message="too many")
    warning = RefusalPart(code="DEP609", severity="warning", message="hm")
    document = plan(
        action(NIGHTLY, verb="adopt"),
        notes=(
            NotePart(address=None, text="the stack moves here"),
            NotePart(address=NIGHTLY, text="labels are set at creation only"),
        ),
        requests=Requests(writes=1, housekeeping=6, reads=9),
        is_applicable=False,
        findings=(error, error, warning),
    )

    assert render(document).partition("\n")[2] == snapshot("""\
note: the stack moves here
note: deployment/etl/nightly: labels are set at creation only

0 to create, 0 to change, 1 to adopt, 0 to delete; 0 unchanged
an apply makes 16 requests: 1 write, 6 for housekeeping, 9 reads
digest: sha256:5555555555555555555555555555555555555555555555555555555555555555
refused: DEP601
""")


def test_at_sixty_columns_lines_go_on_below_themselves() -> None:
    both = {"cause": "both", "last_applied": "a" * 20, "is_last_applied_known": True}

    assert shown(change("parameters.region", "eu", "us", **both), width=60) == snapshot("""\
    parameters.region: "eu" → "us"  (drift and change: last
        applied "aaaaaaaaaaaaaaaaaaaa")\
""")


def test_a_thousand_steps_do_not_take_the_square_of_it() -> None:
    document = many(1000)

    start = time.process_time()
    render(document, 80)

    assert time.process_time() - start < _LONG


@pytest.mark.parametrize(
    ("lines", "one", "other"),
    [(1_000, 2, 3), (8_000, 101, 103), (20_000, 7, 5)],
    ids=["few lines again and again", "many lines again and again", "very many"],
)
def test_texts_that_repeat_themselves_take_no_time(lines: int, one: int, other: int) -> None:
    before = "\n".join(["first", *(f"line {number % one}" for number in range(lines)), "last"])
    after = "\n".join(["none", *(f"line {number % other}" for number in range(lines)), "end"])

    start = time.process_time()
    text = shown(change("query", before, after))

    assert time.process_time() - start < _LONG
    assert text.endswith("more lines")


def test_one_of_two_equal_lines_can_go() -> None:
    assert shown(change("query", "a\nb\nb\nc", "a\nb\nc")) == snapshot("""\
    query:
        a
        b
      - b
        c\
""")
