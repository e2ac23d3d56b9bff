"""`-v` shows each request and each decision, and nothing that is secret."""

import json
import re
import shutil
import socket
from pathlib import Path

import pytest

from tests.support.command import Ended, deploy
from tests.support.listener import listening

_TIME = re.compile(r"^\d\d:\d\d:\d\d\.\d{3} ", re.MULTILINE)
SECRETS = {
    "PREFECT_API_KEY": "pnu_hunter2hunter2",
    "PREFECT_CLIENT_CUSTOM_HEADERS": json.dumps({"X-Tenant": "hunter3hunter3"}),
}


def shown(ended: Ended) -> list[str]:
    """What was told with a time, without what differs from run to run."""
    lines = [_TIME.sub("", line) for line in ended.stderr.splitlines() if _TIME.match(line)]
    return [re.sub(r"[\d.]+ (m?s)\b", r"# \1", line) for line in lines]


def unused_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}/api"


@pytest.mark.parametrize("arguments", [["plan", "-v"], ["-v"], ["-v", "plan"]], ids=" ".join)
def test_requests_are_shown(arguments: list[str], folder: Path) -> None:
    with listening(404, "{}", kind="application/json") as server:
        ended = deploy(folder, *arguments, url=server.url, environment=SECRETS)

    assert shown(ended) == ["GET /admin/version: 404 in # ms"]
    assert "hunter" not in ended.text


def test_each_try_is_shown(folder: Path) -> None:
    ended = deploy(folder, "plan", "--verbose", url=unused_address())

    assert shown(ended) == [
        "GET /admin/version: no answer (ConnectError)",
        "GET /admin/version: again in # s, try 2",
        "GET /admin/version: no answer (ConnectError)",
        "GET /admin/version: again in # s, try 3",
        "GET /admin/version: no answer (ConnectError)",
    ]


def test_more_is_shown_if_it_is_said_twice(folder: Path) -> None:
    with listening(404, "{}", kind="application/json") as server:
        ended = deploy(folder, "plan", "-vv", url=server.url, environment=SECRETS)

    assert "connection: connection.connect_tcp.complete" in shown(ended)
    assert "GET /admin/version: 404 in # ms" in shown(ended)
    assert "hunter" not in ended.text


def test_without_it_nothing_is_shown(folder: Path) -> None:
    ended = deploy(folder, "plan", url=unused_address())

    assert shown(ended) == []


@pytest.mark.server
@pytest.mark.slow
def test_an_embedded_server_tells_nothing_twice(
    folder: Path, template: Path, tmp_path: Path
) -> None:
    home = tmp_path / "prefect-home"
    home.mkdir()
    shutil.copy(template, home / "prefect.db")

    ended = deploy(folder, "plan", "-v", "--api-url", "embedded")

    assert ended.code == 0, ended.text
    assert ended.stderr.count("GET /admin/version: 200") == 1


@pytest.mark.parametrize(
    "verb", ["drift", "history", "plan", "apply", "adopt", "destroy", "rollback"]
)
def test_every_verb_that_asks_a_server_takes_it(verb: str, folder: Path) -> None:
    ended = deploy(folder, verb, "--help")

    assert "-v, --verbose" in ended.stdout
    assert "-q, --quiet" in ended.stdout
