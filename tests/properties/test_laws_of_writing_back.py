"""What moved on the server and was written into the files is no difference any more."""

import asyncio
import os
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from compiler import Request, compile_project
from compiler.conversion.written_back import Ground, write_back
from compiler.desired.resources import DesiredState
from compiler.diff.change import Cause
from compiler.plan.action import Update
from compiler.plan.build import Plan
from compiler.source.sources import Sources
from tests.support.prefect_server import PrefectServer
from tests.support.random_stacks import EDITS, FLOWS, POOLS, STACKS, document, edit
from tests.support.rounds import rounds_on

pytestmark = [pytest.mark.property, pytest.mark.server, pytest.mark.slow]
TRIES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 8


@settings(max_examples=TRIES, phases=[Phase.explicit, Phase.generate])
@given(STACKS, POOLS, EDITS, st.integers(0, 9))
def test_what_is_written_back_has_not_moved(
    server: PrefectServer,
    tmp_path_factory: pytest.TempPathFactory,
    deployments: dict[str, Any],
    pool: dict[str, Any],
    edits: list[str],
    seed: int,
) -> None:
    server.wipe()
    folder = tmp_path_factory.mktemp("project")
    (folder / "flows.py").write_text(FLOWS)
    flow = seed % 2 == 0
    text = yaml.safe_dump(document(deployments, pool), default_flow_style=flow, sort_keys=False)

    asyncio.run(_try(server, folder, text, (edits, seed)))


async def _try(server: PrefectServer, folder: Path, text: str, done: tuple[list[str], int]) -> None:
    rounds, sources = rounds_on(server), read(folder, text)
    async with rounds.http:
        before = compiled(folder, sources)
        await rounds.apply(before)
        await edit(rounds.client, done[0], random.Random(done[1]))
        planned = await rounds.plan(before)
        moved = drifted(planned)

        found = write_back(ground(folder, sources, before, planned), planned.actions)

        left = {(each.address, each.field) for each in found.unwritten}
        assert moved <= {*found.written, *left}, "each is written, or told"
        after = compiled(folder, read(folder, found.texts.get("deploy.yaml", text)))
        again = await rounds.plan(after)
        assert drifted(again) & set(found.written) == set()
        assert {each.address for each in again.actions} <= {
            each.address for each in planned.actions
        }


def read(folder: Path, text: str) -> Sources:
    sources = Sources(folder)
    sources.give(folder / "deploy.yaml", text.encode())
    return sources


def compiled(folder: Path, sources: Sources) -> DesiredState:
    done = compile_project(Request(files=(folder / "deploy.yaml",), base=folder), sources)
    assert done.desired is not None, [each.message for each in done.report]
    return done.desired


def ground(folder: Path, sources: Sources, desired: DesiredState, planned: Plan) -> Ground:
    assert planned.seen is not None
    request = Request(files=(folder / "deploy.yaml",), base=folder)
    return Ground(request=request, sources=sources, stack=desired, observed=planned.seen)


def drifted(planned: Plan) -> set[tuple[Any, str]]:
    """The fields that the server moved, the stack's own tag aside."""
    return {
        (each.address, change.field)
        for each in planned.actions
        if isinstance(each, Update)
        for change in each.changes
        if change.cause in {Cause.DRIFT, Cause.BOTH}
        if change.field != "tags" or _without_mark(change.before) != _without_mark(change.after)
    }


def _without_mark(tags: Any) -> set[str]:
    return {tag for tag in tags or () if not tag.startswith("deploy:")}
