"""Who is signed in: random sessions, few and not for long, kept in memory as digests.

The token itself is seen once, when somebody signs in, and compared in a time that says nothing.
"""

import hashlib
import hmac
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

_MOST = 100
_IDLE = 3_600.0  # seconds without a request
_LONGEST = 12 * 3_600.0
_TRIES, _WITHIN = 10, 60.0  # wrong tokens in so many seconds, whoever gives them


@dataclass(slots=True, kw_only=True)
class Session:
    """Somebody who has given the token; `csrf` is in every form that they are shown."""

    csrf: str
    begun: float
    seen: float


class Sessions:
    """Those that last; the clock, in seconds, is given."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._of: OrderedDict[bytes, Session] = OrderedDict()

    def __len__(self) -> int:
        return len(self._of)

    def open(self) -> tuple[str, Session]:
        """What the cookie of a new session says, and the session; too many end the oldest."""
        cookie, now = secrets.token_urlsafe(32), self._clock()
        session = Session(csrf=secrets.token_urlsafe(32), begun=now, seen=now)
        self._of[_digest(cookie)] = session
        while len(self._of) > _MOST:
            self._of.popitem(last=False)
        return cookie, session

    def find(self, cookie: str | None) -> Session | None:
        """The session of a cookie; None if there is none, or none any more."""
        if not cookie:
            return None
        key, now = _digest(cookie), self._clock()
        session = self._of.get(key)
        if session is None:
            return None
        if now - session.seen > _IDLE or now - session.begun > _LONGEST:
            del self._of[key]
            return None
        session.seen = now
        return session

    def close(self, cookie: str | None) -> None:
        """End the session of a cookie."""
        self._of.pop(_digest(cookie or ""), None)


class Gate:
    """Lets in who knows the token, and after too many mistakes nobody for a while."""

    def __init__(self, token: str, clock: Callable[[], float]) -> None:
        self._token = token
        self._clock = clock
        self._wrong: deque[float] = deque(maxlen=_TRIES)

    @property
    def is_shut(self) -> bool:
        """Whether there were too many mistakes of late."""
        full = len(self._wrong) == _TRIES
        return full and self._clock() - self._wrong[0] < _WITHIN

    def opens_for(self, told: str) -> bool:
        """Whether it is the token; no while the gate is shut, even if it is."""
        if self.is_shut:
            return False
        if is_same(told, self._token):
            return True
        self._wrong.append(self._clock())
        return False


class Seal:
    """What proves that a form was given out to the browser that sends it: a key of this process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def of(self, nonce: str) -> str:
        """What belongs in the form of who has this in a cookie."""
        return hmac.new(self._key, nonce.encode(), hashlib.sha256).hexdigest()


def is_same(one: str, other: str) -> bool:
    """Whether two texts are the same, in a time that depends on neither, not even on lengths."""
    return hmac.compare_digest(_digest(one), _digest(other))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogatepass")).digest()
