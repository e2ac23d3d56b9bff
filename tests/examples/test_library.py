"""The examples of calling the program from Python do what their page says."""

import subprocess
import sys
from pathlib import Path

import pytest

from examples.library import own_rule
from tests.support.command import surroundings
from tests.support.fences import fences
from tests.support.stage import Stage

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "library"


def run(stage: Stage, *options: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "stack.py", stage.proxy.url, *options],
        env={**surroundings(), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.server
def test_a_stack_built_in_python_is_planned_and_applied(stage: Stage) -> None:
    steps = [
        "create work-pool/exports",
        "create deployment/export-orders/acme",
        "create deployment/export-orders/globex",
    ]

    planned = run(stage)
    assert (planned, stage.writes) == (steps, [])
    assert run(stage, "--apply") == [*steps, "3 done"]

    found = stage.deployments()
    assert found["export-orders/acme"]["parameters"] == {"customer": "acme", "rows": 1000}
    stage.proxy.calls.clear()
    assert run(stage, "--apply") == []
    assert stage.writes == []


def test_a_rule_of_ones_own_finds_what_has_no_team(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "flows.py").write_text("from prefect import flow\n@flow\ndef load(): ...\n")
    (tmp_path / "deploy.yaml").write_text(
        "stack: shop\n"
        "deployments:\n"
        "  - {name: nightly, entrypoint: 'flows.py:load', tags: [etl]}\n"
        "  - {name: weekly, entrypoint: 'flows.py:load', tags: ['team:data']}\n"
        "  - {name: once, entrypoint: 'flows.py:load'}  # deploy: ignore[SHOP001]\n"
    )

    ended = own_rule.main(tmp_path)

    shown = "deploy.yaml:3: SHOP001 deployment/load/nightly has no tag 'team:…'\n"
    assert (ended, capsys.readouterr().out) == (1, shown)


def test_what_the_page_shows_can_be_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "deploy.yaml").write_text("stack: shop\nvariables: [{name: x}]\n")
    monkeypatch.chdir(tmp_path)
    shown = [each for each in fences(ROOT / "docs" / "library.md") if each.language == "python"]
    names: dict[str, object] = {}

    for block in shown:
        exec(block.text, names)  # that is what is tried

    assert len(shown) == 3
    assert "DEP103 error 'value' is missing" in capsys.readouterr().out
