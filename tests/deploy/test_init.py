"""`deploy init` on projects as people have them: what it writes is right, and says enough."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from compiler import Request, compile_project
from compiler.desired.address import Kind
from compiler.diagnostics import Severity
from tests.support.as_prefect import ENVIRONMENT
from tests.support.command import deploy
from tests.support.layout_files import METHOD, PLAIN, PREFECT, TWO
from tests.support.layouts import LAYOUTS, write


def init(folder: Path, *arguments: str) -> str:
    ended = deploy(folder, "init", *arguments, url="http://127.0.0.1:9/api")
    assert ended.code == 0, ended.text
    return ended.text


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_it_writes_validates_and_wants_what_is_there(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    write(folder, LAYOUTS[name].files)

    init(folder, "--yes", "--stack", "shop")

    compiled = compile_project(Request(files=(folder,), base=folder, environ=ENVIRONMENT))
    assert [each for each in compiled.report if each.severity is not Severity.INFO] == []
    assert compiled.desired is not None
    found = {each.address for each in compiled.desired.resources}
    made = {"/".join(each.path) for each in found if each.kind is Kind.DEPLOYMENT}
    assert made == LAYOUTS[name].deployments.keys()
    assert compiled.desired.stack == "shop"
    kept = folder / "prefect.yaml"
    assert not kept.exists() or kept.read_text("utf-8") == LAYOUTS[name].files["prefect.yaml"]


def test_there_are_twenty_layouts() -> None:
    assert len(LAYOUTS) >= 20


def test_the_file_says_what_a_run_needs_and_what_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"flows.py": TWO, "b.py": METHOD})

    init(tmp_path, "--yes")

    text = (tmp_path / "deploy.yaml").read_text("utf-8")
    assert "    # parameters: {day: …}" in text
    assert "#   flows.py:load" in text
    assert "b.py:Jobs.run" in text


def test_a_repository_gives_its_name_and_where_to_clone_it(tmp_path: Path) -> None:
    write(tmp_path, {"flows.py": PLAIN})
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    address = "git@git.example.com:team/Orders.git"
    subprocess.run([*git, "remote", "add", "origin", address], check=True)

    init(tmp_path, "--yes")

    text = (tmp_path / "deploy.yaml").read_text("utf-8")
    assert "\nstack: orders " in text
    assert 'repository: "https://git.example.com/team/Orders.git"' in text


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    write(tmp_path, {"flows.py": PLAIN, "deploy.yaml": "stack: mine\n"})

    ended = deploy(tmp_path, "init", "--yes", url="http://127.0.0.1:9/api")

    assert ended.code == 1
    assert "there is a deploy.yaml already" in ended.stderr
    assert (tmp_path / "deploy.yaml").read_text("utf-8") == "stack: mine\n"


@pytest.mark.parametrize(
    "files", [{"flows.py": PLAIN}, {"flows.py": PLAIN, "prefect.yaml": PREFECT}]
)
def test_where_nobody_can_be_asked_nothing_is_written(
    files: Mapping[str, str], tmp_path: Path
) -> None:
    write(tmp_path, files)

    ended = deploy(tmp_path, "init", "--stack", "shop", url="http://127.0.0.1:9/api")

    assert ended.code == 1
    assert "say --yes" in ended.stderr
    assert not (tmp_path / "deploy.yaml").exists()
