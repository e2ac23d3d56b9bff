"""What may pass is tried again; what could be done twice is not."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass

import httpx
import pytest

from reconciler.api.retry import Backoff, Budget, RetryTransport
from tests.support.faults import cut, refuse
from tests.support.simulated_time import run_simulated

Handler = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


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


BACKOFF = Backoff(tries=4, first=0.1, ceiling=0.3)


@dataclass
class Time:
    """A clock that goes on while somebody sleeps; `naps` are the seconds of each sleep."""

    naps: list[float]
    now: float = 1000.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps.append(round(seconds, 6))
        self.now += seconds


def through(script: Handler, time: Time, backoff: Backoff = BACKOFF) -> httpx.AsyncClient:
    transport = RetryTransport(
        httpx.MockTransport(script), backoff, sleep=time.sleep, clock=time.clock, chance=lambda: 1.0
    )
    return httpx.AsyncClient(transport=transport, base_url="http://prefect.test")


async def status_of(
    script: Handler,
    naps: list[float],
    *,
    method: str = "POST",
    repeatable: bool = False,
    backoff: Backoff = BACKOFF,
) -> int:
    async with through(script, Time(naps), backoff) as http:
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

    assert (status, naps) == (200, [7.6])


async def test_a_server_that_asks_for_too_long_is_not_waited_for() -> None:
    naps: list[float] = []
    tomorrow = httpx.Response(429, headers={"Retry-After": "86400"})

    status = await status_of(Script(tomorrow), naps)

    assert (status, naps) == (429, [])


@pytest.mark.parametrize(
    ("method", "repeatable"), [("GET", False), ("PATCH", True)], ids=["a read", "marked"]
)
@pytest.mark.parametrize(
    "lost", [502, 504, 524, httpx.ReadError("reset"), httpx.ReadTimeout("slow")]
)
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


async def test_a_server_may_name_the_time_to_come_back() -> None:
    naps: list[float] = []
    now, then = "Sun, 22 Nov 2026 12:00:00 GMT", "Sun, 22 Nov 2026 12:00:30 GMT"
    later = httpx.Response(503, headers={"Retry-After": then, "Date": now})

    status = await status_of(Script(later, 200), naps)

    assert (status, naps) == (200, [30.1])


@pytest.mark.parametrize(
    "written", ["soon", "-5", "nan", "inf", "Sun, 22 Nov 2020 12:00:00 GMT", "Sun, 99 Nov 2020"]
)
async def test_what_is_no_time_to_wait_is_none(written: str) -> None:
    naps: list[float] = []
    later = httpx.Response(429, headers={"Retry-After": written})

    status = await status_of(Script(later, 200), naps)

    assert (status, naps) == (200, [0.1])


def test_nobody_else_sends_while_the_server_wants_quiet() -> None:
    sent: list[float] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        del request
        sent.append(round(asyncio.get_running_loop().time(), 3))
        is_first = len(sent) == 1
        return httpx.Response(429, headers={"Retry-After": "9"} if is_first else {}, json=True)

    async def ask_twice() -> None:
        clock = asyncio.get_running_loop().time
        inner = httpx.MockTransport(answer)
        transport = RetryTransport(inner, Backoff(tries=2), clock=clock, chance=lambda: 1.0)
        async with httpx.AsyncClient(transport=transport) as http, asyncio.TaskGroup() as tasks:
            tasks.create_task(http.get("http://prefect.test/first"))
            await asyncio.sleep(3.0)
            tasks.create_task(http.get("http://prefect.test/second"))

    run_simulated(ask_twice())

    assert sent == [0.0, 9.0, 9.1, 9.1]


async def test_a_server_that_asks_for_a_day_is_asked_no_more() -> None:
    script = Script(httpx.Response(429, headers={"Retry-After": "86400"}))

    async with through(script, Time([])) as http:
        told = [(await http.get("/")).status_code for _ in range(3)]

    assert (told, script.sent) == ([429, 429, 429], 1)


async def test_a_request_that_hangs_is_not_tried_ten_times() -> None:
    naps: list[float] = []
    time, sent = Time(naps), 0

    async def hang(request: httpx.Request) -> httpx.Response:
        nonlocal sent
        sent += 1
        time.now += 60.0
        raise httpx.ReadTimeout("slow", request=request)

    async with through(hang, time, Backoff()) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.get("/")

    assert sent == 2


async def test_a_server_that_is_gone_is_waited_for_once() -> None:
    refused = httpx.ConnectError("refused")
    script = Script(200, *[refused] * 7)

    async with through(script, Time([])) as http:
        await http.get("/")
        for tries in (4, 3):
            before = script.sent
            with pytest.raises(httpx.ConnectError):
                await http.get("/")
            assert script.sent - before == tries


async def test_a_run_waits_for_its_budget_and_no_longer() -> None:
    naps: list[float] = []
    backoff = Backoff(tries=4, first=1.0, ceiling=1.0, budget=5.0)

    async with through(always(503), Time(naps), backoff) as http:
        told = [(await http.get("/")).status_code for _ in range(4)]

    assert told == [503] * 4
    assert naps == [1.0] * 5


async def test_who_waits_at_once_waits_once() -> None:
    time = Time([])
    budget = Budget(10.0, time.clock)

    with budget.spending(), budget.spending():
        time.now += 4.0

    assert budget.left() == 6.0


def always(status: int, headers: dict[str, str] | None = None) -> Handler:
    async def answer(request: httpx.Request) -> httpx.Response:
        del request
        return httpx.Response(status, headers=headers)

    return answer


async def test_maintenance_is_waited_out_for_the_whole_budget() -> None:
    naps: list[float] = []
    backoff = Backoff(tries=3, first=0.1, ceiling=2.0, deadline=10.0, budget=100.0)

    answer = always(503, {"Prefect-Maintenance": "true"})
    status = await status_of(answer, naps, backoff=backoff)

    assert (status, naps) == (503, [2.0] * 50)


@pytest.mark.parametrize(
    "final",
    [
        httpx.ProxyError("407 Proxy Authentication Required"),
        httpx.UnsupportedProtocol("no scheme"),
        httpx.LocalProtocolError("illegal header"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_never_passes_is_not_tried_again(final: httpx.TransportError) -> None:
    script = Script(200, final)

    async with through(script, Time([])) as http:
        await http.get("/")
        with pytest.raises(type(final)):
            await http.get("/")

    assert script.sent == 2


@pytest.mark.parametrize(
    ("lines", "seconds", "halvings"),
    [
        ([200, 404, 422], 4.9, 0),
        ([503, 200], 0.1, 1),
        ([429, 200], 0.1, 1),
        ([200, httpx.ReadError("reset"), 200], 0.1, 1),
        ([httpx.ConnectError("refused"), 200], 0.1, 0),
        ([200], 5.1, 1),
    ],
    ids=["in order", "503", "429", "cut", "not there yet", "slow"],
)
async def test_a_busy_server_sets_the_pace(
    lines: list[object], seconds: float, halvings: int
) -> None:
    time, script = Time([]), Script(*lines)

    async def answer(request: httpx.Request) -> httpx.Response:
        time.now += seconds
        return await script(request)

    inner = httpx.MockTransport(answer)
    transport = RetryTransport(inner, BACKOFF, sleep=time.sleep, clock=time.clock)
    async with httpx.AsyncClient(transport=transport) as http:
        while script.sent < len(lines):
            await http.get("http://prefect.test/")

    assert transport.pace.era == halvings


async def test_each_try_is_told_without_what_is_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "reconciler.api")
    script = Script(503, httpx.ReadError("reset"), 200)

    async with through(script, Time([])) as http:
        await http.get("/flows/?key=hunter2", headers={"Authorization": "hunter3"})

    assert [message.split(" in ")[0] for message in caplog.messages] == [
        "GET /flows/: 503",
        "GET /flows/: again",
        "GET /flows/: no answer (ReadError)",
        "GET /flows/: again",
        "GET /flows/: 200",
    ]
    assert "hunter" not in caplog.text


async def test_giving_up_is_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "reconciler.api")

    await status_of(always(503), [])

    assert caplog.messages[-1] == "POST /: given up after 4 tries"


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
