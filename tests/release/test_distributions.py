"""Wheel and sdist hold what is needed to run, and nothing else."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from tests.support.distributions import PACKAGES, ROOT, Distributions, contents, done

BESIDE = {
    *("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "PKG-INFO"),
    *("deploy.schema.json", "controller.schema.json", "constraints.txt", ".gitignore"),
}
LICENSES = {"LICENSE", "controller/page/static/LICENSE-htmx.txt"}


def ours() -> set[str]:
    """Every file of the packages, from the repository's root."""
    files = (path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file())
    return {
        path.relative_to(ROOT).as_posix()
        for path in files
        if "__pycache__" not in path.parts and path.name != ".DS_Store"
    }


def metadata(distributions: Distributions) -> Message:
    files = contents(distributions.wheel)
    (found,) = (each for name, each in files.items() if name.endswith(".dist-info/METADATA"))
    return message_from_bytes(found)


def test_the_wheel_has_every_file_of_the_packages_and_no_other(
    distributions: Distributions,
) -> None:
    files = set(contents(distributions.wheel))
    about = f"prefect_reconciler-{distributions.version}.dist-info"

    assert {name for name in files if not name.startswith(about)} == ours()
    assert {name.removeprefix(f"{about}/") for name in files if name.startswith(about)} == {
        *("METADATA", "RECORD", "WHEEL", "entry_points.txt"),
        *(f"licenses/{each}" for each in LICENSES),
    }


@pytest.mark.parametrize(
    "name",
    [
        *(f"{package}/py.typed" for package in PACKAGES),
        "controller/page/static/htmx.min.js",
        "controller/page/templates/overview.html",
        "deploy/views/plan/page.css",
    ],
)
def test_what_is_no_python_is_there_too(distributions: Distributions, name: str) -> None:
    assert name in contents(distributions.wheel)


def test_the_wheel_of_the_sdist_is_the_wheel_of_the_tree(distributions: Distributions) -> None:
    assert contents(distributions.from_sdist) == contents(distributions.wheel)


def test_the_sdist_has_the_packages_and_what_builds_them(distributions: Distributions) -> None:
    assert set(contents(distributions.sdist)) == ours() | BESIDE


def test_twine_has_nothing_to_say(distributions: Distributions) -> None:
    files = (distributions.wheel, distributions.sdist)

    ended = done(sys.executable, "-m", "twine", "check", "--strict", *map(str, files), folder=ROOT)

    assert ended.stdout.count("PASSED") == len(files)


def test_prefect_is_asked_for_by_those_who_embed_it_and_no_others(
    distributions: Distributions,
) -> None:
    wanted = metadata(distributions).get_all("Requires-Dist") or []

    assert [each for each in wanted if each.startswith("prefect")] == [
        "prefect<4,>=3.4; extra == 'embedded'"
    ]


def test_it_says_what_it_is(distributions: Distributions) -> None:
    told = metadata(distributions)

    assert told["Version"] == distributions.version
    assert told["License-Expression"] == "Apache-2.0 AND 0BSD"
    assert set(told.get_all("License-File") or []) == LICENSES
    assert told["Requires-Python"] == ">=3.11"
    assert {"embedded", "controller"} <= set(told.get_all("Provides-Extra") or [])


@pytest.fixture(scope="module")
def unpacked(
    distributions: Distributions, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command out of the wheel, in an empty folder, without a `git` to ask."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(distributions.wheel) as wheel:
        wheel.extractall(folder / "wheel")
    (folder / "empty").mkdir()
    environment = {"PYTHONPATH": os.fspath(folder / "wheel"), "PATH": "", "HOME": str(folder)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        program = "import deploy; print(deploy.__file__); from deploy.main import main; main()"
        ended = done(
            *(sys.executable, "-c", program, *arguments),
            folder=folder / "empty",
            environment=environment,
        )
        first, _, rest = ended.stdout.partition("\n")
        assert Path(first).is_relative_to(folder / "wheel")
        return subprocess.CompletedProcess(ended.args, 0, rest, ended.stderr)

    return run


def test_the_version_is_that_of_the_wheel(
    unpacked: Callable[..., subprocess.CompletedProcess[str]], distributions: Distributions
) -> None:
    assert unpacked("--version").stdout == f"deploy {distributions.version}\n"


def test_schemas_and_pages_come_along(
    unpacked: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    assert unpacked("schema").stdout == (ROOT / "deploy.schema.json").read_text("utf-8")
    controllers = (ROOT / "controller.schema.json").read_text("utf-8")
    assert unpacked("schema", "--controller").stdout == controllers
    assert "DEP204" in unpacked("explain", "DEP204").stdout


def test_the_quickstart_is_valid(
    unpacked: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    ended = unpacked("validate", "-f", str(ROOT / "examples" / "quickstart"))

    assert "no errors" in ended.stdout + ended.stderr
