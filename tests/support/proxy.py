"""A real proxy on a real port, for watching a command that runs in its own process."""

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

from tests.support.recording import Call, Calls, noted

_HOP_BY_HOP = frozenset({"connection", "host", "keep-alive", "transfer-encoding", "content-length"})


class Proxy(ThreadingHTTPServer):
    """Hands requests on to `target` and notes them in `calls`.

    `before` and `after` are called with each, around its being carried out; after
    comes before the answer is handed back: the place to kill a command.
    """

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        self.calls = Calls()
        self.before: Callable[[Call], None] = _nothing
        self.after: Callable[[Call], None] = _nothing
        self.upstream = httpx.Client(base_url=target.removesuffix("/api"), timeout=60)

    @property
    def url(self) -> str:
        """The address to give to the command in place of the target's."""
        return f"http://127.0.0.1:{self.server_port}/api"


class _Relay(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Proxy

    def _hand_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = self.path.partition("?")[0]
        self.server.before(noted(self.command, path, body=body, status=None))
        status, headers, content = self._ask(body)
        call = noted(self.command, path, body=body, status=status)
        self.server.calls.add(call)
        self.server.after(call)
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _pass_through(self) -> None:
        """Let both sides of a websocket speak; what they say is nobody's business here."""
        url = self.server.upstream.base_url
        with socket.create_connection((url.host, url.port or 80)) as upstream:
            words = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
            upstream.sendall(f"GET {self.path} HTTP/1.1\r\n{words}\r\n".encode())
            answers = Thread(target=_pump, args=(upstream, self.connection), daemon=True)
            answers.start()
            _pump(self.connection, upstream)
        self.close_connection = True

    def do_GET(self) -> None:  # http.server's name
        """Hand on, or keep out of the way."""
        if self.headers.get("Upgrade") == "websocket":
            self._pass_through()
        else:
            self._hand_on()

    do_POST = do_PATCH = do_PUT = do_DELETE = _hand_on  # noqa: N815  http.server's names

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        headers = _end_to_end(self.headers.items())
        upstream = self.server.upstream
        with upstream.stream(self.command, self.path, headers=headers, content=body) as answer:
            content = b"".join(answer.iter_raw())
            return answer.status_code, _end_to_end(answer.headers.multi_items()), content

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def proxy_to(target: str) -> Iterator[Proxy]:
    """Run a proxy in front of the API at `target` for as long as the block lasts."""
    with Proxy(target) as proxy, proxy.upstream:
        thread = Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()


def _end_to_end(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(k, v) for k, v in headers if k.lower() not in _HOP_BY_HOP]


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_RDWR)


def _nothing(call: Call) -> None:
    del call
