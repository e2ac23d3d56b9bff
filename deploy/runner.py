"""Prefect's own runner, in this process: it starts a process for each run.

Only in those the user's flows are imported.
"""

import asyncio
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import UUID

from deploy import garbage
from deploy.complaint import Complaint

_OBJECTS = 10_000  # a process that stays looks for garbage more often than a run does


@dataclass(frozen=True, slots=True)
class Applied:
    """A deployment that is on the server already, as a runner takes it: nothing is written."""

    name: str
    id: UUID
    storage: None = None

    async def aapply(self) -> UUID:
        """Its id."""
        return self.id

    async def apply(self) -> UUID:
        """Its id, as older runners ask for it."""
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What is served, under which name, from which folder; `limit` None is any number of runs."""

    deployments: tuple[Applied, ...]
    name: str
    folder: Path
    limit: int | None = None


def serve(serving: Serving, surroundings: Mapping[str, str]) -> None:
    """Run deployments until the process is told to end; `surroundings` is its environment.

    Raises:
        Complaint: Prefect is not installed.
    """
    if find_spec("prefect") is None:
        hint = "pip install 'prefect-reconciler[embedded]'"
        raise Complaint("serving needs Prefect, which is not installed here", hint=hint)
    os.environ.clear()
    os.environ.update(surroundings)
    os.chdir(serving.folder)
    garbage.look_for_garbage(every=_OBJECTS)
    asyncio.run(_served(serving))


async def _served(serving: Serving) -> None:
    from prefect.runner import Runner  # noqa: PLC0415  # takes seconds, and reads the environment

    runner: Any = Runner(name=serving.name, limit=serving.limit, pause_on_shutdown=False)
    for each in serving.deployments:
        await runner.add_deployment(each)
    running = asyncio.create_task(runner.start())
    await asyncio.sleep(0)  # it has set its own handlers, which end nothing
    ended = asyncio.create_task(_told_to_end(runner))
    await asyncio.wait((running, ended), return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    await running


async def _told_to_end(runner: Any) -> None:
    """Wait for Ctrl-C or SIGTERM, then take no more runs and end those under way."""
    heard, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, heard.set)
    await heard.wait()
    await runner.stop()
