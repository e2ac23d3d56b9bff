"""The controller as people run it: a bare repository, a real server, real webhooks."""

import hashlib
import hmac
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.controlled import (
    FLOW,
    ONE,
    SECRET,
    Bare,
    Controlled,
    bare,
    best_of_three,
    controlled,
    roster,
)
from tests.support.live_server import LiveServer
from tests.support.proxy import Proxy, proxy_to
from tests.support.recording import Role

pytestmark = [pytest.mark.server, pytest.mark.slow]
TOKEN = "a-token-of-the-page"


class Scene:
    """A repository with one stack in it, a server, and what stands between."""

    def __init__(self, folder: Path, proxy: Proxy, api: httpx.Client) -> None:
        self.folder = folder
        self.proxy = proxy
        self.api = api
        self.repository: Bare = bare(folder / "git")
        self.repository.push({"flows.py": FLOW})
        self.push("a")

    def push(self, tag: str) -> str:
        """Push a file that wants the deployment to have a tag."""
        return self.repository.push({"deploy.yaml": ONE.format(stack="shop", tag=tag)})

    @contextmanager
    def controller(self, **keys: str) -> Iterator[Controlled]:
        """A controller that keeps the stack, and has brought it into sync."""
        told = {"repository": f"'{self.repository.url}'", "interval": "3600", **keys}
        words = ", ".join(f"{name}: {value}" for name, value in told.items())
        text = roster(f"name: shop, {words}") + 'token: "{{ $PAGE_TOKEN }}"\n'
        with controlled(self.folder, self.proxy.url, text, {"PAGE_TOKEN": TOKEN}) as running:
            yield running

    def deployments(self) -> list[dict[str, Any]]:
        """All that the server has."""
        found: list[dict[str, Any]] = self.api.post("/deployments/filter", json={}).json()
        return found

    def tags(self) -> list[str]:
        """The tags of the one deployment."""
        return [tag for each in self.deployments() for tag in each["tags"]]

    def edit(self) -> None:
        """Do what somebody does in the server's own pages."""
        (there,) = self.deployments()
        answer = self.api.patch(f"/deployments/{there['id']}", json={"tags": ["by-hand"]})
        assert answer.is_success

    def events(self) -> list[str]:
        """The events of stacks, oldest first."""
        wanted = {"event": {"prefix": ["deploy.stack."]}, "order": "ASC"}
        told = self.api.post("/events/filter", json={"filter": wanted}).json()["events"]
        return [each["event"].removeprefix("deploy.stack.") for each in told]


@pytest.fixture
def scene(tmp_path: Path, scheduling_server: LiveServer) -> Iterator[Scene]:
    with (
        proxy_to(scheduling_server.url) as proxy,
        httpx.Client(base_url=scheduling_server.url, timeout=30) as api,
    ):
        yield Scene(tmp_path, proxy, api)


def test_a_push_is_applied_within_one_look(scene: Scene) -> None:
    with scene.controller(interval="1") as controller:
        controller.wait("deploy_stack_synced", 1)
        first = scene.tags()
        assert httpx.get(f"{controller.url}/healthz").text == "ok"
        assert httpx.get(f"{controller.url}/readyz").status_code == 200

        commit = scene.push("b")

        controller.until(lambda: "b" in scene.tags(), "it is not applied")
        controller.until(lambda: controller.lines("looked")[-1]["commit"] == commit, "not told")
        assert "a" in first
        assert controller.end() == 0
    (history,) = scene.api.post("/artifacts/latest/filter", json={}).json()
    assert history["key"] == "deploy-shop"
    assert commit in history["description"]
    assert "Plan:" in history["data"]


def test_restarting_repeats_nothing(scene: Scene) -> None:
    with scene.controller() as controller:
        controller.wait("deploy_stack_synced", 1)
        assert controller.end() == 0
    scene.proxy.calls.clear()

    with scene.controller() as controller:
        controller.wait("deploy_stack_synced", 1)
        assert controller.end() == 0

    assert [call for call in scene.proxy.calls if call.role is not Role.READ] == []


def press(controller: Controlled, button: str) -> None:
    """Sign in, and press one of the stack's buttons."""
    with httpx.Client(base_url=controller.url, follow_redirects=True) as http:
        for path, told in (("/sign-in", {"token": TOKEN}), (f"/stacks/shop/{button}", {})):
            page = http.get(path if path == "/sign-in" else "/stacks/shop").text
            csrf = re.search(r'name="csrf" value="([^"]+)"', page)
            assert csrf is not None, page
            assert http.post(path, data={"csrf": csrf[1], **told}).is_success


def test_who_has_suspended_a_stack_need_not_do_it_again_after_a_restart(scene: Scene) -> None:
    with scene.controller() as controller:
        controller.wait("deploy_stack_synced", 1)
        press(controller, "suspend")
        assert controller.end() == 0
    commit = scene.push("b")

    with scene.controller() as controller:
        controller.until(lambda: controller.lines("looked"), "it does not look")
        assert controller.lines("looked")[-1]["commit"] == commit
        assert controller.metric("deploy_stack_synced") == 0
        held = scene.tags()
        press(controller, "resume")
        controller.wait("deploy_stack_synced", 1)
        assert controller.end() == 0

    assert "a" in held
    assert "b" not in held
    assert "b" in scene.tags()


