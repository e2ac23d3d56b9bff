"""The tutorial's commands, run in its order, print what it shows."""

import os
import sys
from pathlib import Path

import pytest

from tests.support.command import surroundings
from tests.support.live_server import LiveServer
from tests.support.moments import without_moments
from tests.support.walkthrough import fits, walk

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.own_prefect("a worker of this environment takes the run"),
]
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:4200/api"  # of the server that the page has started


def test_every_command_prints_what_the_tutorial_shows(
    live_server: LiveServer, tmp_path: Path
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {
        **surroundings(live_server.url),
        "PATH": programs,
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "100",
    }
    wrong, ran = [], []
    for told in walk(without_moments(PAGE), folder, environment):
        printed = without_moments(told.printed.replace(live_server.url, ADDRESS))
        ran.append(told.command)
        if not fits(told.shown, printed):
            wrong.append(f"$ {told.command}\n{printed}")

    assert wrong == [], "\n".join(wrong)
    assert len(ran) > 10


def test_what_a_page_shows_can_be_false() -> None:
    assert fits("a …\n…\nend\n", "a b\nc\nd\nend\n")
    assert fits("a\n…\n", "a\n")
    assert not fits("a …\n", "b c\n")
    assert not fits("a\n", "a\nb\n")
