"""The server's events, as a client is let in that has the password, and as none is without."""

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from controller.stream import Feed, Hearing, NotHeard, ids
from tests.support.live_server import LiveServer, run_server

pytestmark = [pytest.mark.server, pytest.mark.slow]

LOGIN = "ada:hunter2@home"
SIGNED = {"Authorization": f"Basic {b64encode(LOGIN.encode()).decode()}"}


@pytest.fixture
def guarded(tmp_path: Path, template: Path) -> Iterator[LiveServer]:
    environment = {"PREFECT_SERVER_API_AUTH_STRING": LOGIN}
    with run_server(tmp_path, template, environment=environment) as server:
        yield server


async def test_what_happens_is_heard_and_only_with_the_password(guarded: LiveServer) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    opened, lost = asyncio.Event(), asyncio.Event()
    hearing = Hearing(
        feed=Feed(api_url=guarded.url, token=LOGIN, headers=SIGNED),
        heard=heard.put_nowait,
        opened=opened.set,
        lost=lost.set,
        chance=lambda: 0.5,
    )
    going_on = asyncio.create_task(hearing.go_on())
    await asyncio.wait_for(opened.wait(), 30)

    async with httpx.AsyncClient(base_url=guarded.url, headers=SIGNED) as api:
        made = await api.post("/variables/", json={"name": "stage", "value": 1})
    async with asyncio.timeout(10):
        while await heard.get() != made.json()["id"]:
            continue

    going_on.cancel()
    assert not lost.is_set()
    for feed in (
        Feed(api_url=guarded.url, token="guessed", headers=SIGNED),
        Feed(api_url=guarded.url),
        Feed(api_url="http://127.0.0.1:9/api", token=LOGIN),
    ):
        with pytest.raises(NotHeard):
            await anext(ids(feed, datetime.now(UTC) - timedelta(seconds=5), opened.set))


def test_a_feed_shows_no_password() -> None:
    assert "hunter2" not in repr(Feed(api_url="http://here/api", token=LOGIN, headers=SIGNED))
    assert Feed(api_url="https://here/api/").url == "wss://here/api/events/out"
