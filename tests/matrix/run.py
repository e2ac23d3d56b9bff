"""The suite's server part against several versions of Prefect, on SQLite and on PostgreSQL.

    python -m tests.matrix.run whole             every cell, every test that takes a server
    python -m tests.matrix.run whole CELL…       such as 3.4/PostgreSQL
    python -m tests.matrix.run smoke             a change of each kind, where
                                                 `make test` does not run them

The tool and the tests run in this environment; the server of another version in one of its
own, `.matrix/VERSION`, which `make` installs from the pins beside this file.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from tests.matrix.cluster import postgres

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / ".matrix"
SMOKE = ("tests/server/test_versions.py",)
OF_ALL = ("tests/examples/test_complete.py",)  # on our own version, that older ones lack parts of
_TWO_AT_ONCE = ("-n", "2", "--dist", "loadfile")
SQLITE, POSTGRES = "SQLite", "PostgreSQL"


@dataclass(frozen=True, slots=True)
class Cell:
    """A version of Prefect on a database."""

    version: str
    database: str

    @property
    def is_own(self) -> bool:
        """Whether the server is that of this environment."""
        return self.version == metadata.version("prefect")

    def __str__(self) -> str:
        major, minor, *_ = self.version.split(".")
        return f"{major}.{minor}/{self.database}"

    def environment(self, cluster: str) -> Mapping[str, str]:
        """What the tests have to be told."""
        own = {} if self.is_own else {"DEPLOY_TEST_SERVER_PYTHON": str(self._python)}
        return {**own, **({"DEPLOY_TEST_DATABASE": cluster} if self.database == POSTGRES else {})}

    @property
    def _python(self) -> Path:
        return ENVIRONMENTS / self.version / "bin" / "python"


def cells() -> tuple[Cell, ...]:
    """Every pinned version and our own, each on both databases."""
    pinned = sorted(path.stem for path in Path(__file__).parent.glob("*.txt"))
    versions = (*pinned, metadata.version("prefect"))
    return tuple(Cell(version, database) for version in versions for database in (SQLITE, POSTGRES))


def smoke() -> tuple[Cell, ...]:
    """One cell of each version and of each database, but the one that `make test` runs."""
    return tuple(each for each in cells() if each.is_own is (each.database == POSTGRES))


def chosen(names: Sequence[str]) -> tuple[Cell, ...]:
    """The cells of these names, all for none."""
    known = {str(each): each for each in cells()}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"no such cell: {', '.join(unknown)}; there are {', '.join(known)}")
    return tuple(known[name] for name in names) or tuple(known.values())


def run(some: Iterable[Cell], tests: Sequence[str]) -> Iterator[tuple[Cell, int]]:
    """Run the tests in each cell; yield it with pytest's exit code."""
    with ExitStack() as stack:
        cluster = ""
        for cell in some:
            if cell.database == POSTGRES and not cluster:
                cluster = stack.enter_context(postgres())
            _say(f"\n=== {cell}: Prefect {cell.version}")
            started = time.monotonic()
            ended = subprocess.run(
                [sys.executable, "-m", "pytest", *tests],
                cwd=ROOT,
                env={**os.environ, **cell.environment(cluster)},
                check=False,
            )
            _say(f"=== {cell}: {time.monotonic() - started:.0f} s")
            yield cell, ended.returncode


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; 1 if a test failed in any cell."""
    match arguments:
        case ["smoke"]:
            others = [each for each in smoke() if not each.is_own]
            own = [each for each in smoke() if each.is_own]
            ended = {
                **dict(run(others, (*SMOKE, *_TWO_AT_ONCE))),
                **dict(run(own, (*SMOKE, *OF_ALL, *_TWO_AT_ONCE))),
            }
        case ["whole", *names]:
            ended = dict(run(chosen(names), ("-m", "server", *_TWO_AT_ONCE)))
        case _:
            _say(__doc__ or "")
            return 1
    for cell, code in ended.items():
        _say(f"{cell}: {'passed' if code == 0 else f'FAILED (pytest said {code})'}")
    return int(any(ended.values()))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
