"""Each way that a call can end badly has one name and says nothing secret."""

import httpx
import pytest

from compiler.desired.json import Json
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.api.errors import (
    ApiError,
    Conflict,
    Gone,
    Invalid,
    Locked,
    NotFound,
    NotOffered,
    NotPrefect,
    ServerFailure,
    Unanswered,
    Unauthorized,
    Unreachable,
    from_status,
    reason_in,
)
from tests.support.faults import Fault, answer, cut, refuse

HTML = "<html>hello</html>"


async def at_once(seconds: float) -> None:
    del seconds


class Always(httpx.AsyncBaseTransport):
    """One fault, again and again."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._fault(request, self)


async def error_of(fault: Fault, *, reading: bool = True) -> ApiError:
    transport = Always(fault)
    async with connect("http://prefect.test/api", transport=transport, sleep=at_once) as http:
        client = PrefectClient(http)
        with pytest.raises(ApiError) as caught:
            await (client.server_version() if reading else client.create_work_pool({}))
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Invalid),
        (401, Unauthorized),
        (403, Unauthorized),
        (404, NotFound),
        (405, NotOffered),
        (408, ServerFailure),
        (409, Conflict),
        (410, Gone),
        (422, Invalid),
        (423, Locked),
        (429, ServerFailure),
        (500, ServerFailure),
        (503, ServerFailure),
    ],
)
def test_a_status_has_one_name(status: int, kind: type[ApiError]) -> None:
    error = from_status(status, "no", call="GET /flows/1")

    assert type(error) is kind
    assert str(error) == "GET /flows/1: no"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"detail": "Flow not found"}, "Flow not found"),
        ({"exception_message": "Unauthorized"}, "Unauthorized"),
        (
            {"detail": [{"loc": ["body", "name"], "msg": "too long", "input": "s"}]},
            "name: too long",
        ),
        (
            {
                "exception_message": "Invalid request received.",
                "exception_detail": [
                    {"loc": ["body", "a", 0], "msg": "wrong", "input": "hunter2"},
                    {"loc": ["body"], "msg": "Extra"},
                    {"loc": ["body"], "msg": "Extra"},
                ],
                "request_body": {"a": "hunter2"},
            },
            "a.0: wrong; Extra",
        ),
        (["what"], ""),
        ({}, ""),
        ({"detail": "x" * 600}, "x" * 499 + "…"),
    ],
    ids=["detail", "message", "list", "fields", "no object", "empty", "long"],
)
def test_a_reason_is_found_in_every_form(body: Json, reason: str) -> None:
    assert reason_in(body) == reason


@pytest.mark.parametrize(
    ("fault", "kind", "reason"),
    [
        (refuse, Unreachable, "connection refused"),
        (cut, Unreachable, "server disconnected"),
        (answer(200, html=HTML), NotPrefect, "200 OK, and no JSON"),
        (answer(404, html=HTML), NotPrefect, "404 Not Found, and no JSON"),
        (answer(200, json={"a": 1}), NotPrefect, "another form"),
        (answer(307, headers={"Location": "https://x"}), NotPrefect, "to https://x"),
        (answer(401, html=HTML), Unauthorized, "401 Unauthorized"),
        (answer(502, html=HTML), ServerFailure, "502 Bad Gateway"),
        (answer(503, json={}), ServerFailure, "503 Service Unavailable"),
        (answer(429, json={"detail": "slow down"}), ServerFailure, "slow down"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
async def test_a_read_ends_in(fault: Fault, kind: type[ApiError], reason: str) -> None:
    error = await error_of(fault)

    assert type(error) is kind
    assert reason in error.reason
    assert error.call == "GET /admin/version"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (refuse, Unreachable),
        (cut, Unanswered),
        (answer(502, html=HTML), Unanswered),
        (answer(524, html=HTML), Unanswered),
        (answer(503, json={}), ServerFailure),
    ],
    ids=["never sent", "cut", "lost behind a gateway", "lost in a cloud", "not done"],
)
async def test_a_write_that_may_have_been_done_is_told_apart(
    fault: Fault, kind: type[ApiError]
) -> None:
    error = await error_of(fault, reading=False)

    assert type(error) is kind


async def test_the_clock_is_the_servers() -> None:
    noon = answer(200, json="3.8.8", headers={"Date": "Sun, 22 Nov 2026 12:00:00 GMT"})
    async with connect("http://prefect.test/api", transport=Always(noon)) as http:
        client = PrefectClient(http)
        await client.server_version()

    assert str(client.clock()) == "2026-11-22 12:00:00+00:00"
