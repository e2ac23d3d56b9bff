"""Who listens to the page: told of what is new, once, however slow they are."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx

from controller.listening import listening, open_door
from controller.page import live
from controller.page.hub import Hub
from controller.page.live import Live
from controller.settled import Settled, State
from tests.support.paged import paged, stack


async def test_whoever_looks_from_now_on_hears_what_is_new() -> None:
    hub = Hub()
    hub.tell("shop")
    listener = hub.listen(hub.position)
    assert listener is not None

    hub.tell("web")
    hub.tell("shop")
    hub.tell("web")

    assert await listener.next(5) == ["shop", "web"]
    assert await listener.next(0.01) == []


async def test_nothing_is_missed_between_a_page_and_its_stream() -> None:
    hub = Hub()
    position = hub.position
    hub.tell("shop")

    late = hub.listen(position)
    other_process = hub.listen("00000000-7")
    nonsense = hub.listen("<b>")

    for each in (late, other_process, nonsense):
        assert each is not None
        assert await each.next(0.01) == ["shop"]


async def test_listeners_are_few_and_one_that_goes_makes_room() -> None:
    hub = Hub(most=2)
    first, second = hub.listen(""), hub.listen("")
    assert first is not None
    assert second is not None
    assert hub.listen("") is None

    hub.leave(first)

    assert hub.listen("") is not None


class Socket:
    """What stands between an answer and a browser; a slow one takes nothing."""

    def __init__(self, *, is_slow: bool = False) -> None:
        self.sent: list[str] = []
        self.gone = asyncio.Event()
        self._is_slow = is_slow

    async def send(self, message: Any) -> None:
        """Take what is sent."""
        if self._is_slow:
            await asyncio.Event().wait()
        self.sent.append(message.get("body", b"").decode())

    async def receive(self) -> dict[str, Any]:
        """Say nothing until the browser goes."""
        await self.gone.wait()
        return {"type": "http.disconnect"}

    def until(self, hub: Hub) -> "asyncio.Task[None]":
        """Answer, beside the test."""
        listener = hub.listen(hub.position)
        assert listener is not None
        answer = Live(hub, listener, lambda name: f"data: {name}\n\n")
        return asyncio.create_task(answer({"type": "http"}, self.receive, self.send))


async def test_a_browser_that_goes_leaves_at_once() -> None:
    hub, socket = Hub(), Socket()
    answering = socket.until(hub)
    hub.tell("shop")
    await asyncio.sleep(0.05)

    socket.gone.set()

    await asyncio.wait_for(answering, 1)
    assert "data: shop\n\n" in socket.sent
    assert hub.listeners == 0


async def test_a_slow_browser_keeps_nobody_waiting_and_is_dropped(monkeypatch: Any) -> None:
    monkeypatch.setattr(live, "_PATIENCE", 0.2)
    hub, slow, quick = Hub(), Socket(is_slow=True), Socket()
    dropped, answering = slow.until(hub), quick.until(hub)

    for number in range(1_000):
        hub.tell(f"stack-{number % 7}")
    await asyncio.sleep(0.1)

    assert "".join(quick.sent).count("data: ") == 7
    await asyncio.wait_for(dropped, 2)
    assert hub.listeners == 1
    hub.end()
    await asyncio.wait_for(answering, 2)


async def test_when_the_controller_ends_all_go() -> None:
    hub = Hub()
    answering = [Socket().until(hub) for _ in range(5)]
    await asyncio.sleep(0.05)

    hub.end()

    await asyncio.wait_for(asyncio.gather(*answering), 2)
    assert hub.listen("") is None


async def _until(lines: AsyncIterator[str], text: str, said: list[str]) -> None:
    async for line in lines:
        said.append(line)
        if text in line:
            return


async def test_over_a_real_port_news_come_at_once_and_nobody_holds_up_the_end() -> None:
    said: list[str] = []
    door = open_door("127.0.0.1", 0)
    url = f"http://127.0.0.1:{door.getsockname()[1]}"
    async with paged([stack(), stack("web")]) as page, httpx.AsyncClient(timeout=10) as browser:
        async with listening(page.app, door), page.hub:
            since = {"since": page.hub.position}
            async with browser.stream("GET", f"{url}/events", params=since) as stream:
                lines, begun = stream.aiter_lines(), time.monotonic()
                page.settle(Settled(stack="web", state=State.SYNCED))
                await _until(lines, "</tr>", said)
                took = time.monotonic() - begun
                page.hub.end()
                await _until(lines, "nothing", said)
            ending = time.monotonic()
        ended = time.monotonic() - ending

    assert stream.headers["content-type"].startswith("text/event-stream")
    assert took < 1
    assert "event: row-web" in said
    assert "event: row-shop" not in said
    assert ended < 2
