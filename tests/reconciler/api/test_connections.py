"""What is in the way is named, with the host, the cause and what to do: over real sockets."""

import asyncio
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.api.errors import ApiError, NotPrefect, Unauthorized, Unreachable
from reconciler.api.tls import authorities, show_certificate
from reconciler.api.trouble import Route, explain
from tests.support.certificates import Authority, Signed, serving
from tests.support.listener import listening
from tests.support.network import listening_with, tunnels


async def at_once(seconds: float) -> None:
    del seconds


@dataclass
class Surroundings:
    """Authorities, and whatever a case starts; all of it ends with the test."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    started: ExitStack
    ours: Authority = field(init=False)
    theirs: Authority = field(init=False)

    def __post_init__(self) -> None:
        self.ours = Authority(self.folder, "ours")
        self.theirs = Authority(self.folder, "theirs")

    def server(self, signed: Signed, *, clients_of: Authority | None = None) -> int:
        """A port that speaks TLS before something that answers as a server of Prefect's does."""
        context = serving(signed, clients_of=clients_of)
        listener = listening(content='"3.8.8"', kind="application/json", context=context)
        return self.started.enter_context(listener).server_port

    def ordinary(self) -> int:
        """Such a port with a certificate that is in order."""
        return self.server(self.ours.sign("server", ["localhost"]))

    def trusting(self, shown: Signed | None = None) -> ssl.SSLContext:
        """A context that trusts our authority."""
        context = authorities(str(self.ours.file), insecure=False)
        if shown is not None:
            show_certificate(context, str(shown.cert_file), str(shown.key_file))
        return context


@pytest.fixture
def around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Surroundings]:
    with ExitStack() as started:
        yield Surroundings(tmp_path, monkeypatch, started)


async def version(url: str, context: ssl.SSLContext | None) -> str:
    async with connect(url, verify=context or True, sleep=at_once) as http:
        http.timeout = httpx.Timeout(1.0)
        return await PrefectClient(http).server_version()


Way = tuple[str, ssl.SSLContext | None]
Case = Callable[[Surroundings], Way]


def local(port: int, scheme: str = "https") -> str:
    return f"{scheme}://localhost:{port}/api"


def unused() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def expired(around: Surroundings) -> Way:
    signed = around.ours.sign("expired", ["localhost"], days=(-2, -1))
    return local(around.server(signed)), around.trusting()


def not_yet(around: Surroundings) -> Way:
    signed = around.ours.sign("early", ["localhost"], days=(1, 2))
    return local(around.server(signed)), around.trusting()


def unknown_authority(around: Surroundings) -> Way:
    signed = around.theirs.sign("server", ["localhost"])
    return local(around.server(signed)), around.trusting()


def wrong_host(around: Surroundings) -> Way:
    return local(around.server(around.ours.sign("other", ["prefect.test"]))), around.trusting()


def wrong_address(around: Surroundings) -> Way:
    return f"https://127.0.0.1:{around.ordinary()}/api", around.trusting()


def no_client_certificate(around: Surroundings) -> Way:
    signed = around.ours.sign("server", ["localhost"])
    return local(around.server(signed, clients_of=around.ours)), around.trusting()


def foreign_client_certificate(around: Surroundings) -> Way:
    signed = around.ours.sign("server", ["localhost"])
    port = around.server(signed, clients_of=around.ours)
    return local(port), around.trusting(around.theirs.sign("client"))


def expired_client_certificate(around: Surroundings) -> Way:
    signed = around.ours.sign("server", ["localhost"])
    port = around.server(signed, clients_of=around.ours)
    return local(port), around.trusting(around.ours.sign("client", days=(-2, -1)))


def no_client_certificate_for_uvicorn(around: Surroundings) -> Way:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader, writer

    context = serving(around.ours.sign("server", ["localhost"]), clients_of=around.ours)
    return local(around.started.enter_context(listening_with(hang_up, context))), around.trusting()


def tls_to_a_plain_port(around: Surroundings) -> Way:
    port = around.started.enter_context(listening()).server_port
    return local(port), around.trusting()


def plain_to_a_tls_port(around: Surroundings) -> Way:
    return local(around.ordinary(), "http"), None


def refused(around: Surroundings) -> Way:
    del around
    return local(unused(), "http"), None


def silent(around: Surroundings) -> Way:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del writer
        await reader.read()

    return local(around.started.enter_context(listening_with(say_nothing)), "http"), None


def hanging_up(around: Surroundings) -> Way:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del writer
        await reader.readuntil(b"\r\n\r\n")

    return local(around.started.enter_context(listening_with(hang_up)), "http"), None


def proxy_refused(around: Surroundings) -> Way:
    around.monkeypatch.setenv("HTTPS_PROXY", f"http://ada:hunter2@127.0.0.1:{unused()}")
    return "https://prefect.test/api", None


