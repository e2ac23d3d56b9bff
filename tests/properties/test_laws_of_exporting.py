"""What is exported is the workspace: adopted it needs nothing, applied elsewhere it is the same."""

import asyncio
import os
import random
from pathlib import Path

import pytest

from tests.support.exporting import (
    WayIn,
    adopted_plan_is_empty,
    differences_on_an_empty_server,
    unexplained,
    way_in,
)
from tests.support.prefect_server import PrefectServer
from tests.support.random_workspaces import RandomWorkspace
from tests.support.rounds import rounds_on

pytestmark = [pytest.mark.property, pytest.mark.server, pytest.mark.slow]

IN_FULL = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
COUNT = 500 if IN_FULL else 60
SEEDS = [random.randrange(10**6) for _ in range(3)] if IN_FULL else [7]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_workspace_comes_back_as_it_is(
    seed: int, server: PrefectServer, tmp_path: Path
) -> None:
    found = asyncio.run(_export_and_adopt(server, tmp_path, seed))

    lost = asyncio.run(differences_on_an_empty_server(server, found))

    assert unexplained(lost, found.exported) == {}


async def _export_and_adopt(server: PrefectServer, folder: Path, seed: int) -> WayIn:
    rounds = rounds_on(server)
    async with rounds.http:
        await RandomWorkspace(rounds.http, seed).make(COUNT)
        found = await way_in(rounds, folder)
        assert await adopted_plan_is_empty(rounds, found) == []
    return found
