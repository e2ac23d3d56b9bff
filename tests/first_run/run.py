"""What the README says of an empty folder, done by a shell in one: `make first-run`.

    python -m tests.first_run.run python3.11 python3.12 python3.13

Nothing of it is written here again: the files and the commands are those of the README.  Each
Python gets a folder, a home of Prefect and a cache of pip of its own, all of them empty; only
the port is another one, lest it be taken.  Needs nothing but the standard library.
"""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
MOST = 120.0  # seconds, from the empty folder to a run that is completed
_PATIENCE = 600.0  # seconds, after which a run is given up
_SECTION = re.compile(r"^## From an empty folder.*?(?=^## )", re.MULTILINE | re.DOTALL)
_FILE = re.compile(
    r"^`(?P<name>[\w./-]+)`\n\n```python\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_COMMANDS = re.compile(r"^<!-- first run -->\n\n```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CLONE = "prefect-reconciler"
_PORT = "4200"
_PREFIXES = ("PREFECT_", "PYTHON", "VIRTUAL_ENV", "DEPLOY_")  # of whoever calls this


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the README has one write, and type."""

    files: Mapping[str, str]
    commands: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How it ended: seconds of each command that took one, and the states of the runs there are."""

    code: int
    seconds: float
    parts: tuple[tuple[str, float], ...]
    states: tuple[str, ...]
    printed: str

    @property
    def is_good(self) -> bool:
        """Whether there is a run, and it is completed, in time."""
        return self.code == 0 and self.states == ("COMPLETED",) and self.seconds < MOST


def told(readme: str) -> Told:
    """Take the files and the commands out of the README."""
    section = _SECTION.search(readme)
    commands = section and _COMMANDS.search(section[0])
    if section is None or commands is None:
        raise SystemExit("the README does not say how to come from an empty folder to a run")
    files = {each["name"]: each["text"] for each in _FILE.finditer(section[0])}
    return Told(files=files, commands=commands[1])


def follow(what: Told, python: str, folder: Path) -> Ended:
    """Do what the README says with this Python, in a new folder below this one."""
    (folder / _CLONE).symlink_to(ROOT)
    shop, programs = folder / "shop", folder / "bin"
    shop.mkdir()
    programs.mkdir()
    (programs / "python3").symlink_to(python)
    for name, text in what.files.items():
        (shop / name).write_text(text, encoding="utf-8")
    port = _free_port()
    began = time.monotonic()
    with (
        (folder / "printed").open("wb") as printed,
        subprocess.Popen(
            [
                "bash",
                "-e",
                "-c",
                _script(what.commands.replace(_PORT, str(port)), folder / "times"),
            ],
            cwd=shop,
            env=_environment(folder, programs, port),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that server and worker can be ended with it
        ) as shell,
    ):
        try:
            code = shell.wait(_PATIENCE)
            seconds = time.monotonic() - began
            states = _states(port) if code == 0 else ()
        finally:
            with suppress(ProcessLookupError):  # it has started nothing that is left
                os.killpg(shell.pid, signal.SIGKILL)
    logs = [folder / "printed", *sorted(shop.glob("*.log"))]
    return Ended(
        code=code,
        seconds=seconds,
        parts=_parts(folder / "times"),
        states=states,
        printed="\n".join(each.read_text("utf-8", errors="replace") for each in logs),
    )


def _script(commands: str, times: Path) -> str:
    """The commands as they stand, and what time it is after each."""
    lines = []
    for line in commands.splitlines():
        note = f"echo $EPOCHREALTIME {shlex.quote(line)} >> {shlex.quote(str(times))}"
        lines += [line, note] if line else []
    return "\n".join([f"echo $EPOCHREALTIME > {shlex.quote(str(times))}", *lines])


def _parts(times: Path) -> tuple[tuple[str, float], ...]:
    moments = [line.partition(" ") for line in times.read_text("utf-8").splitlines()]
    pairs = pairwise(moments)
    return tuple((now[2], float(now[0]) - float(before[0])) for before, now in pairs)


def _environment(folder: Path, programs: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_PREFIXES)}
    return {
        **kept,
        "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PIP_CACHE_DIR": str(folder / "pip"),
        "DEPLOY_CACHE_DIR": str(folder / "cache"),
    }


def _states(port: int) -> tuple[str, ...]:
    """What has become of each flow run that the server knows."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/flow_runs/filter",
        data=b"{}",
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return tuple(each["state_type"] for each in json.load(answer))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _real(python: str) -> str | None:
    """The Python behind a name; None if there is none, or only a shim that leads nowhere."""
    found = shutil.which(python)
    if found is None:
        return None
    asked = [found, "-c", "import sys; print(sys.executable)"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def main(pythons: list[str]) -> int:
    """Follow the README with each; 1 if any was not there, failed or took too long."""
    what, is_good = told(README.read_text(encoding="utf-8")), True
    for name in pythons:
        python = _real(name)
        if python is None:
            print(f"{name}: not found")
            is_good = False
            continue
        with tempfile.TemporaryDirectory(prefix="first-run-") as folder:
            ended = follow(what, python, Path(folder))
        print(f"{name}: {ended.seconds:.1f} s, exit code {ended.code}, runs: {ended.states}")
        print(f"  (load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors)")
        for command, seconds in ended.parts:
            if seconds >= 1:
                print(f"  {seconds:5.1f} s  {command.partition('  #')[0]}")
        if not ended.is_good:
            print(ended.printed)
            is_good = False
    return 0 if is_good else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:] or [sys.executable]))
