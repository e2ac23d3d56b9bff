"""`deploy validate --everywhere`, which is what a pre-commit hook runs."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import deploy
from tests.support.environment import without_prefect

ROOT = Path(__file__).resolve().parents[2]
FLOW = "from prefect import flow\n\n\n@flow\ndef etl(rows: int = 1): ...\n"
GOOD = "deployments:\n  - {name: nightly, entrypoint: 'etl.py:etl'}\n"


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    return folder


def test_every_stack_is_found_and_checked_by_itself(folder: Path) -> None:
    write(
        folder,
        {
            "one/deploy.yaml": GOOD,
            "one/etl.py": FLOW,
            "two/deep/prefect.yaml": GOOD.replace("}", ", paramters: {}}"),
            "two/deep/etl.py": FLOW,
            "three/deploy.yml": "deployments: [{name: x, entrypoint: 'etl.py:nobody'}]",
            "three/etl.py": FLOW,
        },
    )

    ended = deploy(folder, "validate", "--everywhere", "--format", "concise")

    assert ended.code == 1
    assert ended.stdout.splitlines() == [
        "three/deploy.yml:1:37: DEP402 three/etl.py has no function 'nobody'",
        "two/deep/prefect.yaml:2:47: DEP101 'paramters' is no key of a deployment",
    ]


def test_what_another_file_includes_is_a_part_of_that(folder: Path) -> None:
    write(
        folder,
        {
            "ops/deploy.yaml": 'vars: {rows: 5}\ninclude: ["../teams/*/deploy.yaml"]\n',
            "teams/a/deploy.yaml": GOOD.replace("}", ', parameters: {rows: "{{ vars.rows }}"}}'),
            "teams/a/etl.py": FLOW,
        },
    )

    ended = deploy(folder, "validate", "--everywhere")

    assert ended.code == 0, ended.text
    assert ended.stderr == "1 resources, no errors\n"


def test_what_is_not_ones_own_is_not_looked_at(folder: Path) -> None:
    write(
        folder,
        {
            "deploy.yaml": GOOD,
            "etl.py": FLOW,
            ".hidden/deploy.yaml": "wrong: {",
            "node_modules/x/deploy.yaml": "wrong: {",
            "env/pyvenv.cfg": "",
            "env/lib/deploy.yaml": "wrong: {",
        },
    )

    assert deploy(folder, "validate", "--everywhere").code == 0


def test_nothing_at_all_is_no_success(folder: Path) -> None:
    ended = deploy(folder, "validate", "--everywhere")

    assert ended.code == 1
    assert "no folder here or below has a deploy.yaml" in ended.stderr


def test_values_of_another_place_may_be_missing(folder: Path) -> None:
    text = "vars: {tag: {required: true}}\n" + GOOD.replace(
        "}", ', version: "{{ $X_TAG }}", tags: ["{{ vars.tag }}"]}'
    )
    write(folder, {"deploy.yaml": text, "etl.py": FLOW})

    strict, lenient = deploy(folder, "validate"), deploy(folder, "validate", "--allow-unset")

    assert strict.code == 1
    assert lenient.code == 0
    assert "DEP302 info" in lenient.stdout
    assert "DEP305 info" in lenient.stdout


@pytest.mark.slow
def test_pre_commit_runs_the_hook(folder: Path, tmp_path: Path) -> None:
    write(folder, {"deploy.yaml": GOOD, "etl.py": FLOW, "notes.txt": "x"})
    (folder / ".git").rmdir()
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["git", "add", "."], cwd=folder, check=True)

    good = try_hook(folder, tmp_path)
    write(folder, {"etl.py": FLOW.replace("def etl", "def load")})
    wrong = try_hook(folder, tmp_path)

    assert good.returncode == 0, good.stdout + good.stderr
    assert "deploy validate" in good.stdout
    assert wrong.returncode == 1
    assert "DEP402" in wrong.stdout


def try_hook(folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """The hook of this repository on that one, installed as pre-commit does it."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), "deploy-validate"),
            *("--all-files", "--verbose"),
        ],
        cwd=folder,
        env={**without_prefect(), "PRE_COMMIT_HOME": str(home / "pre-commit")},
        capture_output=True,
        text=True,
        check=False,
    )
