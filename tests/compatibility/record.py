"""Record what a version of `deploy` writes, so that every later one is tested with it.

    python -m tests.compatibility.record 0.1.0
    python -m tests.compatibility.record 0.0.1.dev154 --code /a/checkout/of/that/commit

The real program makes two applies of a stack on a real server, one of them killed on its way,
and what it left in files and on the server goes to `recorded/VERSION`.  What stands there
already is never written over: a recording says how things were.
"""

import argparse
import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.environment import without_prefect
from tests.support.live_server import WEB_ONLY, run_server
from tests.support.proxy import Proxy, proxy_to
from tests.support.recording import Call, Role
from tests.support.recordings import FOLDER, SERVER, STACK, TOKEN
from tests.support.template import make

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parents[1]
_FILES = ("whole", "plain", "least")  # the first that the version understands is taken
_APPLY = ("-f", "deploy.yaml", "--yes")
_LEDGER = f"/block_types/slug/deploy-ledger/block_documents/name/{STACK}"
_LOCK = f"/variables/name/deploy_lock_{STACK}"
_SUSPENDED = f"/variables/name/deploy_suspended_{STACK}"
_SUSPEND = f"""
import asyncio, os
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.suspension import Suspension, suspend

async def main():
    async with connect(os.environ["PREFECT_API_URL"]) as connection:
        client = PrefectClient(connection)
        await suspend(client, "{STACK}", Suspension(who="ada", at="2026-11-29T12:00:00+00:00"))

asyncio.run(main())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The version that is recorded, before a server."""

    folder: Path
    environment: Mapping[str, str]
    proxy: Proxy
    api: httpx.Client

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a run."""
        script = Path(sys.executable).with_name("deploy")
        return subprocess.Popen(
            [script, *arguments],
            cwd=self.folder,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> None:
        """Run it, which has to succeed."""
        with self.start(*arguments) as process:
            said, _ = process.communicate()
        if process.returncode:
            raise SystemExit(f"deploy {' '.join(arguments)}: {said}")

    def understands(self, *arguments: str) -> bool:
        """Whether a run succeeds."""
        with self.start(*arguments) as process:
            process.communicate()
        return process.returncode == 0

    def read(self, path: str) -> Any:
        """What the server holds; None if it holds nothing there."""
        answer = self.api.get(path, params={"include_secrets": "true"})
        return None if answer.status_code == httpx.codes.NOT_FOUND else answer.json()


def main() -> None:
    """Record one version."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("version", help="what the version calls itself")
    parser.add_argument("--code", type=Path, default=_ROOT, help="a checkout of it")
    asked = parser.parse_args()
    target = FOLDER / asked.version
    if target.exists():
        raise SystemExit(f"{target} is there already, and a recording is never changed")
    with tempfile.TemporaryDirectory() as made, _program(asked, Path(made)) as program:
        found = Path(made) / "found"
        found.mkdir()
        _record(program, found)
        shutil.copytree(found, target)
    print(f"recorded in {target}")  # noqa: T201  # what the caller waits for


@contextmanager
def _program(asked: argparse.Namespace, folder: Path) -> Iterator[Program]:
    for name in ("home", "server", "project", "known"):
        (folder / name).mkdir()
    known = folder / "known" / f"prefect_reconciler-{asked.version}.dist-info"
    known.mkdir()
    (known / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: prefect-reconciler\nVersion: {asked.version}\n"
    )
    make(folder / "home", folder / "template.db")
    with (
        run_server(folder / "server", folder / "template.db", environment=WEB_ONLY) as server,
        proxy_to(server.url) as proxy,
        httpx.Client(base_url=server.url, timeout=60) as api,
    ):
        environment = {
            **without_prefect(),
            "PYTHONPATH": f"{known.parent}:{asked.code.resolve()}",
            "PREFECT_API_URL": proxy.url,
            "PREFECT_HOME": str(folder / "home"),
            "HOME": str(folder / "home"),
            "DEPLOY_CACHE_DIR": str(folder / "cache"),
            "GITHUB_ACTOR": "ada",
            "GITHUB_SHA": "4f1d3c2a9b8e7d6c5b4a39281706f5e4d3c2b1a0",
            "RECORDED_TOKEN": TOKEN,
        }
        yield Program(folder=folder / "project", environment=environment, proxy=proxy, api=api)


def _record(program: Program, to: Path) -> None:
    project = program.folder
    for name in _FILES:
        shutil.copytree(_HERE / "files" / name, project, dirs_exist_ok=True)
        if program.understands("plan"):
            break
    first, changed = project / "deploy.yaml", project / "changed.yaml"
    shutil.copytree(project, to, dirs_exist_ok=True)
    keeps_a_journal = program.understands("apply", "--journal", "journal.jsonl", "--help")
    journal = ("--journal", "journal.jsonl") if keeps_a_journal else ()
    saves_plans = program.understands("plan", "--out", "first.plan.json")
    program.run(*(("apply", "first.plan.json") if saves_plans else _APPLY), *journal)
    first.write_text(changed.read_text("utf-8"), encoding="utf-8")
    program.understands("plan", "--out", "change.plan.json")
    _killed(program, *_APPLY, *journal)
    killed = _ledger(program)
    program.run(*_APPLY, *journal)
    _suspend(program)
    texts = {
        "ledger-killed.json": _text(killed),
        "ledger.json": _text(_ledger(program)),
        **_variable(program, "lock.json", _LOCK),
        **_variable(program, "suspended.json", _SUSPENDED),
        **{each.name: each.read_text("utf-8") for each in project.glob("*.plan.json")},
        **{each.name: each.read_text("utf-8") for each in project.glob("*.jsonl")},
        **_readings(program),
    }
    for name, text in texts.items():
        (to / name).write_text(_neutral(text, program), encoding="utf-8")


def _killed(program: Program, *arguments: str) -> None:
    """Run it, and kill it when the first thing of its stack has been written."""

    def kill(call: Call) -> None:
        if call.role is Role.WRITE:
            process.send_signal(signal.SIGKILL)
            process.wait()

    with program.start(*arguments) as process:
        program.proxy.after = kill
        process.wait()
    program.proxy.after = _nothing
    if process.returncode != -signal.SIGKILL:
        raise SystemExit("the run that was to be killed has ended by itself")


def _nothing(_: Call) -> None:
    pass


def _suspend(program: Program) -> None:
    """As the controller's page does it, where that version has one; else nothing is there."""
    subprocess.run(
        [sys.executable, "-c", _SUSPEND],
        cwd=program.folder,
        env=dict(program.environment),
        stderr=subprocess.DEVNULL,
        check=False,
    )


def _ledger(program: Program) -> Any:
    return program.read(_LEDGER)["data"]


def _variable(program: Program, name: str, path: str) -> dict[str, str]:
    found = program.read(path)
    return {} if found is None else {name: _text(found["value"])}


def _readings(program: Program) -> dict[str, str]:
    found = Path(program.environment["DEPLOY_CACHE_DIR"]).glob("*.json")
    return dict(zip(["readings.json"], (each.read_text("utf-8") for each in found), strict=False))


def _text(value: Any) -> str:
    return json.dumps(value, indent=2) + "\n"


def _neutral(text: str, program: Program) -> str:
    """Without what only says where it was recorded."""
    host = json.dumps(socket.gethostname())
    return text.replace(program.proxy.url, SERVER).replace(f'"host": {host}', '"host": "machine"')


if __name__ == "__main__":
    main()
