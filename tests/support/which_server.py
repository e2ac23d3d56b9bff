"""Which Prefect the tests talk to: this environment's own, or another version's.

`DEPLOY_TEST_SERVER_PYTHON` is the interpreter of an environment that holds another
Prefect, `DEPLOY_TEST_DATABASE` the address of a PostgreSQL server,
`postgresql+asyncpg://user@host:port`; `make matrix` sets both.  The tool itself and the
tests run in this environment all the same.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib import metadata

_VERSION = "import importlib.metadata as m; print(m.version('prefect'))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The server's interpreter and Prefect; `postgres` is None for SQLite."""

    python: str
    version: str
    postgres: str | None
    is_ours: bool

    @property
    def number(self) -> tuple[int, ...]:
        """The version as it compares."""
        return number(self.version)

    def __str__(self) -> str:
        return f"Prefect {self.version} on {'PostgreSQL' if self.postgres else 'SQLite'}"


@cache
def chosen() -> Chosen:
    """What the environment says."""
    python = os.environ.get("DEPLOY_TEST_SERVER_PYTHON") or sys.executable
    postgres = os.environ.get("DEPLOY_TEST_DATABASE") or None
    return Chosen(
        python=python,
        version=_version_of(python),
        postgres=postgres,
        is_ours=python == sys.executable and postgres is None,
    )


def number(version: str) -> tuple[int, ...]:
    """A version's leading numbers: (3, 8, 8)."""
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _version_of(python: str) -> str:
    if python == sys.executable:
        return metadata.version("prefect")
    asked = subprocess.run([python, "-c", _VERSION], capture_output=True, text=True, check=True)
    return asked.stdout.strip()
