"""Every example is correct, and its first plan is the one that stands beside it.

`REFRESH_EXAMPLES=1 pytest tests/examples` writes the plans anew; read them then.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.support.command import deploy
from tests.support.moments import without_moments
from tests.support.stage import Stage

pytestmark = [pytest.mark.server]

ROOT = Path(__file__).parents[2] / "examples"
EXAMPLES = sorted(each.parent for each in ROOT.glob("*/deploy.yaml"))


def named(folder: Path) -> str:
    return folder.name


def test_there_are_examples() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_an_example_has_no_findings(example: Path) -> None:
    ended = deploy(example, "validate", "--format", "concise")

    assert (ended.code, ended.stdout) == (0, "")


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_the_first_plan_of_an_example(example: Path, stage: Stage) -> None:
    shutil.copytree(example, stage.folder, dirs_exist_ok=True)
    expected = example / "expected" / "plan.txt"

    planned = stage.deploy("plan")

    if os.environ.get("REFRESH_EXAMPLES"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(without_moments(planned.stdout), encoding="utf-8")
    assert planned.code == 0, planned.text
    assert without_moments(planned.stdout) == expected.read_text(encoding="utf-8")
    assert stage.writes == []
