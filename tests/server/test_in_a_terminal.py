"""What is seen in a real terminal, narrow and wide, while somebody types."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from deploy.views.letters import width
from tests.support.stage import Stage
from tests.support.tmux import Pane, in_a_pane, needs_tmux

pytestmark = [pytest.mark.server, pytest.mark.slow, needs_tmux]

FILE = """
    stack: shop
    work_pools: [{name: kubernetes, type: kubernetes, description: Runs all that the shop has.}]
    defaults: {tags: [team:data, domain:orders], work_pool: {name: kubernetes}}
    deployments:
      - name: nightly
        entrypoint: "flows.py:load"
        description: Loads the orders of the day before into the warehouse, and tells the team.
        parameters: {source: "https://warehouse.example.com/orders/exports", rows: 10}
        schedules: [{slug: night, cron: "0 3 * * *", timezone: Europe/Berlin}]
      - {name: 日次の集計レポート, entrypoint: "flows.py:report", parameters: {region: eu-west}}
      - {name: hourly-by-machines, entrypoint: "flows.py:report", schedules: [{interval: 3600}]}
"""
MANY = "".join(f'\n  - {{name: d{number}, entrypoint: "flows.py:load"}}' for number in range(150))
BAR = re.compile(r"[━╺╸]+ +\d+/150 ")
STYLE = re.compile(r"\x1b\[[\d;]*m")
VIEWS = {
    "plan": 0,
    "drift": 2,
    "history": 0,
    "why nightly parameters.rows": 0,
    "schedule": 0,
    "schedule --format calendar --days 1": 0,
    "schedule --format heatmap": 0,
    "validate": 0,
    "unlock": 0,
    "explain DEP403": 0,
    "explain": 0,
    "plan --fromat json": 1,
    "--help": 0,
}
SIZES = pytest.mark.parametrize("columns", [60, 120])


@pytest.fixture
def drifted(stage: Stage) -> Stage:
    """A stage whose server has moved since the last apply, and its files too."""
    stage.write(FILE)
    stage.apply()
    by_hand = {"rows": 7, "source": "web"}
    stage.change("load/nightly", parameters=by_hand, description="By hand.")
    stage.write(FILE.replace("rows: 10", "rows: 12").replace("0 3 * *", "30 4 * *"))
    return stage


def fits(pane: Pane) -> bool:
    """Whether nothing is wider than the terminal but what is one word, and copied."""
    return all(line.startswith("digest: sha256:") for line in pane.wrapped()) and all(
        width(line) <= pane.columns for line in pane.screen().splitlines()
    )


def blocks(screen: str) -> Iterator[tuple[str, str]]:
    """Each line of a plan's actions with the one before it."""
    yield from pairwise(screen.partition("\n\n")[0].splitlines())


@SIZES
def test_control_c_at_the_question_ends_and_leaves_the_terminal_as_it_was(
    columns: int, stage: Stage
) -> None:
    stage.write(FILE)

    with in_a_pane(stage.folder, columns=columns, url=stage.proxy.url) as pane:
        pane.wait_for("Apply? [y/N]:")
        pane.press("C-c")
        code = pane.ended()

        assert code == 130
        assert pane.screen().endswith("Apply? [y/N]: ^C\ninterrupted")
        assert pane.has_cursor
        assert fits(pane), pane.screen()
    assert stage.deployments() == {}


@SIZES
def test_an_agreed_plan_is_applied_and_nothing_of_the_bar_is_left(
    columns: int, stage: Stage
) -> None:
    stage.write("stack: shop\ndeployments:" + MANY)

    with in_a_pane(stage.folder, columns=columns, url=stage.proxy.url) as pane:
        pane.wait_for("Apply? [y/N]:")
        pane.type("y\n")
        pane.wait(lambda: BAR.search(pane.screen()) is not None)
        during = pane.screen().splitlines()[-1]
        code = pane.ended()

        after = pane.screen().partition("Apply? [y/N]: y\n")[2]
        assert code == 0
        assert after.startswith("150 done\n\nNext:\n")
        assert "150/150" not in pane.screen()
        assert pane.has_cursor
        assert fits(pane), pane.screen()
    assert re.search(r" \d+/150 +(--:--|\d+:\d\d) ", during + " "), during
    assert width(during) <= columns


def test_what_is_said_during_an_apply_stands_above_the_bar(stage: Stage) -> None:
    stage.write("stack: shop\ndeployments:" + MANY)

    with in_a_pane(stage.folder, "--yes", columns=60, url=stage.proxy.url) as pane:
        pane.wait(lambda: BAR.search(pane.screen()) is not None)
        pane.press("C-c")
        code = pane.ended()

        lines = pane.screen().splitlines()
        told = next(at for at, line in enumerate(lines) if "interrupted" in line)
        assert code == 130
        assert lines[told].startswith("interrupted: finishing what is under way; once more ends")
        assert lines[-1].endswith(" not reached")
        assert BAR.search(pane.screen()) is None
        assert pane.has_cursor


@SIZES
def test_every_view_fits(columns: int, drifted: Stage) -> None:
    for words, expected in VIEWS.items():
        told = words.split()
        with in_a_pane(drifted.folder, *told, columns=columns, url=drifted.proxy.url) as pane:
            code = pane.ended()

            assert code == expected, pane.screen()
            assert fits(pane), pane.screen()
            assert pane.has_cursor


@SIZES
def test_what_goes_on_stands_deeper_than_what_it_goes_on_from(columns: int, drifted: Stage) -> None:
    with in_a_pane(drifted.folder, "plan", columns=columns, url=drifted.proxy.url) as pane:
        pane.ended()

        shown = pane.screen().partition("\n")[2]
        assert shown.startswith("~ deployment/load/nightly\n    description:")
        for before, line in blocks(shown):
            is_new = re.match(r"(    )?[~+!-] |    [\w.\[\]]+:|      [-+…] ", line)
            assert is_new or indent(line) > indent(before) or indent(line) >= 6, shown


def indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_who_wants_no_colour_gets_none(environment: dict[str, str], drifted: Stage) -> None:
    def seen(environment: dict[str, str]) -> str:
        with in_a_pane(
            drifted.folder, "plan", columns=60, url=drifted.proxy.url, environment=environment
        ) as pane:
            pane.ended()
            return pane.screen(styled=True)

    plain, painted = seen(environment), seen({})

    assert STYLE.search(painted)
    assert STYLE.search(plain) is None
    assert STYLE.sub("", painted) == plain


def test_a_terminal_without_unicode_has_stand_ins(drifted: Stage) -> None:
    latin = {"PYTHONIOENCODING": "ascii"}

    with in_a_pane(
        drifted.folder, "plan", columns=60, url=drifted.proxy.url, environment=latin
    ) as pane:
        pane.ended()

        assert "parameters.rows: 7 -> 12" in pane.screen()
        assert pane.screen().isascii()
        assert fits(pane), pane.screen()
