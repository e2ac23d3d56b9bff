"""A small sample of `make controller-scale`: ten minutes of many stacks, which pass in seconds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from reconciler.api.client import PrefectClient
from reconciler.api.trace import Hearer
from tests.support.many_stacks import Size, play
from tests.support.prefect_server import PrefectServer

pytestmark = [pytest.mark.server, pytest.mark.slow]


async def test_many_stacks_miss_no_commit_and_idle_ones_ask_little(
    server: PrefectServer, tmp_path: Path
) -> None:
    @asynccontextmanager
    async def opening(hearer: Hearer) -> AsyncIterator[PrefectClient]:
        async with server.connect() as http:
            yield PrefectClient(http, hearer=hearer)

    size = Size(stacks=6, each=3, repositories=2, minutes=10, speed=100)
    measured = await play(size, opening, tmp_path)

    assert (measured.applied, measured.in_sync) == (6, 6)
    assert 0.5 < measured.looks < 1.5  # one a minute and repository, however many stacks it has
    assert measured.requests.get("write", 0) == 0
    assert measured.requests["read"] < 15  # most of them by all stacks together
