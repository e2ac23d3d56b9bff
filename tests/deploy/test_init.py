"""`deploy init` on projects as people have them: what it writes is right, and says enough."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from compiler import Request, compile_project
from compiler.desired.address import Kind
from compiler.diagnostics import Severity
from tests.support.command import deploy

PLAIN = "from prefect import flow\n\n\n@flow\ndef load(rows: int = 1) -> None:\n    'Load it.'\n"
NAMED = "from prefect import flow\n\n\n@flow(name='Täglich laden')\nasync def load() -> None: ...\n"
TWO = f"{PLAIN}\n\n@flow\ndef report(day: str) -> None:\n    load()\n"
METHOD = """\
from prefect import flow


class Jobs:
    @staticmethod
    @flow
    def run() -> None: ...
"""
WRAPPED = "from lib.wrapping import traced\n\n\n@traced\ndef load(rows: int = 1) -> None: ...\n"
WRAPPER = """\
from prefect import flow


def traced(function):
    return flow(log_prints=True)(function)
"""
PREFECT = """\
# Of the team.
name: shop
prefect-version: 3.8.8
build: null
pull: null
deployments:
- name: nightly
  entrypoint: flows.py:load
  parameters: {rows: 5}
  schedule: {cron: "0 3 * * *", timezone: Europe/Berlin}
  work_pool: {name: local, work_queue_name: null, job_variables: {}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Files by their names, and the deployments that there should be by flow and name."""

    files: Mapping[str, str]
    deployments: frozenset[str]


def layout(*deployments: str, **files: str) -> Layout:
    named = {name.replace("__", "/").replace("_py", ".py"): text for name, text in files.items()}
    return Layout(files=named, deployments=frozenset(deployments))


LAYOUTS = {
    "one file": layout("load/default", flows_py=PLAIN),
    "a folder of flows": layout(
        "load/default", "Täglich laden/default", flows__a_py=PLAIN, flows__b_py=NAMED
    ),
    "a flow that calls another": layout("report/default", flows_py=TWO),
    "a flow of a name with letters": layout("Täglich laden/default", flows_py=NAMED),
    "a package under src": layout("load/default", src__shop__flows_py=PLAIN),
    "deep folders": layout("load/default", teams__data__orders__flows_py=PLAIN),
    "tests beside it": layout("load/default", flows_py=PLAIN, tests__test_flows_py=NAMED),
    "tests in the same folder": layout("load/default", flows_py=PLAIN, test_flows_py=NAMED),
    "a virtual environment": Layout(
        files={"flows.py": PLAIN, "env/pyvenv.cfg": "", "env/lib/x.py": NAMED},
        deployments=frozenset({"load/default"}),
    ),
    "hidden folders and caches": Layout(
        files={"flows.py": PLAIN, ".tox/x.py": NAMED, "a/__pycache__/y.py": NAMED},
        deployments=frozenset({"load/default"}),
    ),
    "a file that is no Python": layout("load/default", flows_py=PLAIN, broken_py="def flow(:\n"),
    "Python of another kind": layout("load/default", flows_py=PLAIN, other_py="flow = 7\n"),
    "a decorator of the repository": Layout(
        files={"flows.py": WRAPPED, "lib/wrapping.py": WRAPPER, "lib/__init__.py": ""},
        deployments=frozenset({"load/default"}),
    ),
    "no flow at all": layout(readme_py="print('hello')\n"),
    "a name with a space in the path": Layout(
        files={"my flows/load it.py": PLAIN}, deployments=frozenset({"load/default"})
    ),
    "a prefect.yaml": Layout(
        files={"flows.py": PLAIN, "prefect.yaml": PREFECT},
        deployments=frozenset({"load/nightly"}),
    ),
    "a prefect.yaml below": Layout(
        files={"team/flows.py": PLAIN, "team/prefect.yaml": PREFECT},
        deployments=frozenset({"load/nightly"}),
    ),
    "two of them": Layout(
        files={
            "a/flows.py": PLAIN,
            "a/prefect.yaml": PREFECT,
            "b/flows.py": NAMED,
            "b/prefect.yaml": PREFECT.replace("  parameters: {rows: 5}\n", ""),
        },
        deployments=frozenset({"load/nightly", "Täglich laden/nightly"}),
    ),
    "a prefect.yaml with anchors and steps": Layout(
        files={
            "flows.py": PLAIN,
            "prefect.yaml": PREFECT.replace(
                "deployments:", "definitions:\n  t: &t [x]\ndeployments:"
            )
            + "  tags: *t\n",
        },
        deployments=frozenset({"load/nightly"}),
    ),
    "a prefect.yaml with the older schedule": Layout(
        files={
            "flows.py": PLAIN,
            "prefect.yaml": PREFECT.replace('cron: "0 3 * * *"', "interval: 3600"),
        },
        deployments=frozenset({"load/nightly"}),
    ),
    "a repository": Layout(
        files={".git/HEAD": "ref: refs/heads/main\n", "flows.py": PLAIN},
        deployments=frozenset({"load/default"}),
    ),
}


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


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

    compiled = compile_project(Request(files=(folder,), base=folder))
    assert [each for each in compiled.report if each.severity is not Severity.INFO] == []
    assert compiled.desired is not None
    found = {each.address for each in compiled.desired.resources}
    made = {"/".join(each.path) for each in found if each.kind is Kind.DEPLOYMENT}
    assert made == LAYOUTS[name].deployments
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
