"""Repositories over HTTP: who is told the token, and who is not."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.gitops.repositories import (
    NotFetched,
    Surroundings,
    Why,
    committed,
    fetch,
    files_from,
    mirror_of,
    parse_ref,
    resolve,
)
from tests.support.git_server import GitServer, arguments_of_all, git_server
from tests.support.repository import git

TOKEN = "hunter2-of-Ada/+%40"


@pytest.fixture
def server(clone: Path) -> Iterator[GitServer]:
    """A server that has the clone's repository."""
    with git_server(clone.parent) as started:
        yield started


@pytest.fixture
def within(tmp_path: Path) -> Surroundings:
    """A person's surroundings, with a token; who has a helper that keeps what it is told."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f'[credential]\n\thelper = "!f() {{ cat >> {home}/kept; }}; f"\n'
    )
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "DEPLOY_GIT_TOKEN": TOKEN,
        "GIT_TRACE_CURL": "1",
        "GIT_CURL_VERBOSE": "1",
    }
    return Surroundings(environ=environ, patience=20)


def keep_at(home: Path, *urls: str) -> None:
    """Let helpers of the person's keep what they are told of these addresses."""
    keep = f'\n\thelper = "!f() {{ cat >> {home}/kept; }}; f"\n'
    with (home / ".gitconfig").open("a") as config:
        config.writelines(f'[credential "{url}"]{keep}' for url in urls)


def without_token(within: Surroundings, **more: str) -> Surroundings:
    environ = {**within.environ, "DEPLOY_GIT_TOKEN": "", "HOME": "/nowhere", **more}
    return replace(within, environ=environ)


def texts(folder: Path) -> str:
    """Every file of a folder."""
    found = (path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return b"\n".join(found).decode(errors="replace")


def test_a_token_opens_the_door(server: GitServer, within: Surroundings, tmp_path: Path) -> None:
    server.password = TOKEN
    url, cache = f"{server.url}/there.git", tmp_path / "cache"
    mirror = mirror_of(url, cache)
    keep_at(tmp_path / "home", server.url, url)

    id = resolve(url, parse_ref("main"), within)
    with files_from(url, id, mirror, within) as files:
        assert (files / "a.txt").read_text() == "second\n"
        assert TOKEN not in texts(files)

    assert committed(mirror, id).subject == "second"
    assert set(server.tried) == {f"git:{TOKEN}"}
    assert server.seen
    assert not [line for line in server.seen if TOKEN in line]
    assert TOKEN not in texts(cache)
    assert not (tmp_path / "home" / "kept").exists()


@pytest.mark.parametrize("token", ["wrong-of-Ada", ""])
def test_without_the_right_token_it_is_refused(
    token: str, server: GitServer, within: Surroundings
) -> None:
    server.password = TOKEN
    wrong = without_token(within, DEPLOY_GIT_TOKEN=token)

    with pytest.raises(NotFetched) as raised:
        resolve(f"{server.url}/there.git", parse_ref("main"), wrong)

    assert raised.value.why is Why.REFUSED
    assert "DEPLOY_GIT_TOKEN" in (raised.value.hint or "")
    assert not token or token not in str(raised.value)


def test_an_askpass_program_is_asked(
    server: GitServer, within: Surroundings, tmp_path: Path
) -> None:
    server.password = TOKEN
    program = tmp_path / "ask"
    program.write_text(f"#!/bin/sh\ncase $1 in User*) echo git;; *) echo '{TOKEN}';; esac\n")
    program.chmod(0o755)

    id = resolve(
        f"{server.url}/there.git",
        parse_ref("main"),
        without_token(within, GIT_ASKPASS=str(program)),
    )

    assert len(id) == 40


def test_nobody_is_led_to_another_host(
    server: GitServer, within: Surroundings, clone: Path
) -> None:
    with git_server(clone.parent, password="x") as other:
        server.moved = other.url.replace("127.0.0.1", "localhost")
        with pytest.raises(NotFetched) as raised:
            resolve(f"{server.url}/there.git", parse_ref("main"), within)

    assert raised.value.why is Why.NO_SUCH_REPOSITORY
    assert "redirections are not followed" in (raised.value.hint or "")
    assert other.asked == []


def test_no_repository_is_told(server: GitServer, within: Surroundings) -> None:
    with pytest.raises(NotFetched) as raised:
        resolve(f"{server.url}/nowhere.git", parse_ref("main"), within)

    assert raised.value.why is Why.NO_SUCH_REPOSITORY


def test_a_server_that_is_not_there_is_told(within: Surroundings) -> None:
    with pytest.raises(NotFetched) as raised:
        resolve("http://127.0.0.1:9/there.git", parse_ref("main"), within)

    assert raised.value.why is Why.UNREACHABLE


def test_nobody_is_waited_for_for_ever(server: GitServer, within: Surroundings) -> None:
    server.stalls = True
    began = time.monotonic()

    with pytest.raises(NotFetched) as raised:
        resolve(f"{server.url}/there.git", parse_ref("main"), replace(within, patience=0.5))

    assert raised.value.why is Why.TOO_SLOW
    assert str(raised.value).endswith("no answer within 0.5 seconds")
    assert time.monotonic() - began < 5


def test_no_process_outlives_the_time_limit(server: GitServer, within: Surroundings) -> None:
    server.stalls = True
    url = f"{server.url}/there.git"

    with pytest.raises(NotFetched):
        resolve(url, parse_ref("main"), replace(within, patience=0.5))

    for _ in range(100):  # who was killed is still there for a moment
        if not _processes_that_name(url):
            break
        time.sleep(0.05)
    assert _processes_that_name(url) == []


def _processes_that_name(url: str) -> list[str]:
    return [line for line in arguments_of_all() if url in line]


@pytest.mark.parametrize("kind", ["is_old", "is_dumb"])
def test_servers_that_give_no_commit_by_its_hash(
    kind: str, server: GitServer, within: Surroundings, clone: Path, tmp_path: Path
) -> None:
    git(tmp_path / "there.git", "update-server-info")
    setattr(server, kind, True)
    url, id = f"{server.url}/there.git", git(clone, "rev-parse", "HEAD~1")

    with files_from(url, id, mirror_of(url, tmp_path / "cache"), within) as files:
        assert (files / "a.txt").read_text() == "first\n"


def test_many_at_once_share_a_mirror(
    server: GitServer, within: Surroundings, clone: Path, tmp_path: Path
) -> None:
    url = f"{server.url}/there.git"
    ids = git(clone, "rev-list", "HEAD").split() * 3
    found: list[str] = []

    def read(id: str) -> None:
        with files_from(url, id, mirror_of(url, tmp_path / "cache"), within) as files:
            found.append((files / "a.txt").read_text())

    threads = [threading.Thread(target=read, args=(id,)) for id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == ["first\n"] * 3 + ["second\n"] * 3


def test_what_was_fetched_by_half_is_fetched(
    server: GitServer, within: Surroundings, clone: Path, tmp_path: Path
) -> None:
    url, id = f"{server.url}/there.git", git(clone, "rev-parse", "HEAD")
    mirror = mirror_of(url, tmp_path / "cache")
    server.stalls = True
    with pytest.raises(NotFetched) as raised:
        fetch(url, id, mirror, replace(within, patience=0.5))
    server.stalls = False

    fetch(url, id, mirror, within)

    assert raised.value.why is Why.TOO_SLOW
    assert committed(mirror, id).subject == "second"
