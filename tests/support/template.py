"""A database as a Prefect server first makes it, made once and copied from then on.

Making the tables and block types takes a server 10 to 15 s; copying takes 10 ms (SQLite),
or 50 ms (PostgreSQL).
"""

import os
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.support import postgres
from tests.support.environment import without_prefect
from tests.support.which_server import chosen

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
        "PREFECT_API_DATABASE_CONNECTION_URL": _url(home),
        "PREFECT_SERVER_ENCRYPTION_KEY": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
        "PREFECT_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",
        "DO_NOT_TRACK": "1",
    }


def _url(home: Path) -> str:
    server = chosen().postgres
    if server is None:
        return f"sqlite+aiosqlite:///{database(home)}"
    return postgres.url(server, postgres.name_for(home))


def database(home: Path) -> Path:
    """Return where a server of `home` keeps its data in SQLite."""
    return home / "prefect.db"


def restore(template: Path, home: Path) -> None:
    """Make the database of `home`'s server, in use or not, what `template` is."""
    server = chosen().postgres
    if server is None:
        copy(template, database(home))
    else:
        postgres.restore(server, postgres.name_for(home), template)


def save(home: Path, file: Path) -> None:
    """Note in a file what the database of `home`'s server holds, for `restore`."""
    server = chosen().postgres
    if server is None:
        copy(database(home), file)
    else:
        postgres.dump(server, postgres.name_for(home), file)


def copy(source: Path, target: Path) -> None:
    """Make `target`, in use or not, what `source` is."""
    with closing(sqlite3.connect(source)) as a, closing(sqlite3.connect(target, timeout=60)) as b:
        a.backup(b)


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest) -> Path:
    """A fresh database, kept in pytest's cache from run to run, by Prefect's version.

    That of PostgreSQL is a dump.
    """
    kind = "db" if chosen().postgres is None else "sql"
    kept = request.config.cache.mkdir("prefect-server") / f"{chosen().version}.{kind}"
    if not kept.exists():
        with tempfile.TemporaryDirectory() as folder:
            whole = kept.with_suffix(f".{os.getpid()}")
            make(Path(folder), whole)
            whole.replace(kept)  # at once, for another worker may look at this moment
    return kept


def make(home: Path, file: Path) -> None:
    """Make the tables in the database of `home`, and note them in a file."""
    server, name = chosen().postgres, postgres.name_for(home)
    if server is not None:
        postgres.create(server, name)
    environment = without_prefect() | settings(home) | WITHOUT_SERVICES
    subprocess.run([chosen().python, "-c", _MAKE], env=environment, check=True)
    save(home, file)
