"""The README shows what its first command really prints."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.environment import without_prefect
from tests.support.moments import without_moments

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.own_prefect("the embedded server is that of the tool's own environment"),
]
ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_quickstart_prints_what_the_readme_shows(tmp_path: Path) -> None:
    first, again = quickstart(tmp_path), quickstart(tmp_path)

    assert first == shown("quickstart")
    assert again == shown("again")


def test_make_quickstart_is_that_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert "deploy -f examples/quickstart/deploy.yaml --api-url embedded --yes" in makefile


def shown(name: str) -> str:
    """The block of the README that follows the comment `name`."""
    found = re.search(rf"<!-- {name} -->\n\n```text\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return without_moments(found[1])


def quickstart(home: Path) -> str:
    """What the command prints, both streams as a terminal would show them."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "deploy", "-f", "examples/quickstart/deploy.yaml"),
            *("--api-url", "embedded", "--yes"),
        ],
        cwd=ROOT,
        env={**without_prefect(), "PREFECT_HOME": str(home), "PYTHONPATH": os.fspath(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return without_moments(done.stdout.replace(str(home), "~/.prefect"))