def proxy_wants_a_login(around: Surroundings) -> Way:
    proxy = around.started.enter_context(tunnels({}, login="ada:word"))
    around.monkeypatch.setenv("HTTPS_PROXY", f"http://ada:hunter2@127.0.0.1:{proxy.port}")
    return "https://prefect.test/api", None


def plain_proxy_wants_a_login(around: Surroundings) -> Way:
    proxy = around.started.enter_context(listening(407))
    around.monkeypatch.setenv("HTTP_PROXY", f"127.0.0.1:{proxy.server_port}")
    return "http://prefect.test/api", None


def proxy_forbids(around: Surroundings) -> Way:
    proxy = around.started.enter_context(tunnels({}))
    around.monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
    return "https://prefect.test/api", None


def odd_proxy(around: Surroundings) -> Way:
    around.monkeypatch.setenv("HTTPS_PROXY", "socks5://ada:hunter2@127.0.0.1:1080")
    return "https://prefect.test/api", None


def broken_proxy(around: Surroundings) -> Way:
    around.monkeypatch.setenv("HTTPS_PROXY", "http://ada:hunter2@[::1")
    return "https://prefect.test/api", None


def answering(status: int, content: str, kind: str) -> Case:
    def case(around: Surroundings) -> Way:
        port = around.started.enter_context(listening(status, content, kind=kind)).server_port
        return local(port, "http"), None

    case.__name__ = f"{status} {kind}"
    return case


LOGIN = "<html><form><input type='password'><button>Sign in</button></form></html>"


@pytest.mark.parametrize(
    ("case", "kind", "reason", "hint"),
    [
        (expired, Unreachable, "certificate of 'localhost:PORT' has expired", "renewed"),
        (not_yet, Unreachable, "certificate of 'localhost:PORT' is not valid yet", "clock"),
        (
            unknown_authority,
            Unreachable,
            "the certificate of 'localhost:PORT' is signed by an authority that is not known here",
            "PREFECT_API_SSL_CERT_FILE",
        ),
        (wrong_host, Unreachable, "of 'localhost:PORT' is for another host (Hostname", "the name"),
        (wrong_address, Unreachable, "of '127.0.0.1:PORT' is not for this address", "host's name"),
        (no_client_certificate, Unreachable, "wants a client certificate", "DEPLOY_CLIENT_CERT"),
        (foreign_client_certificate, Unreachable, "does not trust the client certificate", "CERT"),
        (expired_client_certificate, Unreachable, "the client certificate has expired", "CERT"),
        (no_client_certificate_for_uvicorn, Unreachable, "cut the connection", "DEPLOY_CLIENT_"),
        (tls_to_a_plain_port, Unreachable, "'localhost:PORT' does not speak TLS", '"http://"'),
        (plain_to_a_tls_port, Unreachable, "'localhost:PORT'", ""),
        (refused, Unreachable, "'localhost:PORT' refuses connections", "server is running"),
        (silent, Unreachable, "'localhost:PORT' took the request, and no answer", "its log"),
        (hanging_up, Unreachable, "'localhost:PORT' cut the connection", "restarted"),
        (proxy_refused, Unreachable, "the proxy '127.0.0.1:PORT' refuses", "NO_PROXY=prefect.test"),
        (
            proxy_wants_a_login,
            Unreachable,
            "the proxy '127.0.0.1:PORT' wants a user",
            "USER:PASSWO",
        ),
        (plain_proxy_wants_a_login, Unreachable, "the proxy '127.0.0.1:PORT' wants", "USER:PASSWO"),
        (proxy_forbids, Unreachable, "let us through to 'prefect.test:443' (403", "NO_PROXY="),
        (odd_proxy, Unreachable, "a proxy of the kind 'socks5' cannot be used", "HTTPS_PROXY"),
        (broken_proxy, Unreachable, "the address of the proxy is none", "HTTPS_PROXY"),
        (answering(200, "<p>hello", "text/html"), NotPrefect, "200 OK, and no JSON", '"/api"'),
        (answering(200, LOGIN, "text/html"), NotPrefect, "a login page came", "CUSTOM_HEADERS"),
        (answering(403, LOGIN, "text/html"), NotPrefect, "a login page came", "CUSTOM_HEADERS"),
        (
            answering(401, '{"exception_message": "Unauthorized"}', "application/json"),
            Unauthorized,
            "Unauthorized",
            "PREFECT_API_KEY",
        ),
        (
            answering(403, '{"detail": "Forbidden"}', "application/json"),
            Unauthorized,
            "Forbidden",
            "role and workspace",
        ),
    ],
    ids=lambda value: getattr(value, "__name__", "") if callable(value) else "",
)
async def test_what_is_in_the_way_is_named(
    case: Case, kind: type[ApiError], reason: str, hint: str, around: Surroundings
) -> None:
    url, context = case(around)

    with pytest.raises(ApiError) as caught:
        await version(url, context)

    error = caught.value
    assert type(error) is kind
    assert reason in _without_ports(error.reason)
    assert hint in error.hint
    assert "hunter2" not in f"{error} {error.hint}"
    assert len(error.reason) < 200


