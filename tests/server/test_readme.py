"""The README shows what its first command really prints."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.environment import without_prefect
from tests.support.moments import without_moments
from tests.support.walkthrough import fits

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.own_prefect("the embedded server is that of the tool's own environment"),
]
ROOT = Path(__file__).parents[2]
CHANGED = "plan -f examples/quickstart --api-url embedded"
WITH_A_MISTAKE = """\
stack: shop
work_pools:
  - {name: local, type: process}
defaults:
  work_pool: {name: local}
deployments:
  - name: nightly
    entrypoint: flows.py:load
    paramters: {rows: 5}
"""
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_quickstart_prints_what_the_readme_shows(tmp_path: Path) -> None:
    first, again = quickstart(tmp_path), quickstart(tmp_path)

    assert first == shown("quickstart")
    assert again == shown("again")


def test_a_plan_after_a_change_is_what_the_readme_shows(tmp_path: Path) -> None:
    example = tmp_path / "examples" / "quickstart"
    shutil.copytree(ROOT / "examples" / "quickstart", example)
    home, file = tmp_path / "home", example / "deploy.yaml"
    call(["-f", "examples/quickstart", "--api-url", "embedded", "--yes"], home, tmp_path)
    text = file.read_text("utf-8").partition("\n  - name: trial")[0]
    text = text.replace("rows: 1000", "rows: 2000").replace("0 3 * * *", "0 4 * * *")
    file.write_text(text + "\n", encoding="utf-8")

    told = said(f".venv/bin/deploy {CHANGED}")

    assert fits(told, call(CHANGED.split(), home, tmp_path))


def test_a_mistake_is_told_as_the_readme_shows(tmp_path: Path) -> None:
    (tmp_path / "flows.py").write_text(
        "from prefect import flow\n\n\n@flow\ndef load(rows: int = 1) -> None: ...\n"
    )
    (tmp_path / "deploy.yaml").write_text(WITH_A_MISTAKE)

    assert call(["validate"], tmp_path / "home", tmp_path) == said("deploy validate")


def test_these_are_all_commands_that_the_readme_shows_with_what_they_print() -> None:
    shown = re.findall(r"^```console\n\$ (.*)$", README, re.MULTILINE)

    assert shown == [f".venv/bin/deploy {CHANGED}", "deploy validate"]
    assert README.count("```console") == 2


def test_make_quickstart_is_that_command() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert "deploy -f examples/quickstart/deploy.yaml --api-url embedded --yes" in makefile


def shown(name: str) -> str:
    """The block of the README that follows the comment `name`."""
    found = re.search(rf"<!-- {name} -->\n\n```text\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return without_moments(found[1])


def said(command: str) -> str:
    """What the README says that a command prints."""
    pattern = rf"^```console\n\$ {re.escape(command)}\n(.*?)^```$"
    found = re.search(pattern, README, re.MULTILINE | re.DOTALL)
    assert found is not None
    return without_moments(found[1])


def quickstart(home: Path) -> str:
    example = "examples/quickstart/deploy.yaml"
    return call(["-f", example, "--api-url", "embedded", "--yes"], home, ROOT)


def call(arguments: list[str], home: Path, folder: Path) -> str:
    """What the command prints, both streams as a terminal would show them."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy", *arguments],
        cwd=folder,
        env={**without_prefect(), "PREFECT_HOME": str(home), "PYTHONPATH": os.fspath(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return without_moments(done.stdout.replace(str(home), "~/.prefect"))
