"""The wheel in an environment of its own, as people have it: `make release-check`.

It asks the package registry, and takes a minute; `make test` runs the rest of this folder.
"""

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.distributions import ROOT, Distributions, done
from tests.support.recordings import FOLDER as RECORDED

FLOW = "from prefect import flow\n\n\n@flow\ndef load(rows: int = 1) -> None:\n    'Load it.'\n"
CONTROLLER = """\
stacks:
  - {name: shop, repository: "https://git.example.com/shop.git", path: deploy.yaml}
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.environ.get("RELEASE_CHECK") != "whole", reason="make release-check installs it"
    ),
]


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment with the wheel, and an empty folder to be in."""

    folder: Path

    def deploy(self, *arguments: str) -> str:
        """Run the command that was installed; what it said."""
        bin = self.folder / "environment" / "bin"
        surroundings = {"PATH": f"{bin}:{os.environ['PATH']}", "HOME": str(self.folder)}
        ended = done("deploy", *arguments, folder=self.project, environment=surroundings)
        return ended.stdout + ended.stderr

    @property
    def project(self) -> Path:
        """Where it is run."""
        return self.folder / "project"

    def python(self, program: str) -> str:
        """Run a program in there; what it printed."""
        return done(self._python, "-c", program, folder=self.project).stdout.strip()

    def pip(self, *words: str) -> None:
        """Install something more."""
        options = ("--quiet", "--disable-pip-version-check", "-c", str(ROOT / "constraints.txt"))
        done(self._python, "-m", "pip", "install", *options, *words, folder=self.project)

    @property
    def _python(self) -> str:
        return str(self.folder / "environment" / "bin" / "python")


def environment(folder: Path) -> Installed:
    """A new and empty one."""
    (folder / "project").mkdir()
    done(sys.executable, "-m", "venv", str(folder / "environment"), folder=folder)
    return Installed(folder)


@pytest.fixture(scope="module")
def installed(distributions: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """One with the wheel and what it needs, and no extra."""
    made = environment(tmp_path_factory.mktemp("installed"))
    made.pip(str(distributions.wheel))
    return made


def test_prefect_does_not_come_along(installed: Installed) -> None:
    found = installed.python("import importlib.util as u; print(u.find_spec('prefect'))")

    assert found == "None"


def test_it_is_the_wheel_that_runs(installed: Installed, distributions: Distributions) -> None:
    assert installed.deploy("--version") == f"deploy {distributions.version}\n"
    assert Path(installed.python("import deploy; print(deploy.__file__)")).is_relative_to(
        installed.folder / "environment"
    )


def test_the_quickstart_is_valid(installed: Installed) -> None:
    assert "no errors" in installed.deploy("validate", "-f", str(ROOT / "examples/quickstart"))


def test_the_schema_is_printed(installed: Installed) -> None:
    published = json.loads((ROOT / "deploy.schema.json").read_text("utf-8"))

    assert json.loads(installed.deploy("schema")) == published


def test_a_first_file_is_written_and_valid(installed: Installed) -> None:
    (installed.project / "flows.py").write_text(FLOW, encoding="utf-8")

    installed.deploy("init", "--yes")

    assert (installed.project / "deploy.yaml").exists()
    assert "no errors" in installed.deploy("validate")


def test_the_controller_is_an_extra(installed: Installed, distributions: Distributions) -> None:
    (installed.project / "controller.yaml").write_text(CONTROLLER, encoding="utf-8")

    installed.pip(f"{distributions.wheel}[controller]")

    installed.python("import controller.web, controller.page.routes, controller.listening")
    installed.deploy("controller", "--check")


def test_what_is_built_apart_from_everything_is_the_same(
    distributions: Distributions, tmp_path: Path
) -> None:
    arguments = ("-m", "build", "--wheel", "--outdir", str(tmp_path / "dist"), str(ROOT))
    done(sys.executable, *arguments, folder=tmp_path)

    assert [each.name for each in (tmp_path / "dist").iterdir()] == [distributions.wheel.name]


@pytest.mark.parametrize("source", ["sdist", "shallow clone", "shallow clone, editable"])
def test_other_ways_lead_there_too(
    distributions: Distributions, tmp_path: Path, source: str
) -> None:
    made, clone = environment(tmp_path), tmp_path / "clone"
    address = f"file://{ROOT}"
    words = ("clone", "--quiet", "--depth", "1", "--no-tags", address, str(clone))
    done("git", *words, folder=tmp_path)
    ways = {
        "sdist": (str(distributions.sdist),),
        "shallow clone": (str(clone),),
        "shallow clone, editable": ("--editable", str(clone)),
    }

    made.pip("--no-deps", *ways[source])

    told = made.python(
        "from importlib.metadata import version as v; print(v('prefect-reconciler'))"
    )
    is_same = source == "sdist"
    assert told == distributions.version if is_same else told.startswith("0.0.1.dev1+g")


def test_a_release_is_recorded_and_told_of(distributions: Distributions) -> None:
    if "dev" in distributions.version:
        pytest.skip("no release: HEAD has no tag")

    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert f"\n## [{distributions.version}] - " in changes
    assert (RECORDED / distributions.version).is_dir()
