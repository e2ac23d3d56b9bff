"""Whatever is wrong: what, where, what to do; exit 1; nothing written."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest

from tests.support.command import command, deploy, surroundings
from tests.support.listener import listening
from tests.support.live_server import run_server
from tests.support.stage import FLOWS, Stage

CLOSED = "http://127.0.0.1:9/api"
GOOD = """\
stack: shop
deployments:
  - name: nightly
    entrypoint: flows.py:load
"""


class Wrong(NamedTuple):
    """A file, where it is wrong, what is said of it, and the hint."""

    text: str
    place: str
    message: str
    hint: str


WRONG = {
    "YAML syntax": Wrong(
        "stack: shop\ndeployments:\n  - name: 'nightly\n",
        "3:19",
        "found unexpected end of stream",
        "the quote that begins in line 3 is never closed",
    ),
    "unquoted cron": Wrong(
        GOOD + "    schedule: {cron: * 3 * * *}\n",
        "5:23",
        "DEP001 error: ",
        "'*' or '&' needs quotes",
    ),
    "unknown key": Wrong(
        GOOD + "    parameter: {}\n",
        "5:5",
        "'parameter' is no key of a deployment",
        "did you mean 'parameters'?",
    ),
    "wrong type": Wrong(GOOD + "    tags: 7\n", "5:11", "'tags' should be a list", ""),
    "missing file": Wrong(
        GOOD.replace("flows.py", "flow.py"),
        "4:17",
        "there is no file 'flow.py'",
        "looked for flow.py",
    ),
    "missing function": Wrong(
        GOOD.replace(":load", ":lode"),
        "4:17",
        "flows.py has no function 'lode'",
        "did you mean 'load'?",
    ),
    "bad cron": Wrong(
        GOOD + '    schedule: {cron: "61 * * * *"}\n',
        "5:22",
        "'61 * * * *' is no cron expression",
        "five fields",
    ),
    "unknown time zone": Wrong(
        GOOD + '    schedule: {cron: "0 3 * * *", timezone: Europe/Berlim}\n',
        "5:45",
        "'Europe/Berlim' is no time zone",
        "did you mean 'Europe/Berlin'?",
    ),
    "unset variable": Wrong(
        GOOD + '    description: "of {{ $NOT_SET }}"\n',
        "5:22",
        "the environment variable 'NOT_SET' is not set",
        "default(",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "flows.py").write_text(FLOWS, encoding="utf-8")
    (folder / "deploy.yaml").write_text(GOOD, encoding="utf-8")
    return folder


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_is_shown_where_it_is_wrong(wrong: Wrong, folder: Path) -> None:
    (folder / "deploy.yaml").write_text(wrong.text, encoding="utf-8")

    with listening() as server:
        ended = deploy(folder, url=server.url)

    assert ended.code == 1
    assert f"--> deploy.yaml:{wrong.place}\n" in ended.stderr
    assert wrong.message in ended.stderr
    assert "= hint: " in ended.stderr or not wrong.hint
    assert wrong.hint in ended.stderr
    assert "nothing was written" in ended.stderr
    assert ended.stdout == ""
    assert server.heard == []


def test_three_mistakes_are_three_messages(folder: Path) -> None:
    (folder / "deploy.yaml").write_text(
        GOOD.replace(":load", ":lode") + '    parameter: {}\n    schedule: {cron: "61 * * * *"}\n',
        encoding="utf-8",
    )

    ended = deploy(folder, "validate", "--format", "concise")

    assert ended.code == 1
    assert ended.stdout == dedent(
        """\
        deploy.yaml:4:17: DEP402 flows.py has no function 'lode'
        deploy.yaml:5:5: DEP101 'parameter' is no key of a deployment
        deploy.yaml:6:22: DEP201 '61 * * * *' is no cron expression
        """
    )


@pytest.mark.server
def test_an_unknown_pool_is_shown_where_it_is_named(stage: Stage) -> None:
    stage.write(GOOD + "    work_pool: {name: nowhere}\n")

    ended = stage.deploy()

    assert ended.code == 1
    assert "the server has no work pool 'nowhere'" in ended.stderr
    assert "--> deploy.yaml:5:23\n" in ended.stderr
    assert "= hint: declare it under 'work_pools', or create it" in ended.stderr
    assert stage.writes == []


def test_a_server_that_is_down(folder: Path) -> None:
    ended = deploy(folder, url=CLOSED)

    assert ended.code == 1
    assert ended.stderr.startswith(f"server: {CLOSED} (PREFECT_API_URL)\n")
    assert "error: " in ended.stderr
    assert "= hint: check the address, and that the server is running" in ended.stderr


@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_server_that_answers_html(status: int, folder: Path) -> None:
    with listening(status) as server:
        ended = deploy(folder, url=server.url)

    assert ended.code == 1
    assert "error: GET /" in ended.stderr
    assert "<html>" not in ended.text


@pytest.mark.parametrize("url", ["ftp://example.com/api", "example.com", "http://", "http://[::1"])
def test_an_address_that_is_none(url: str, folder: Path) -> None:
    ended = deploy(folder, "--api-url", url)

    assert ended.code == 1
    assert "error: " in ended.stderr


@pytest.mark.server
@pytest.mark.slow
def test_credentials_that_are_wrong(folder: Path, template: Path, tmp_path: Path) -> None:
    home = tmp_path / "guarded"
    home.mkdir()
    guarded = {
        "PREFECT_SERVER_API_AUTH_STRING": "admin:right",
        "PREFECT__SERVER_WEBSERVER_ONLY": "1",
    }
    with run_server(home, template, environment=guarded) as server:
        ways = {
            "none": {},
            "a password": {"PREFECT_API_AUTH_STRING": "admin:wrong-word"},
            "a key": {"PREFECT_API_KEY": "pnu_wrong-word"},
        }
        refused = {
            way: deploy(folder, url=server.url, environment=given) for way, given in ways.items()
        }
        given = {"PREFECT_API_AUTH_STRING": "admin:right"}
        taken = deploy(folder, "plan", url=server.url, environment=given)

    assert taken.code == 0, taken.text
    for way, ended in refused.items():
        assert ended.code == 1, way
        assert "Unauthorized" in ended.stderr, way
        assert "= hint: check PREFECT_API_KEY, or PREFECT_API_AUTH_STRING" in ended.stderr, way
        assert "wrong-word" not in ended.text, way


def test_an_unknown_profile(folder: Path) -> None:
    write_profiles('active = "one"\n[profiles.one]\nPREFECT_API_URL = "http://127.0.0.1:9/api"\n')

    ended = deploy(folder, "--profile", "two")

    assert ended.code == 1
    assert ended.stderr == ("error: there is no Prefect profile 'two'\n = hint: there are: one\n")


@pytest.mark.parametrize(
    "text",
    [
        "[profiles.one\n",
        "profiles = 7\n",
        "profiles = [1, 2]\n",
        'active = "one"\n[profiles]\none = 7\n',
        "active = 7\n[profiles.one]\n",
        "[profiles.one]\nPREFECT_API_URL = 7\n\x00",
    ],
    ids=["syntax", "a number", "a list", "no table", "active is a number", "a zero byte"],
)
@pytest.mark.parametrize("named", ["active", "by name"])
def test_broken_profiles(text: str, named: str, folder: Path) -> None:
    write_profiles(text)

    arguments = ["--profile", "one"] if named == "by name" else []
    ended = deploy(folder, "plan", *arguments, environment={"CI": "true"})

    assert ended.code == 1, ended.text
    assert ended.stderr.startswith("error: ")


def write_profiles(text: str) -> None:
    home = Path(os.environ["PREFECT_HOME"])
    home.mkdir(exist_ok=True)
    (home / "profiles.toml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["nonsense"],
        ["plan", "--file"],
        ["plan", "deploy.yaml"],
        ["validate", "--format", "nonsense"],
        ["explain", "DEP999"],
        ["explain", "DEP101", "nonsense"],
        ["validate", "--rules", "nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_1(arguments: list[str], folder: Path) -> None:
    ended = deploy(folder, *arguments, url=CLOSED)

    assert ended.code == 1
    assert "rror: " in ended.stderr
    assert ended.stdout == ""


def test_control_c_exits_130(folder: Path) -> None:
    with (
        listening(503) as server,
        subprocess.Popen(
            command(),
            cwd=folder,
            env=surroundings(server.url),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        wait_for_a_request(server.heard)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)

    assert process.returncode == 130
    assert told.endswith("interrupted\n")
    assert "Traceback" not in told


def wait_for_a_request(heard: Sequence[object]) -> None:
    deadline = time.monotonic() + 20
    while not heard:
        assert time.monotonic() < deadline, "nothing was asked"
        time.sleep(0.02)
