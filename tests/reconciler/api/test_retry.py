"""What may pass is tried again; what could be done twice is not."""

import asyncio
from contextlib import suppress

import httpx
import pytest

from reconciler.api.retry import Backoff, RetryTransport
from tests.support.faults import cut, refuse


class Script:
    """Answers each request with the next of its lines."""

    def __init__(self, *lines: object) -> None:
        self.lines = iter(lines)
        self.sent = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        del request
        self.sent += 1
        line = next(self.lines)
        if isinstance(line, Exception):
            raise line
        if isinstance(line, httpx.Response):
            return line
        assert isinstance(line, int)
        return httpx.Response(line, json=True)


async def status_of(
    script: Script, naps: list[float], *, method: str = "POST", repeatable: bool = False
) -> int:
    async def sleep(seconds: float) -> None:
        naps.append(seconds)

    backoff = Backoff(tries=4, first=0.1, ceiling=0.3)
    transport = RetryTransport(
        httpx.MockTransport(script), backoff, sleep=sleep, chance=lambda: 1.0
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://prefect.test") as http:
        request = http.build_request(method, "/", extensions={"repeatable": repeatable})
        return (await http.send(request)).status_code


@pytest.mark.parametrize("passing", [408, 429, 503])
async def test_a_status_that_passes_is_waited_out(passing: int) -> None:
    naps: list[float] = []

    status = await status_of(Script(passing, passing, 200), naps)

    assert (status, naps) == (200, [0.1, 0.2])


@pytest.mark.parametrize("final", [400, 401, 403, 404, 409, 422, 423, 500])
async def test_a_refusal_is_not_tried_again(final: int) -> None:
    naps: list[float] = []

    status = await status_of(Script(final), naps, method="GET")

    assert (status, naps) == (final, [])


async def test_pauses_grow_up_to_a_ceiling() -> None:
    naps: list[float] = []

    status = await status_of(Script(503, 503, 503, 503), naps)

    assert (status, naps) == (503, [0.1, 0.2, 0.3])


async def test_a_server_is_waited_for_as_long_as_it_asks() -> None:
    naps: list[float] = []
    later = httpx.Response(429, headers={"Retry-After": "7.5"})

    status = await status_of(Script(later, 200), naps)

    assert (status, naps) == (200, [7.5])


async def test_a_server_that_asks_for_too_long_is_not_waited_for() -> None:
    naps: list[float] = []
    tomorrow = httpx.Response(429, headers={"Retry-After": "86400"})

    status = await status_of(Script(tomorrow), naps)

    assert (status, naps) == (429, [])


@pytest.mark.parametrize(
    ("method", "repeatable"), [("GET", False), ("PATCH", True)], ids=["a read", "marked"]
)
@pytest.mark.parametrize("lost", [502, httpx.ReadError("reset"), httpx.ReadTimeout("slow")])
async def test_a_lost_answer_is_asked_for_again_if_that_is_safe(
    method: str, lost: object, *, repeatable: bool
) -> None:
    naps: list[float] = []

    status = await status_of(Script(lost, 200), naps, method=method, repeatable=repeatable)

    assert (status, naps) == (200, [0.1])


async def test_a_lost_answer_is_not_asked_for_again_if_that_is_not_safe() -> None:
    script = Script(httpx.ReadError("reset"), 200)

    with pytest.raises(httpx.ReadError):
        await status_of(script, [])

    assert script.sent == 1


async def test_what_was_never_sent_is_sent_again() -> None:
    naps: list[float] = []

    status = await status_of(Script(503, httpx.ConnectError("refused"), 200), naps)

    assert (status, naps) == (200, [0.1, 0.2])


async def test_a_server_that_never_answered_is_given_three_tries() -> None:
    naps: list[float] = []
    refused = httpx.ConnectError("refused")

    with pytest.raises(httpx.ConnectError):
        await status_of(Script(refused, refused, refused), naps, method="GET")

    assert naps == [0.1, 0.2]


def test_pauses_vary_by_chance() -> None:
    backoff = Backoff(tries=3, first=1.0, ceiling=9.0)

    assert list(backoff.pauses(lambda: 0.0)) == [0.5, 1.0]
    assert list(backoff.pauses(lambda: 1.0)) == [1.0, 2.0]


class Busy:
    """A server that says 503 once, and counts what comes over each connection."""

    def __init__(self) -> None:
        self.requests_per_connection: list[int] = []
        self.ended = asyncio.Semaphore(0)
        self._statuses = iter([b"503 Busy"])

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.requests_per_connection.append(0)
        with suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                self.requests_per_connection[-1] += 1
                head = b"Content-Type: application/json\r\nContent-Length: 4\r\n\r\ntrue"
                writer.write(b"HTTP/1.1 " + next(self._statuses, b"200 OK") + b"\r\n" + head)
        writer.close()
        await writer.wait_closed()
        self.ended.release()


async def test_a_connection_that_brought_a_5xx_is_not_used_again() -> None:
    busy = Busy()
    server = await asyncio.start_server(busy, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport = RetryTransport(httpx.AsyncHTTPTransport(), Backoff(first=0.0), sleep=asyncio.sleep)

    async with server, httpx.AsyncClient(transport=transport) as http:
        for _ in range(2):
            assert (await http.post(f"http://127.0.0.1:{port}/")).status_code == 200
    for _ in busy.requests_per_connection:
        await busy.ended.acquire()

    assert busy.requests_per_connection == [1, 2]


async def test_faults_that_are_refusals_never_reach_the_server() -> None:
    seen = Script(200)
    request = httpx.Request("GET", "http://prefect.test/")

    for fault in (refuse, cut):
        with pytest.raises(httpx.TransportError):
            await fault(request, httpx.MockTransport(seen))

    assert seen.sent == 0