def _without_ports(text: str) -> str:
    return re.sub(r":(?!443\b)\d{4,5}\b", ":PORT", text)


@pytest.mark.parametrize(
    ("location", "reason", "hint"),
    [
        ("https://sso.test/login?state=hunter2", "a login page came", "CUSTOM_HEADERS"),
        ("/oauth2/authorize?x=hunter2", "a login page came", "CUSTOM_HEADERS"),
        ("https://HERE/api/admin/version", "301 Moved Permanently, to https", 'write "https://"'),
        ("https://other.test/api/admin/version", "to https://other.test", "the address that it"),
    ],
)
async def test_a_redirect_is_named(location: str, reason: str, hint: str) -> None:
    async def redirect(request: httpx.Request) -> httpx.Response:
        there = location.replace("HERE", request.url.host)
        return httpx.Response(301, headers={"Location": there})

    transport = httpx.MockTransport(redirect)
    async with connect("http://prefect.test/api", transport=transport) as http:
        with pytest.raises(NotPrefect) as caught:
            await PrefectClient(http).server_version()

    assert reason in caught.value.reason
    assert hint in caught.value.hint
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("cause", "proxy", "reason"),
    [
        (
            socket.gaierror(-2, "Name or service not known"),
            None,
            "the name 'prefect.test' is not known (Name or service not known)",
        ),
        (
            socket.gaierror(-2, "Name or service not known"),
            "proxy.test:3128",
            "the name of the proxy 'proxy.test' is not known (Name or service not known)",
        ),
        (
            OSError(113, "No route to host"),
            None,
            "there is no way to 'prefect.test:4200' from here (No route to host)",
        ),
        (
            ExceptionGroup("", [OSError(99, "x"), ConnectionRefusedError(111, "refused")]),
            None,
            "'prefect.test:4200' refuses connections: nothing listens on that port",
        ),
    ],
    ids=["name", "name of the proxy", "no route", "several addresses"],
)
def test_a_cause_is_found_however_deep(cause: Exception, proxy: str | None, reason: str) -> None:
    error, outer = httpx.ConnectError("all attempts failed"), OSError("all attempts failed")
    outer.__cause__ = cause
    error.__cause__ = outer

    found = explain(error, Route(server="prefect.test:4200", proxy=proxy))

    assert found.reason == reason
    assert found.hint


async def test_a_connection_that_takes_too_long_is_named() -> None:
    found = explain(httpx.ConnectTimeout(""), Route(server="prefect.test:4200"))

    assert found.reason.startswith("'prefect.test:4200' does not answer: no connection")
    assert "firewall" in found.hint


async def test_trusted_and_shown_certificates_lead_in(around: Surroundings) -> None:
    signed = around.ours.sign("server", ["localhost"])
    port = around.server(signed, clients_of=around.ours)

    assert await version(local(port), around.trusting(around.ours.sign("client"))) == "3.8.8"


async def test_what_is_not_looked_at_is_not_refused(around: Surroundings) -> None:
    port = around.server(around.theirs.sign("expired", ["x.test"], days=(-2, -1)))

    assert await version(local(port), authorities(None, insecure=True)) == "3.8.8"


@pytest.mark.parametrize("login", [None, "ada:pass@word"], ids=["open", "with a login"])
async def test_a_tunnel_leads_through_a_proxy(login: str | None, around: Surroundings) -> None:
    port = around.server(around.ours.sign("server", ["prefect.test"]))
    ways = {"prefect.test:443": port}
    proxy = around.started.enter_context(tunnels(ways, login=login))
    named = "" if login is None else "ada:pass%40word@"
    around.monkeypatch.setenv("HTTPS_PROXY", f"http://{named}127.0.0.1:{proxy.port}")

    assert await version("https://prefect.test/api", around.trusting()) == "3.8.8"
    assert [place for place, _ in proxy.asked] == ["prefect.test:443"]


@pytest.mark.parametrize("without", ["localhost", "localhost:PORT", "*", "x.test, localhost"])
async def test_no_proxy_leads_past_it(without: str, around: Surroundings) -> None:
    port = around.ordinary()
    proxy = around.started.enter_context(tunnels({}))
    around.monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    around.monkeypatch.setenv("NO_PROXY", without.replace("PORT", str(port)))

    assert await version(local(port), around.trusting()) == "3.8.8"
    assert proxy.asked == []
