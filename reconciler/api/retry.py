"""Try again what may pass, and never what could then have been done twice.

A request is repeatable if it is a GET or carries the extension `repeatable`.  What was not
carried out (408, 429, 503) or never sent may be repeated in any case.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import SystemRandom
from typing import TypeAlias

from reconciler.api.http import httpx
from reconciler.api.pace import Clock, Pace, Sleep
from reconciler.api.trouble import is_final, was_never_sent

Answer: TypeAlias = httpx.Response | httpx.TransportError

_NOT_CARRIED_OUT = frozenset({408, 429, 503})
PERHAPS_CARRIED_OUT = frozenset({502, 504, 520, 522, 524})  # a gateway's; 52x are Cloudflare's
_BUSY = _NOT_CARRIED_OUT | PERHAPS_CARRIED_OUT
_KEPT = frozenset({"date", "retry-after", "prefect-maintenance"})
_FIRST_CONTACT_TRIES = 3
_LONGEST_PAUSE = 120.0
_LONG = 5.0
_CHANCE = SystemRandom().random
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How often, how long between and for how long in all, in seconds.

    Each pause doubles up to `ceiling`: in all some forty seconds, in which a server can be
    restarted. No try of a request begins later than `deadline` after its first, waits that
    the server asked for not counted: a server that hangs costs two time limits and not
    thirty. All requests of a run together wait for `budget` at most: several restarts and
    windows of a rate limit, and less than the patience of a pipeline; after it errors come
    at once.
    """

    tries: int = 30
    first: float = 0.1
    ceiling: float = 2.0
    deadline: float = 90.0
    budget: float = 600.0

    def pauses(self, chance: Callable[[], float]) -> Iterator[float]:
        """Yield one pause fewer than there are tries, each between its half and its whole."""
        for n in range(self.tries - 1):
            yield min(self.first * 2**n, self.ceiling) * (0.5 + chance() / 2)


class Budget:
    """Seconds in which a run may wait for its server; who waits at once, waits once."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._left = seconds
        self._clock = clock
        self._waiting = 0
        self._since = 0.0

    def left(self) -> float:
        """How many seconds are left; never less than none."""
        running = self._clock() - self._since if self._waiting else 0.0
        return max(0.0, self._left - running)

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Wait in this block."""
        if not self._waiting:
            self._since = self._clock()
        self._waiting += 1
        try:
            yield
        finally:
            left = self.left()
            self._waiting -= 1
            if not self._waiting:
                self._left = left


@dataclass(slots=True, kw_only=True)
class _Course:
    """The tries of one request: how many, the pauses that are left, when the last may begin."""

    pauses: Iterator[float]
    until: float
    tries: int = 0


class RetryTransport(httpx.AsyncBaseTransport):
    """Answers of `inner`, asked again while they look as if they would pass.

    A server's own Retry-After is waited for, by everybody, unless it is longer than two
    minutes: then its answer is the answer. An answer is read here, so that one cut short
    counts as lost; a 5xx is handed on without its body (see `_whole`).
    A server that has never answered is rather misspelled than restarting, and is
    given three tries.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        backoff: Backoff,
        *,
        pace: Pace | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Clock = time.monotonic,
        chance: Callable[[], float] = _CHANCE,
    ) -> None:
        self.pace = pace or Pace(clock=clock, sleep=sleep)
        self._inner = inner
        self._backoff = backoff
        self._budget = Budget(backoff.budget, clock)
        self._sleep = sleep
        self._clock = clock
        self._chance = chance
        self._has_answered = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and send again after a pause while that is useful and safe."""
        if self.pace.held() > self._budget.left():
            return _told_before(self.pace.held())
        if self.pace.held():
            with self._budget.spending():
                await self.pace.ready()
        course = _Course(
            pauses=self._backoff.pauses(self._chance),
            until=self._clock() + self._backoff.deadline,
        )
        while True:
            era, began = self.pace.era, self._clock()
            answer = await self._try(request)
            course.tries += 1
            waited_until = self._heed(answer, era, self._clock() - began)
            nap = self._nap(request, answer, course)
            if nap is None:
                return _ended(answer, course.tries)
            with self._budget.spending():
                await self._sleep(nap)
                await self.pace.ready(waited_until=waited_until)

    async def aclose(self) -> None:
        """Close the transport inside."""
        await self._inner.aclose()

    async def _try(self, request: httpx.Request) -> Answer:
        if _LOG.isEnabledFor(logging.DEBUG):
            request.extensions["trace"] = _trace
        began = self._clock()
        try:
            response = await _whole(await self._inner.handle_async_request(request))
        except (httpx.TransportError, ssl.SSLError) as error:
            _LOG.info("%s: no answer (%s)", _call(request), type(error).__name__)
            return _of_httpx(error)
        took = (self._clock() - began) * 1000
        _LOG.info("%s: %d in %.0f ms", _call(request), response.status_code, took)
        self._has_answered = True
        return response

    def _heed(self, answer: Answer, era: int, took: float) -> float:
        """Let the pace know; return until when the answer wants quiet, by the clock.

        An answer that takes long is as good as "busy": more at once only makes all slower,
        and in the end too slow for the time limit.
        """
        if not isinstance(answer, httpx.Response):
            if self._has_answered and not is_final(answer):
                self.pace.busy(since=era)
            return float("-inf")
        if answer.status_code in _BUSY or took > _LONG:
            self.pace.busy(since=era)
        asked = _asked(answer)
        return self.pace.hold(asked) if asked else float("-inf")

    def _nap(self, request: httpx.Request, answer: Answer, course: _Course) -> float | None:
        """Seconds until the next try; None if there is none."""
        if not self._may_pass(request, answer, course):
            return None
        asked = _asked(answer)
        is_maintained = _is_maintained(answer)
        pause = self._backoff.ceiling if is_maintained else next(course.pauses, None)
        course.until += asked
        is_late = pause is not None and self._clock() + asked + pause > course.until
        if pause is None or (is_late and not is_maintained):
            self._has_answered = isinstance(answer, httpx.Response)
            _LOG.info("%s: given up after %d tries", _call(request), course.tries)
            return None
        nap = asked + pause
        if asked > _LONGEST_PAUSE or nap > self._budget.left():
            left = self._budget.left()
            _LOG.info("%s: %.1f s are too long a wait, %.0f left", _call(request), nap, left)
            return None
        _LOG.info("%s: again in %.1f s, try %d", _call(request), nap, course.tries + 1)
        return nap

    def _may_pass(self, request: httpx.Request, answer: Answer, course: _Course) -> bool:
        if isinstance(answer, httpx.Response):
            return _will_pass(request, answer)
        if is_final(answer):
            return False
        if was_never_sent(answer):
            return self._has_answered or course.tries < _FIRST_CONTACT_TRIES
        return _is_repeatable(request)


