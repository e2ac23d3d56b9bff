"""Requests are signed, and CSRF tokens fetched only when they are wanted."""

import asyncio

import httpx
import pytest

from reconciler.api.auth import ApiKey, Basic, Credentials
from reconciler.api.connect import connect
from reconciler.api.errors import Unreachable

URL = "http://prefect.test/api"


class Guarded:
    """A server that wants its newest CSRF token on every POST."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.token = 0
        self.last = httpx.Headers()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(f"{request.method} {request.url.path}")
        self.last = request.headers
        if request.url.path == "/api/csrf-token":
            self.token += 1
            return httpx.Response(200, json={"token": f"t{self.token}", "client": "x"})
        given = request.headers.get("Prefect-Csrf-Token")
        if request.method == "POST" and given != f"t{self.token}":
            return httpx.Response(403, json={"detail": "Missing CSRF token."})
        return httpx.Response(200, json=True)

    def connect(self, auth: Credentials | None = None) -> httpx.AsyncClient:
        return connect(URL, auth=auth, transport=httpx.MockTransport(self))


@pytest.mark.parametrize(
    ("credentials", "header"),
    [
        (None, None),
        (ApiKey(key="pnu_1"), "Bearer pnu_1"),
        (Basic(user_and_password="ann:s:1"), "Basic YW5uOnM6MQ=="),
    ],
    ids=["nobody", "key", "basic"],
)
async def test_a_request_says_who_it_is_from(
    credentials: Credentials | None, header: str | None
) -> None:
    server = Guarded()

    async with server.connect(credentials) as http:
        await http.get("/health")

    assert server.last.get("Authorization") == header
    assert server.last["User-Agent"].startswith("prefect-reconciler/")


async def test_no_token_is_fetched_for_a_read() -> None:
    server = Guarded()

    async with server.connect() as http:
        await http.get("/health")

    assert server.seen == ["GET /api/health"]


async def test_a_token_is_fetched_when_wanted_and_kept() -> None:
    server = Guarded()

    async with server.connect() as http:
        assert (await http.post("/flows/")).status_code == 200
        assert (await http.post("/flows/")).status_code == 200

    assert server.seen == [
        "POST /api/flows/",
        "GET /api/csrf-token",
        "POST /api/flows/",
        "POST /api/flows/",
    ]


async def test_a_token_that_ran_out_is_replaced_once() -> None:
    server = Guarded()

    async with server.connect() as http:
        await http.post("/flows/")
        server.token = 7
        answer = await http.post("/flows/")

    assert answer.status_code == 200
    assert server.seen.count("GET /api/csrf-token") == 2


async def test_calls_at_once_fetch_one_token() -> None:
    server = Guarded()

    async with server.connect() as http:
        answers = await asyncio.gather(*[http.post("/flows/") for _ in range(5)])

    assert [answer.status_code for answer in answers] == [200] * 5
    assert server.seen.count("GET /api/csrf-token") == 1


async def test_another_403_is_not_about_tokens() -> None:
    calls = []

    def forbid(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        return httpx.Response(403, json={"detail": "not yours"})

    async with connect(URL, transport=httpx.MockTransport(forbid)) as http:
        await http.post("/flows/")

    assert calls == ["/api/flows/"]


@pytest.mark.parametrize("credentials", [ApiKey(key="hunter2"), Basic(user_and_password="hunter2")])
def test_credentials_do_not_show_themselves(credentials: Credentials) -> None:
    assert "hunter2" not in repr(credentials)


def test_a_key_that_cannot_be_sent_is_refused_unshown() -> None:
    with pytest.raises(Unreachable, match='the header "Authorization" cannot be sent') as refusal:
        connect(URL, auth=ApiKey(key="hunter2\n"))

    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("name", ["X Tenant", "X-Tenant\n", "", "X:"])
def test_a_header_that_cannot_be_called_so_is_refused(name: str) -> None:
    with pytest.raises(Unreachable, match="a header cannot be called"):
        connect(URL, headers={name: "shop"})


async def test_who_we_are_is_not_for_headers_to_say() -> None:
    heard: list[httpx.Headers] = []

    def listen(request: httpx.Request) -> httpx.Response:
        heard.append(request.headers)
        return httpx.Response(200, json=True)

    headers = {"user-agent": "me", "PREFECT-CSRF-TOKEN": "mine", "X-Tenant": "shop"}
    async with connect(URL, headers=headers, transport=httpx.MockTransport(listen)) as http:
        await http.get("/flows/")

    assert heard[0].get_list("User-Agent")[0].startswith("prefect-reconciler/")
    assert len(heard[0].get_list("User-Agent")) == 1
    assert "Prefect-Csrf-Token" not in heard[0]
    assert heard[0]["X-Tenant"] == "shop"


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(Unreachable, match="http://\\[::1/api"):
        connect("http://[::1/api")
