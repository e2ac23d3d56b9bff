"""Something on a port that is no Prefect server: it answers the same to everything.

What is sent to it is kept: which credentials a command hands to whom.
"""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Listener(ThreadingHTTPServer):
    """Answers `status` and `content`; `heard` holds the headers of every request."""

    daemon_threads = True

    def __init__(
        self, status: int, content: str, kind: str, context: ssl.SSLContext | None
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.context = context
        self.status = status
        self.content = content.encode()
        self.kind = kind
        self.heard: list[Message] = []

    def get_request(self) -> tuple[socket.socket, object]:
        """A connection, with TLS if there is a context.

        One that is refused is read to its end: closed before, it would be reset, and what
        was said of the reason lost on the way.
        """
        plain, address = super().get_request()
        if self.context is None:
            return plain, address
        with plain.dup() as raw:
            try:
                return self.context.wrap_socket(plain, server_side=True), address
            except ssl.SSLError:
                _read_to_the_end(raw)
                raise

    @property
    def url(self) -> str:
        """The address that a command may take for a Prefect server's."""
        return f"http://127.0.0.1:{self.server_port}/api"


def _read_to_the_end(raw: socket.socket) -> None:
    raw.settimeout(2.0)
    with suppress(OSError):
        raw.shutdown(socket.SHUT_WR)
        while raw.recv(4096):
            pass


class _Exchange(BaseHTTPRequestHandler):
    server: Listener

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.heard.append(self.headers)
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.kind)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815  http.server's names

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def listening(
    status: int = 200,
    content: str = "<html>hello</html>",
    *,
    kind: str = "text/html",
    context: ssl.SSLContext | None = None,
) -> Iterator[Listener]:
    """Listen for as long as the block lasts; with a context, to TLS."""
    with Listener(status, content, kind, context) as listener:
        thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield listener
        finally:
            listener.shutdown()
            thread.join()