async def _whole(response: httpx.Response) -> httpx.Response:
    """Read the answer; of a 5xx keep the status alone, and drop its connection.

    Prefect's server closes a connection after a 5xx without saying so, and the next
    request on it would be lost. httpx pools only what was read to the end.
    """
    if response.status_code < 500:
        await response.aread()
        return response
    kept = {k: v for k, v in response.headers.items() if k in _KEPT}
    await response.aclose()
    return httpx.Response(response.status_code, headers=kept)


def _of_httpx(error: httpx.TransportError | ssl.SSLError) -> httpx.TransportError:
    """What a server says in TLS after the handshake is let through by httpx as it is."""
    if isinstance(error, httpx.TransportError):
        return error
    lost = httpx.ReadError(str(error))
    lost.__cause__ = error
    return lost


def _ended(answer: Answer, tries: int) -> httpx.Response:
    if not isinstance(answer, httpx.Response):
        raise answer
    answer.extensions["tries"] = tries
    return answer


def _told_before(seconds: float) -> httpx.Response:
    """What the server would say, which has asked for quiet."""
    return httpx.Response(429, headers={"Retry-After": f"{seconds:.0f}"})


def _is_repeatable(request: httpx.Request) -> bool:
    return request.method == "GET" or bool(request.extensions.get("repeatable"))


def _will_pass(request: httpx.Request, response: httpx.Response) -> bool:
    status = response.status_code
    return status in _NOT_CARRIED_OUT or (status in PERHAPS_CARRIED_OUT and _is_repeatable(request))


def _is_maintained(answer: Answer) -> bool:
    """Whether Prefect Cloud says that it is being worked on, and will be back."""
    told = isinstance(answer, httpx.Response) and answer.headers.get("Prefect-Maintenance", "")
    return bool(told) and str(told).lower() == "true"


def _asked(answer: Answer) -> float:
    """The seconds that an answer asks for; none where it passes by itself."""
    if not isinstance(answer, httpx.Response) or answer.status_code not in _NOT_CARRIED_OUT:
        return 0.0
    written = answer.headers.get("Retry-After", "")
    try:
        seconds = float(written)
    except ValueError:
        seconds = _until(written, answer.headers)
    return seconds if 0.0 < seconds < float("inf") else 0.0


def _until(written: str, headers: Mapping[str, str]) -> float:
    """Seconds until a date, by the clock of the server if it tells its time."""
    try:
        then = _moment(written)
        now = _moment(headers["Date"]) if "Date" in headers else datetime.now(UTC)
    except ValueError:
        return 0.0
    return (then - now).total_seconds()


def _moment(written: str) -> datetime:
    """A date of HTTP.

    Raises:
        ValueError: it is none.
    """
    moment = parsedate_to_datetime(written)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _call(request: httpx.Request) -> str:
    """Method and path; never what is asked for behind a question mark."""
    return str(request.extensions.get("call") or f"{request.method} {request.url.path}")


async def _trace(name: str, details: Mapping[str, object]) -> None:
    """What a connection does, by name alone: its details hold headers."""
    del details
    if name.endswith((".complete", ".failed")):
        _LOG.debug("connection: %s", name)
