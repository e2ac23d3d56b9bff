"""The pictures of the docs are made by the real command, against a real server.

`make screenshots` puts those that this leaves in `.screenshots/` into the docs.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.chromium import chromium
from tests.support.pictures import of_body, of_page, of_terminal, size
from tests.support.stage import Stage
from tests.support.tmux import in_a_pane, needs_tmux

pytestmark = [pytest.mark.server, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".screenshots"
EXAMPLE = ROOT / "examples" / "quickstart"
MOST = 200_000  # bytes that a repository bears
EDITS = {
    "concurrency_limit: 4": "concurrency_limit: 8",
    'cron: "0 3 * * *"': 'cron: "30 4 * * *"',
}
RENAMED = {"name: by-hand": "name: backfill"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def moved(stage: Stage) -> Stage:
    """The example as it was applied, after which files and server have moved."""
    shutil.copytree(EXAMPLE, stage.folder, dirs_exist_ok=True)
    stage.apply()
    stage.change("load-orders/hourly", description="Tried by hand.", parameters={"source": "file"})
    KEPT.mkdir(exist_ok=True)
    return stage


def edit(stage: Stage, edits: Mapping[str, str]) -> None:
    path = stage.folder / "deploy.yaml"
    text = path.read_text(encoding="utf-8")
    for before, after in edits.items():
        assert before in text, before
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def at_home(text: str) -> str:
    """The text with the port that Prefect's server usually has."""
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:4200", text)


def is_sound(path: Path) -> None:
    width, height = size(path)
    assert 600 <= width <= 1500
    assert 250 <= height <= 2500
    assert 12_000 < path.stat().st_size < MOST  # a blank one has four thousand


@needs_tmux
def test_a_plan_at_the_terminal(moved: Stage, browser: Browser) -> None:
    edit(moved, {**EDITS, **RENAMED})
    picture = KEPT / "terminal-plan.png"

    with in_a_pane(moved.folder, "plan", columns=100, url=moved.proxy.url) as pane:
        assert pane.ended() == 0
        screen = at_home(pane.screen(styled=True))
        assert pane.wrapped() == []
    of_terminal(browser, screen, "$ deploy plan", picture)

    is_sound(picture)


def test_a_plan_as_a_page(moved: Stage, browser: Browser, tmp_path: Path) -> None:
    edit(moved, EDITS)
    picture, html = KEPT / "html-plan.png", tmp_path / "plan.html"

    planned = moved.deploy("plan", "--format", "html")
    html.write_text(at_home(planned.stdout), encoding="utf-8")
    of_page(browser, html, picture, width=1000)

    is_sound(picture)


def test_a_heat_map_of_schedules(moved: Stage, browser: Browser) -> None:
    picture = KEPT / "schedule-heat-map.png"
    words = (
        "schedule",
        "--format",
        "svg",
        "--from",
        "2026-12-21T00:00+01:00",
        "--timezone",
        "Europe/Berlin",
    )

    drawn = moved.deploy(*words)
    of_body(browser, drawn.stdout, f"$ deploy {' '.join(words)}", picture)

    is_sound(picture)
