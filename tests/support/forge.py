"""A forge that keeps comments and notes what it is asked: GitHub's and GitLab's API, as much as
the action uses of them.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_BOT = "github-actions[bot]"


@dataclass(slots=True)
class StandIn:
    """What was asked, and the comments that there are, by id; `status` is the answer if not 200."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    comments: dict[int, str] = field(default_factory=dict)
    by_others: dict[int, str] = field(default_factory=dict)
    knows_who_asks: bool = True
    pull_of: dict[str, int] = field(default_factory=dict)
    status: int = 200
    location: str | None = None


@contextmanager
def standing_in() -> Iterator[StandIn]:
    """The forge, on a port."""
    forge = StandIn()

    class Answering(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body: dict[str, Any] = json.loads(self.rfile.read(length) or b"{}")
            forge.asked.append(f"{self.command} {self.path}")
            for name in ("Authorization", "PRIVATE-TOKEN"):
                forge.tokens.add(self.headers.get(name) or "")
            said = _said(forge, self.command, urlsplit(self.path).path, body)
            hides = self.path == "/user" and not forge.knows_who_asks
            self.send_response(403 if hides else forge.status)
            if forge.location is not None:
                self.send_header("Location", forge.location)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        do_GET = do_POST = do_PATCH = do_PUT = answer  # noqa: N815  # http.server's names

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    forge.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()


def _said(forge: StandIn, method: str, path: str, body: dict[str, Any]) -> Any:
    if forge.status != 200:
        return {}
    if path.endswith(("/pulls", "/merge_requests")):
        number = forge.pull_of.get(path.rsplit("/", 2)[1])
        merged = {"number": number, "iid": number, "merged_at": "2026-11-29", "state": "merged"}
        return [] if number is None else [merged]
    if path == "/user":
        return {"login": _BOT, "id": 1}
    if method == "GET":
        others = [_comment(id, text, "eve", 2) for id, text in forge.by_others.items()]
        return others + [_comment(id, text, _BOT, 1) for id, text in forge.comments.items()]
    if method == "POST":
        forge.comments[len(forge.comments) + 1] = body["body"]
    else:
        forge.comments[int(path.rsplit("/", 1)[1])] = body["body"]
    return {}


def _comment(id: int, text: str, login: str, author: int) -> dict[str, Any]:
    return {"id": id, "body": text, "user": {"login": login}, "author": {"id": author}}
