"""A database as a Prefect server first makes it, made once and copied from then on.

Making the tables and block types takes a server 10 to 15 s; copying takes 10 ms.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from importlib import metadata
from pathlib import Path

import pytest

from tests.support.environment import without_prefect

_MAKE = """
import asyncio
import os
from prefect.server.api.server import create_app

async def start() -> None:
    app = create_app(ephemeral=True)
    async with app.router.lifespan_context(app):
        os._exit(0)  # a server that is stopped as soon as it runs may wait for ever

asyncio.run(start())
"""


# what writes to the database by itself makes "database is locked" (503) a matter of luck
WITHOUT_SERVICES = {
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
}


def settings(home: Path) -> dict[str, str]:
    """Return the environment of a server that keeps everything under `home`."""
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_PROFILES_PATH": str(home / "profiles.toml"),
        "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{database(home)}",
        "PREFECT_SERVER_ENCRYPTION_KEY": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
        "PREFECT_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",
        "DO_NOT_TRACK": "1",
    }


def database(home: Path) -> Path:
    """Return where the server of `home` keeps its data."""
    return home / "prefect.db"


def copy(source: Path, target: Path) -> None:
    """Make `target`, in use or not, what `source` is."""
    with closing(sqlite3.connect(source)) as a, closing(sqlite3.connect(target, timeout=60)) as b:
        a.backup(b)


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest) -> Path:
    """A fresh database, kept in pytest's cache from run to run, by Prefect's version."""
    kept = request.config.cache.mkdir("prefect-server") / f"{metadata.version('prefect')}.db"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            environment = without_prefect() | settings(home) | WITHOUT_SERVICES
            subprocess.run([sys.executable, "-c", _MAKE], env=environment, check=True)
            whole = kept.with_suffix(f".{os.getpid()}")
            copy(database(home), whole)
            whole.replace(kept)  # at once, for another worker may look at this moment
    return kept
