"""The controller, killed with SIGKILL at a request of an apply, and two of them at once."""

import os
import random
import signal
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.support.controlled import FLOW, PATIENCE, Controlled, bare, controlled, roster
from tests.support.live_server import LiveServer
from tests.support.proxy import Proxy, proxy_to
from tests.support.recording import Call, Role

pytestmark = [pytest.mark.server, pytest.mark.slow]

KILLS = int(os.environ.get("CONTROLLER_KILLS", "6"))  # `make controller-soak` wants a hundred
_LATEST = 14  # requests of an apply that do not only look


def wanted(number: int) -> dict[str, set[str]]:
    """The names of deployments, and their tags: something to make, to change and to delete."""
    names = [*(f"kept-{each}" for each in range(3)), f"comes-and-goes-{number % 3}"]
    return {name: {f"v{number}", "deploy:shop"} for name in names}


def file(number: int) -> str:
    """A file that wants it."""
    listed = "".join(
        f"  - name: {name}\n    entrypoint: flows.py:load\n    pull: []\n    tags: [v{number}]\n"
        f"    schedules: [{{slug: hourly, cron: '{number % 60} * * * *'}}]\n"
        for name in wanted(number)
    )
    pool = f"work_pools: [{{name: ours, type: process, description: 'v{number}'}}]\n"
    return f"stack: shop\npolicy: {{deletes: allow}}\n{pool}deployments:\n{listed}"


def run_until_killed(folder: Path, proxy: Proxy, text: str, chance: random.Random) -> bool:
    """Run a controller, and kill it at a random request that does not only look."""
    number, when = chance.randint(1, _LATEST), chance.choice(["before", "after"])
    seen = iter(range(1, number + 1))
    running: list[Controlled] = []

    def kill(call: Call) -> None:
        if running and call.role is not Role.READ and next(seen, None) == number:
            running[0].process.send_signal(signal.SIGKILL)
            running[0].process.wait()

    with controlled(folder, proxy.url, text) as controller:
        running.append(controller)
        setattr(proxy, when, kill)
        try:
            controller.wait("deploy_stack_synced", 1)
        except (AssertionError, httpx.TransportError):
            assert controller.process.wait(PATIENCE) == -signal.SIGKILL
        finally:
            setattr(proxy, when, lambda _: None)
    return controller.process.returncode == -signal.SIGKILL and next(seen, None) is None


def contents(api: httpx.Client) -> dict[str, set[str]]:
    """The deployments, each with its tags; one that is there twice fails."""
    found = api.post("/deployments/filter", json={}).json()
    assert len({each["name"] for each in found}) == len(found)
    return {each["name"]: set(each["tags"]) for each in found}


def check_no_run_is_doubled(api: httpx.Client) -> None:
    runs = api.post("/flow_runs/filter", json={"limit": 200}).json()
    times = [(each["deployment_id"], each["expected_start_time"]) for each in runs]
    assert len(set(times)) == len(times)


def test_a_controller_killed_again_and_again_converges(
    tmp_path: Path, scheduling_server: LiveServer
) -> None:
    chance, repository = random.Random(20), bare(tmp_path / "git")
    repository.push({"flows.py": FLOW})
    text = roster(f"name: shop, repository: '{repository.url}', interval: 1")
    killed = 0
    with (
        proxy_to(scheduling_server.url) as proxy,
        httpx.Client(base_url=scheduling_server.url, timeout=30) as api,
    ):
        for number in range(KILLS):
            repository.push({"deploy.yaml": file(number)})
            killed += run_until_killed(tmp_path, proxy, text, chance)

        with controlled(tmp_path, proxy.url, text) as controller:
            controller.wait("deploy_stack_synced", 1)
            proxy.calls.clear()
            assert controller.end() == 0
        there = contents(api)
        check_no_run_is_doubled(api)
        pools = api.post("/work_pools/filter", json={}).json()

    assert there == wanted(KILLS - 1)
    assert [each["description"] for each in pools if each["name"] == "ours"] == [f"v{KILLS - 1}"]
    assert killed >= KILLS / 2


def test_told_to_end_it_finishes_what_is_under_way(
    tmp_path: Path, scheduling_server: LiveServer
) -> None:
    repository = bare(tmp_path / "git")
    repository.push({"flows.py": FLOW, "deploy.yaml": file(0)})
    text = roster(f"name: shop, repository: '{repository.url}'")
    running: list[Controlled] = []

    def tell(call: Call) -> None:
        if call.path.endswith("/deployments/") and running:
            running.pop().process.send_signal(signal.SIGTERM)

    with (
        proxy_to(scheduling_server.url) as proxy,
        httpx.Client(base_url=scheduling_server.url, timeout=30) as api,
        controlled(tmp_path, proxy.url, text) as controller,
    ):
        running.append(controller)
        proxy.after = tell
        code = controller.process.wait(PATIENCE)
        there = contents(api)
        proxy.after = lambda _: None
        ledger_is_whole = controller.lines("the controller has ended")
        with controlled(tmp_path, proxy.url, text) as next_one:
            next_one.wait("deploy_stack_synced", 1)

        assert code == 0
        assert 0 < len(there) < len(wanted(0))
        assert ledger_is_whole
        assert contents(api) == wanted(0)


def test_two_controllers_of_one_stack_apply_each_push_once(
    tmp_path: Path, scheduling_server: LiveServer
) -> None:
    repository = bare(tmp_path / "git")
    repository.push({"flows.py": FLOW, "deploy.yaml": file(0)})
    text = roster(f"name: shop, repository: '{repository.url}', interval: 1")
    folders = [tmp_path / "one", tmp_path / "other"]
    for each in folders:
        each.mkdir()
    with (
        httpx.Client(base_url=scheduling_server.url, timeout=30) as api,
        controlled(folders[0], scheduling_server.url, text) as one,
        controlled(folders[1], scheduling_server.url, text) as other,
    ):
        for number in range(2):
            commit = repository.push({"deploy.yaml": file(number)})
            for controller in (one, other):
                controller.until(partial(_is_at, controller, commit), "not in sync")
        applies = [each.metric("deploy_applies_total") or 0 for each in (one, other)]

        assert contents(api) == wanted(1)
        assert sum(applies) <= 3  # the first commit, if it was seen before the second, and two


def _is_at(controller: Controlled, commit: str) -> bool:
    """Whether the last look has found the stack in sync, at a commit."""
    looks = controller.lines("looked")
    return bool(looks) and (looks[-1]["state"], looks[-1]["commit"]) == ("synced", commit)
