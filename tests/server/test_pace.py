"""A real server on SQLite, which has one writer, is soon written to by one at a time."""

import asyncio
import logging

import pytest

from compiler.desired.json import Json
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from tests.support.live_server import LiveServer

pytestmark = [pytest.mark.server, pytest.mark.slow]

DEPLOYMENTS = 40
NIGHTLY: Json = {"cron": "0 3 * * *", "timezone": "UTC"}


async def test_a_server_on_sqlite_ends_near_one(
    live_server: LiveServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "reconciler.api")
    widths: list[int] = []
    async with connect(live_server.url) as http:
        client = PrefectClient(http)
        flow = await client.create_flow("etl")

        async def make(number: int) -> None:
            schedule: Json = {"slug": "s", "schedule": NIGHTLY, "parameters": {}}
            body: dict[str, Json] = {"name": f"n{number}", "flow_id": str(flow.id)}
            async with client.pace.slot():
                await client.create_deployment({**body, "schedules": [schedule]})
            widths.append(client.pace.width)

        async with asyncio.TaskGroup() as tasks:
            for number in range(DEPLOYMENTS):
                tasks.create_task(make(number))
        there = await client.deployments({})

    last = widths[DEPLOYMENTS // 2 :]
    assert len(there) == DEPLOYMENTS
    assert sum(last) / len(last) <= 2.0, widths
    assert sum(": 503 in" in message for message in caplog.messages) <= DEPLOYMENTS / 2
