"""Each try of a request is told of, and nothing of its content but names."""

from dataclasses import dataclass, field

import httpx
import pytest

from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.api.errors import Unreachable
from reconciler.api.trace import Answered, Role, Sent, role_of

URL = "http://me:swordfish@prefect.test/api"


@dataclass(slots=True)
class Heard:
    """Keeps what it is told."""

    requests: list[Sent] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)

    def sent(self, request: Sent) -> None:
        self.requests.append(request)

    def answered(self, answer: Answered) -> None:
        self.answers.append(answer)


async def nap(_: float) -> None:
    """Go on at once."""


def one_after_the_other(*answers: httpx.Response | Exception) -> httpx.MockTransport:
    left = iter(answers)

    def answer(_: httpx.Request) -> httpx.Response:
        found = next(left)
        if isinstance(found, Exception):
            raise found
        return found

    return httpx.MockTransport(answer)


async def test_a_request_is_told_with_the_names_of_its_fields() -> None:
    heard = Heard()
    transport = one_after_the_other(httpx.Response(204))

    async with connect(URL, transport=transport, sleep=nap) as http:
        client = PrefectClient(http, hearer=heard)
        await client.update_work_pool("a/b?token=c", {"description": "swordfish"})

    (sent,) = heard.requests
    assert (sent.method, sent.path) == ("PATCH", "/api/work_pools/a%2Fb%3Ftoken%3Dc")
    assert (sent.number, sent.tried, sent.fields) == (1, 1, ("description",))
    assert sent.role is Role.WRITE
    assert [each.status for each in heard.answers] == [204]
    assert "swordfish" not in repr(heard)


async def test_every_try_is_told_with_its_number() -> None:
    heard = Heard()
    transport = one_after_the_other(
        httpx.Response(503), httpx.ReadError("gone"), httpx.Response(200, json="3.8.8")
    )

    async with connect(URL, transport=transport, sleep=nap) as http:
        await PrefectClient(http, hearer=heard).server_version()

    assert [(each.number, each.tried) for each in heard.requests] == [(1, 1), (2, 2), (3, 3)]
    assert [each.status for each in heard.answers] == [503, None, 200]
    assert [each.error for each in heard.answers] == [None, "ReadError", None]
    assert all(each.seconds >= 0 for each in heard.answers)


async def test_a_list_has_the_names_of_all_its_items() -> None:
    heard = Heard()
    transport = one_after_the_other(*([httpx.ConnectError("no")] * 3))

    async with connect(URL, transport=transport, sleep=nap) as http:
        client = PrefectClient(http, hearer=heard)
        with pytest.raises(Unreachable):
            await client._send("POST /x", body=[{"a": 1}, {"b": 2, "a": 3}])  # noqa: SLF001

    assert heard.requests[0].fields == ("a", "b")


async def test_a_query_and_what_only_looks_are_not_told() -> None:
    heard = Heard()
    transport = one_after_the_other(httpx.Response(200, json=[]))

    async with connect(URL, transport=transport, sleep=nap) as http:
        client = PrefectClient(http, hearer=heard)
        await client._send("POST /flows/filter?key=swordfish", body={"flows": 1})  # noqa: SLF001

    (sent,) = heard.requests
    assert (sent.path, sent.fields, sent.role) == ("/api/flows/filter", (), Role.READ)


@pytest.mark.parametrize(
    ("line", "name", "role"),
    [
        ("GET /csrf-token", "", Role.HOUSEKEEPING),
        ("GET /variables/name/x", "", Role.READ),
        ("POST /flows/paginate", "", Role.READ),
        ("POST /flows/", "etl", Role.WRITE),
        ("PATCH /deployments/1", "", Role.WRITE),
        ("POST /deployments/1/schedule", "", Role.HOUSEKEEPING),
        ("POST /deployments/1/schedules", "", Role.WRITE),
        ("PATCH /block_documents/1", "deploy-ledger", Role.HOUSEKEEPING),
        ("PATCH /block_documents/1", "", Role.WRITE),
        ("POST /block_documents/", "theirs", Role.WRITE),
        ("GET /block_types/slug/deploy-ledger/block_documents/name/shop", "", Role.READ),
        ("POST /block_types/", "", Role.HOUSEKEEPING),
        ("POST /v2/concurrency_limits/increment-with-lease", "", Role.HOUSEKEEPING),
        ("POST /v2/concurrency_limits/leases/1/renew", "", Role.HOUSEKEEPING),
        ("POST /v2/concurrency_limits/", "deploy-lock:shop", Role.HOUSEKEEPING),
        ("POST /v2/concurrency_limits/", "theirs", Role.WRITE),
        ("POST /variables/", "deploy_lock_shop", Role.HOUSEKEEPING),
        ("POST /variables/", "theirs", Role.WRITE),
        ("PATCH /variables/name/deploy_lock_shop", "", Role.HOUSEKEEPING),
        ("PATCH /variables/name/theirs", "", Role.WRITE),
        ("POST /variables/", "deploy_suspended_shop", Role.HOUSEKEEPING),
        ("DELETE /variables/name/deploy_suspended_shop", "", Role.HOUSEKEEPING),
        ("DELETE /variables/name/theirs", "", Role.WRITE),
        ("DELETE /work_pools/one", "", Role.WRITE),
    ],
)
def test_what_a_request_is_for(line: str, name: str, role: Role) -> None:
    method, path = line.split(" ")

    assert role_of(method, path, name) is role
    assert role_of(method, f"/api/accounts/1/workspaces/2{path}", name) is role
