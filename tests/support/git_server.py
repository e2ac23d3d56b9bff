"""Repositories over HTTP, as hosts give them out: Git's own program behind a small server.

with git_server(folder, password="hunter2") as server:
    git(here, "clone", f"{server.url}/shop.git")
"""

import base64
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

USER = "git"


@dataclass(kw_only=True)
class GitServer:
    """A server for the repositories in `root`, and what it was asked.

    `password` is what it wants to hear; None for nothing.  One that `moved` sends everybody
    there; one that `stalls` never answers; an `is_old` one knows nothing newer than Git 2.17.
    A `is_dumb` one gives out files.  `seen` are the arguments of all processes at each request.
    """

    root: Path
    url: str = ""
    password: str | None = None
    moved: str | None = None
    stalls: bool = False
    is_old: bool = False
    is_dumb: bool = False
    asked: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)


@contextmanager
def git_server(root: Path, **manner: object) -> Iterator[GitServer]:
    """A server on a port of this machine."""
    state = GitServer(root=root, **manner)  # type: ignore[arg-type]  # the same names
    handler = type("Asked", (_Asked,), {"state": state})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield state
        finally:
            state.closing.set()
            server.shutdown()
            thread.join()


class _Asked(BaseHTTPRequestHandler):
    state: GitServer

    def do_GET(self) -> None:
        """Answer, or do not, as the server is."""
        state = self.state
        state.asked.append(self.path)
        given = self.headers.get("Authorization")
        said = base64.b64decode(given.split()[1]).decode() if given else None
        if said is not None:
            state.tried.append(said)
            state.seen.extend(arguments_of_all())
        if state.stalls:
            state.closing.wait(60)
        elif state.moved is not None:
            self._say(302, headers={"Location": state.moved + self.path})
        elif state.password is not None and said != f"{USER}:{state.password}":
            self._say(401, headers={"WWW-Authenticate": 'Basic realm="git"'})
        elif state.is_dumb:
            self._give(state.root / self.path.partition("?")[0].lstrip("/"))
        else:
            self._run()

    do_POST = do_GET  # noqa: N815  # the server's own name

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing on stderr."""

    def _say(self, code: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _give(self, path: Path) -> None:
        if path.is_file():
            self._say(200, path.read_bytes())
        else:
            self._say(404)

    def _run(self) -> None:
        """Have the request answered by `git http-backend`, which is a CGI program."""
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        protocol = "" if self.state.is_old else self.headers.get("Git-Protocol", "")
        done = subprocess.run(
            ["git", "http-backend"],
            env={
                "PATH": os.environ["PATH"],
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_PROJECT_ROOT": str(self.state.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_PROTOCOL": protocol,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(length),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            },
            input=self.rfile.read(length),
            capture_output=True,
            check=False,
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        code = int(headers.pop("Status", "200 OK").split()[0])
        headers.pop("Content-Length", None)
        self._say(code, body, headers)


def arguments_of_all() -> Iterator[str]:
    """The command line of every process of this machine."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_text(errors="replace")
        except OSError:  # it has ended
            continue
