"""What a call to the server can end in.

    ApiError
    ├── Unreachable        no answer could be had
    ├── Unanswered         sent, the answer was lost, and repeating is not safe
    ├── NotPrefect         something answered, but not a Prefect server
    ├── Withheld           not sent: what it was allowed by is gone
    ├── Refused            the server said no: 4xx
    │   ├── Unauthorized   401, 403
    │   ├── NotFound       404
    │   ├── NotOffered     405
    │   ├── Conflict       409
    │   ├── Gone           410
    │   ├── Invalid        400, 422
    │   └── Locked         423
    └── ServerFailure      5xx, 408 and 429, after all retries

A reason never repeats what was sent: that may hold secrets.
"""

from collections.abc import Iterator, Mapping, Sequence

from compiler.desired.json import Json

_LONGEST_REASON = 500
_TOO_LITTLE = "the server knows who asks, and does not allow it: check the key's role and workspace"


class ApiError(Exception):
    """A call did not end well; `call` reads `PATCH /deployments/…`.

    `hint` says what to do; without one, what the kind of error says.
    """

    usual_hint = "run it again with -v: each request is shown"

    def __init__(self, reason: str, *, call: str, hint: str | None = None) -> None:
        super().__init__(f"{call}: {reason}")
        self.reason = reason
        self.call = call
        self.hint = hint or self.usual_hint


class Unreachable(ApiError):
    """No answer could be had: DNS, a closed port, TLS, a timeout."""

    usual_hint = "check the address, and that the server is running"


class Unanswered(ApiError):
    """The call was sent and its answer was lost: it may have been carried out."""

    usual_hint = "run it again: the plan shows what is left to do"


class NotPrefect(ApiError):
    """The answer does not come from a Prefect server's API."""

    usual_hint = 'the address of a Prefect server ends in "/api"'


class Withheld(ApiError):
    """The call was not sent: the lock that it was allowed by is lost."""

    usual_hint = "run it again: the plan shows what is left to do"


class Refused(ApiError):
    """The server understood, and said no; nothing was changed."""


class Unauthorized(Refused):
    """Credentials are missing, wrong, or allow too little."""

    usual_hint = "check PREFECT_API_KEY, or PREFECT_API_AUTH_STRING: the server knows no such one"


class NotFound(Refused):
    """What the path names does not exist."""

    usual_hint = "somebody may have deleted it meanwhile: plan again"


class NotOffered(Refused):
    """The server has no such call at that path: it is older than the call."""

    usual_hint = "a newer server has it"


class Conflict(Refused):
    """It exists already, or what it needs does not."""

    usual_hint = "somebody may have changed it meanwhile: plan again"


class Gone(Refused):
    """It existed and does not any more: a lease that ran out."""

    usual_hint = "run it again: the plan shows what is left to do"


class Invalid(Refused):
    """The body does not fit."""

    usual_hint = "mend in the file what the reason names"


class Locked(Refused):
    """Somebody else holds it."""

    usual_hint = "run it again when whoever holds it is done"


class ServerFailure(ApiError):
    """The server could not, although asked several times."""

    usual_hint = "look at the server's log; then run it again: the plan shows what is left to do"


_REFUSALS: Mapping[int, type[Refused]] = {
    400: Invalid,
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    405: NotOffered,
    409: Conflict,
    410: Gone,
    422: Invalid,
    423: Locked,
}


def from_status(status: int, reason: str, *, call: str) -> ApiError:
    """Build the error that an answer's status stands for."""
    if status in (408, 429) or status >= 500:
        return ServerFailure(reason, call=call)
    if status == 403:
        return Unauthorized(reason, call=call, hint=_TOO_LITTLE)
    return _REFUSALS.get(status, Refused)(reason, call=call)


def reason_in(body: Json) -> str:
    """Return what an error's body says, or an empty text if it says nothing.

    Source: the server's three shapes, `{"detail"}`, `{"exception_message"}` and the
    same with `exception_detail`, whose `input` and `request_body` echo the request.
    """
    if not isinstance(body, Mapping):
        return ""
    complaints = body.get("exception_detail") or body.get("detail")
    if isinstance(complaints, Sequence) and not isinstance(complaints, str):
        reason = "; ".join(dict.fromkeys(_sentences(complaints)))
    else:
        reason = str(complaints or body.get("exception_message") or "")
    return reason if len(reason) <= _LONGEST_REASON else reason[: _LONGEST_REASON - 1] + "…"


def _sentences(complaints: Sequence[Json]) -> Iterator[str]:
    for complaint in complaints:
        if isinstance(complaint, Mapping):
            place = complaint.get("loc")
            steps = place if isinstance(place, list) else []
            where = ".".join(str(step) for step in steps if step != "body")
            yield f"{where}: {complaint.get('msg')}" if where else str(complaint.get("msg"))
