"""A PostgreSQL server for as long as a run lasts: a free port, a temporary folder, no root.

Made of Debian's packages, or of whatever PostgreSQL is on the `PATH`.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DEBIAN = Path("/usr/lib/postgresql")
_USER = "postgres"  # its name in the cluster; and whose process it is, where we are root
_PATIENCE = 60.0
# what is lost when the machine stops is of no use to anybody
_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "max_connections": "200"}


@contextmanager
def postgres() -> Iterator[str]:
    """Run one; give its address as Prefect takes it, without the name of a database."""
    owner = pwd.getpwnam(_USER) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), _free_port()
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        made = ["--auth", "trust", "--encoding", "UTF8", "--no-sync", "--username", _USER]
        command = [_program("initdb"), *made, "--pgdata", str(folder / "data")]
        subprocess.run(command, user=owner.pw_uid, cwd=folder, check=True, capture_output=True)
        with _serving(folder, port, owner.pw_uid):
            yield f"postgresql+asyncpg://{_USER}@127.0.0.1:{port}"


@contextmanager
def _serving(folder: Path, port: int, user: int) -> Iterator[None]:
    settings = {
        **_SETTINGS,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(folder),
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    command = [_program("postgres"), "-D", str(folder / "data"), "-p", str(port), *options]
    log = folder / "log"
    with (
        log.open("wb") as written,
        subprocess.Popen(command, user=user, cwd=folder, stdout=written, stderr=written) as process,
    ):
        try:
            _wait_for(port, process, log)
            yield
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    asking = [_program("pg_isready"), "--quiet", "--host", "127.0.0.1", "--port", str(port)]
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        if subprocess.run(asking, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise AssertionError(f"PostgreSQL did not start within {_PATIENCE} s")


def _program(name: str) -> str:
    """Debian keeps them by version, and most of them off the `PATH`; the newest is taken."""
    found = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    program = str(found[-1]) if found else shutil.which(name)
    assert program, f"there is no {name}: make postgres"
    return program


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