def test_what_moved_on_the_server_is_told_and_left(scene: Scene) -> None:
    with scene.controller() as controller:
        controller.wait("deploy_stack_synced", 1)
        controller.wait("deploy_event_stream_connected", 1)
        time.sleep(1)  # the look that the apply's own events have asked for

        def edited(number: int) -> float:
            if number:  # the same again, from a stack in sync
                scene.push("ac"[number - 1])
                deliver(controller, scene.repository)
                controller.wait("deploy_stack_drifted", 0)
                controller.wait("deploy_stack_synced", 1)
            scene.proxy.calls.clear()
            scene.edit()
            return controller.wait("deploy_stack_drifted", 1)

        best_of_three(edited, within=5)

        assert controller.metric("deploy_stack_synced") == 0
        assert scene.tags() == ["by-hand"]
        assert [call for call in scene.proxy.calls if call.role is Role.WRITE] == []
        scene.push("b")  # a change of the files is written, and what it is about with it
        deliver(controller, scene.repository)
        controller.wait("deploy_stack_synced", 1)
        assert controller.metric("deploy_stack_drifted") == 0
        controller.until(lambda: scene.events()[-3:] == ["synced", "drifted", "synced"], "events")


def test_what_moved_on_the_server_is_put_back_where_asked_for(scene: Scene) -> None:
    with scene.controller(self_heal="true") as controller:
        controller.wait("deploy_stack_synced", 1)
        controller.wait("deploy_event_stream_connected", 1)
        scene.edit()

        controller.until(lambda: "a" in scene.tags(), "it is not healed")

        controller.wait("deploy_healed_total", 1)
        controller.wait("deploy_stack_synced", 1)
        assert controller.metric("deploy_stack_drifted") == 0


def test_a_broken_commit_is_told_once_and_changes_nothing(scene: Scene) -> None:
    with scene.controller(interval="1") as controller:
        controller.wait("deploy_stack_synced", 1)
        controller.wait("deploy_event_stream_connected", 1)
        scene.repository.push({"deploy.yaml": "stack: shop\ndeployments:\n  - nmae: nightly\n"})
        controller.wait("deploy_stack_synced", 0)
        told = controller.lines("looked")[-1]
        time.sleep(1)
        scene.proxy.calls.clear()
        time.sleep(4)  # four looks at the repository
        after = list(scene.proxy.calls)
        there = scene.tags()

        scene.push("c")

        controller.wait("deploy_stack_synced", 1)
        assert told["findings"][0].startswith("deploy.yaml:3:5: DEP101 'nmae' is no key")
        assert after == []
        assert "a" in there
        assert "c" in scene.tags()
        looks = [each["state"] for each in controller.lines("looked")]
        assert looks.count("invalid") == 1


def deliver(
    controller: Controlled, repository: Bare, *, secret: str = SECRET, name: str = "1"
) -> httpx.Response:
    """Tell of a push as GitHub does."""
    body = json.dumps({"after": str(time.time()), "repository": {"clone_url": repository.url}})
    signature = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Delivery": name,
        "X-Hub-Signature-256": f"sha256={signature}",
    }
    return httpx.post(f"{controller.url}/webhook/github", content=body, headers=headers)


def test_a_webhook_brings_a_push_within_two_seconds(scene: Scene) -> None:
    with scene.controller() as controller:
        controller.wait("deploy_stack_synced", 1)

        def delivered(number: int) -> float:
            tag = "bcd"[number]
            scene.push(tag)
            answer = deliver(controller, scene.repository)
            assert (answer.status_code, answer.json()) == (202, {"woken": 1})
            return controller.until(lambda: tag in scene.tags(), "it is not applied")

        best_of_three(delivered, within=2)


def test_bad_webhooks_are_refused_and_change_nothing(scene: Scene) -> None:
    with scene.controller() as controller:
        controller.wait("deploy_stack_synced", 1)
        controller.wait("deploy_event_stream_connected", 1)
        time.sleep(1)
        scene.push("b")
        scene.proxy.calls.clear()
        url = f"{controller.url}/webhook/github"
        json_body = {"Content-Type": "application/json"}

        answers = {
            "signature": deliver(controller, scene.repository, secret="guessed").status_code,
            "unsigned": httpx.post(url, content="{}", headers=json_body).status_code,
            "kind": httpx.post(url, content="{}").status_code,
            "huge": _huge(controller),
            "slow": _slow(controller),
            "forge": httpx.post(url.replace("github", "gogs"), content="{}").status_code,
            "method": httpx.get(url).status_code,
        }

        assert answers == {
            "signature": 401,
            "unsigned": 401,
            "kind": 415,
            "huge": 413,
            "slow": 408,
            "forge": 404,
            "method": 405,
        }
        assert list(scene.proxy.calls) == []
        assert "b" not in scene.tags()
        reasons = [each["reason"] for each in controller.lines("a webhook was refused")]
        assert len(reasons) == 5
        assert not any(SECRET in line for line in controller.raw)
        assert deliver(controller, scene.repository, name="2").status_code == 202
        assert deliver(controller, scene.repository, name="2").status_code == 409


def _raw(controller: Controlled, head: str, body: bytes = b"") -> int:
    """The status of the answer to a request whose body never ends."""
    host, _, port = controller.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        words = (
            f"POST /webhook/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{head}"
        )
        connection.sendall(f"{words}\r\n\r\n".encode() + body)
        return int(connection.recv(4096).split()[1])


def _huge(controller: Controlled) -> int:
    return _raw(controller, f"Content-Length: {2**40}", b"{")


def _slow(controller: Controlled) -> int:
    return _raw(controller, "Content-Length: 100", b'{"repository"')
