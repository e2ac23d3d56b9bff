"""A process that runs steps, seen from outside: asked a step at a time, and ended with all of it.

What it prints is told line by line, as it comes.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_CHILD = Path(__file__).with_name("step_child.py")
_LONGEST = 2**24  # bytes of a line, and of what a step puts out
_PATIENCE = 5.0  # seconds that a process has to end by itself
Tell = Callable[[str], None]


class StepFailed(Exception):
    """A step did not end well; says why."""


class NoRunner(Exception):
    """There is nothing to run steps with; says why."""


@dataclass(frozen=True, slots=True)
class StepProcess:
    """Whoever runs the steps; `hide` is told the texts that must not be shown."""

    process: asyncio.subprocess.Process
    hide: Callable[[list[str]], None]

    async def run(
        self, step: Mapping[str, Any], upstream: Mapping[str, Any], folder: str
    ) -> tuple[Mapping[str, Any], str]:
        """What all steps up to this one have put out, and the folder it ended in.

        Raises:
            StepFailed: it did not end well.
        """
        answer = await self._asked({"step": step, "upstream": upstream, "folder": folder})
        self.hide(answer.get("secrets", []))
        answer = await self._asked({"go": True})
        if "outputs" not in answer:
            raise StepFailed(str(answer.get("failed")))
        return answer["outputs"], str(answer["folder"])

    async def _asked(self, request: Mapping[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None
        with contextlib.suppress(ConnectionError):  # the answer, or its absence, says so
            self.process.stdin.write(json.dumps(request, default=dict).encode() + b"\n")
            await self.process.stdin.drain()
        return await self.answer()

    async def answer(self) -> dict[str, Any]:
        """The next answer.

        Raises:
            StepFailed: the process has ended.
        """
        assert self.process.stdout is not None
        try:
            line = await self.process.stdout.readline()
        except ValueError as error:
            message = f"it puts out more than {_LONGEST // 2**20} MB"
            raise StepFailed(message) from error
        if not line:
            raise StepFailed(f"its process ended with {await self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def step_process(
    folder: str, environ: Mapping[str, str], tell: Tell, hide: Callable[[list[str]], None]
) -> AsyncIterator[StepProcess]:
    """A process in `folder`, which ends with the context: with all that steps have started.

    Raises:
        NoRunner: there is no such Python, or it has no Prefect.
    """
    process = await _started(folder, environ)
    telling = asyncio.create_task(_told(process, tell))
    try:
        running = StepProcess(process, hide)
        try:
            answer = await running.answer()
        except StepFailed as error:
            raise NoRunner(str(error)) from error
        if "absent" in answer:
            raise NoRunner(str(answer["absent"]))
        yield running
        assert process.stdin is not None
        process.stdin.write(b'{"end": true}\n')
        process.stdin.close()
        await asyncio.wait_for(process.wait(), _PATIENCE)
    except TimeoutError:  # what steps have left running does not keep us
        return
    finally:
        await _ended(process)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(telling, _PATIENCE)


async def _started(folder: str, environ: Mapping[str, str]) -> asyncio.subprocess.Process:
    python = environ.get("DEPLOY_STEPS_PYTHON") or sys.executable
    try:
        return await asyncio.create_subprocess_exec(
            python,
            "-P",  # nothing of the user's stands in the way of what Prefect imports
            str(_CHILD),
            cwd=folder,
            env=environ,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours to pass on
            limit=_LONGEST,
        )
    except OSError as error:
        raise NoRunner(f"{python!r} cannot be started: {error.strerror}") from error


async def _told(process: asyncio.subprocess.Process, tell: Tell) -> None:
    assert process.stderr is not None
    while True:
        try:
            line = await process.stderr.readline()
        except ValueError:
            tell(f"    (a line of more than {_LONGEST // 2**20} MB is left out)")
            continue
        if not line:
            return
        for part in line.decode(errors="replace").splitlines():
            tell(f"    {part}")


async def _ended(process: asyncio.subprocess.Process) -> None:
    """End the process and its group: first asking, then not."""
    if process.returncode is None:
        _signal(process, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _PATIENCE)
        _signal(process, signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        await process.wait()


def _signal(process: asyncio.subprocess.Process, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
