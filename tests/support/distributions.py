"""What people install, built from this tree as a release is."""

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.environment import without_prefect

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("compiler", "controller", "deploy", "reconciler")


@dataclass(frozen=True, slots=True, kw_only=True)
class Distributions:
    """A wheel of the tree, its sdist, and the wheel of that."""

    wheel: Path
    sdist: Path
    from_sdist: Path

    @property
    def version(self) -> str:
        """What they call themselves."""
        return self.wheel.name.split("-")[1]


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """They are built with what is installed here, so that no registry is asked."""
    folder = tmp_path_factory.mktemp("distributions")
    build(ROOT, folder / "tree", "--wheel")
    build(ROOT, folder / "both")  # the sdist, and the wheel of it
    (wheel,), (sdist,) = (folder / "tree").iterdir(), (folder / "both").glob("*.tar.gz")
    (from_sdist,) = (folder / "both").glob("*.whl")
    return Distributions(wheel=wheel, sdist=sdist, from_sdist=from_sdist)


def build(source: Path, target: Path, *options: str) -> None:
    """Build what lies at `source`."""
    arguments = ["-m", "build", "--no-isolation", "--outdir", str(target), *options]
    done(sys.executable, *arguments, str(source), folder=ROOT)


def done(
    *command: str, folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run something, which has to succeed, without this tree on its way of imports."""
    surroundings = {**without_prefect(), **(environment or {})}
    if "PYTHONPATH" not in (environment or {}):
        surroundings.pop("PYTHONPATH", None)
    ended = subprocess.run(
        command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended


def contents(path: Path) -> dict[str, bytes]:
    """The files in a wheel or an sdist, by name; that of the sdist's folder is left out."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist()}
    with tarfile.open(path) as sdist:
        files = {each.name: sdist.extractfile(each) for each in sdist.getmembers()}
        return {name.partition("/")[2]: file.read() for name, file in files.items() if file}
