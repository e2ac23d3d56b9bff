"""A controller's looks as flow runs: registered as any stack, started by Prefect's own workers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.controlled import FLOW, ONE, Bare, bare
from tests.support.environment import without_prefect
from tests.support.live_server import run_server
from tests.support.stage import Stage

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.own_prefect("a worker of this environment takes the runs"),
]
ROOT = Path(__file__).resolve().parents[2]
_WHOLE = os.environ.get("ON_PREFECT") == "whole"
_PATIENCE = 120.0  # seconds


@pytest.fixture
def shop(tmp_path: Path) -> Bare:
    """A repository with two stacks."""
    repository = bare(tmp_path / "repository")
    write(repository, ["one", "two"])
    return repository


def write(repository: Bare, names: Sequence[str], tag: str = "a") -> str:
    files = {
        f"{name}/deploy.yaml": ONE.format(stack=name, tag=tag).replace("nightly", name)
        for name in names
    }
    return repository.push({"flows.py": FLOW, **files})


def roster(stage: Stage, repository: Bare, names: Sequence[str], more: str = "") -> None:
    lines = [
        f"  - {{name: {name}, repository: '{repository.url}', path: {name}, interval: 600{more}}}"
        for name in names
    ]
    stage.write("\n".join(["stacks:", *lines, ""]), "controller.yaml")


def register(stage: Stage, *arguments: str, **environment: str) -> str:
    ended = stage.deploy(
        *("controller", "--on", "prefect", "--pool", "looks", "--yes", *arguments),
        environment=environment,
    )
    assert ended.code == 0, ended.text
    return ended.text


def started(stage: Stage, name: str) -> str:
    """A look that is asked for now; the id of its run."""
    id = stage.deployments()[f"deploy-controller/{name}"]["id"]
    return str(stage.make(f"/deployments/{id}/create_flow_run")["id"])


@contextmanager
def worker(url: str, home: Path, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process worker, and all that it starts, until the block ends."""
    program = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "looks"]
    environment = {
        **without_prefect(),
        "PREFECT_API_URL": url,
        "PREFECT_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }
    with (
        (home.parent / f"{home.name}.log").open("wb") as log,
        subprocess.Popen(
            [*program, "--type", "process", *options],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def ended(stage: Stage, id: str) -> Mapping[str, Any]:
    """The state that a run has in the end."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        state: Mapping[str, Any] = stage.api.get(f"/flow_runs/{id}").json()["state"]
        if state["type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}:
            return state
        assert time.monotonic() < deadline, state
        time.sleep(0.2)


def test_each_stack_is_a_deployment_that_runs_one_at_a_time(stage: Stage, shop: Bare) -> None:
    roster(stage, shop, ["one", "two"], more=', vars: {key: "{{ $KEY }}"}')
    stage.make("/work_pools/", name="looks", type="process")
    register(stage, KEY="zq83hd72hs82")
    register(stage, KEY="zq83hd72hs82")
    assert stage.writes == []

    found = stage.deployments()
    one = found["deploy-controller/one"]
    assert sorted(found) == ["deploy-controller/one", "deploy-controller/two"]
    assert one["parameters"]["entry"]["vars"] == {"key": "{{ $KEY }}"}
    assert one["entrypoint"] == "deploy.flow.reconcile"
    assert one["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert one["global_concurrency_limit"]["limit"] == 1
    assert [each["schedule"]["interval"] for each in one["schedules"]] == [600]

    roster(stage, shop, ["two"])
    register(stage)
    assert sorted(stage.deployments()) == ["deploy-controller/two"]


def test_the_schema_is_the_flows_own() -> None:
    from prefect.utilities.callables import parameter_schema

    from deploy.flow import reconcile
    from deploy.on_prefect import SCHEMA

    said, properties = parameter_schema(reconcile).model_dump(), SCHEMA["properties"]
    assert isinstance(properties, Mapping)
    assert properties.keys() == said["properties"].keys()
    assert SCHEMA["required"] == said["required"]


def test_a_worker_brings_a_stack_to_its_commit_and_tells_what_is_wrong(
    stage: Stage, shop: Bare, tmp_path: Path
) -> None:
    roster(stage, shop, ["one"])
    stage.make("/work_pools/", name="looks", type="process")
    register(stage)

    with worker(stage.server.url, tmp_path / "home"):
        well = ended(stage, started(stage, "one"))
        shop.push({"one/deploy.yaml": "stack: one\ndeployments: 7\n"})
        wrong = ended(stage, started(stage, "one"))

    assert well["type"] == "COMPLETED", well
    assert stage.deployments()["load/one"]["tags"] == ["a", "deploy:one"]
    assert wrong["type"] == "FAILED"
    assert "one/deploy.yaml:2:14" in wrong["message"]


def test_a_pool_has_to_be_named(stage: Stage, shop: Bare) -> None:
    roster(stage, shop, ["one"])

    refused = stage.deploy("controller", "--on", "prefect", "--yes")

    assert refused.code == 1
    assert "--pool NAME" in refused.stderr
    assert stage.writes == []


@pytest.mark.skipif(not _WHOLE, reason="make on-prefect: three minutes")
def test_two_workers_one_of_them_killed_bring_twenty_stacks_to_their_commit(
    template: Path, tmp_path: Path
) -> None:
    from tests.support.stage import before

    names = [f"s{number:02}" for number in range(20)]
    repository = bare(tmp_path / "repository")
    write(repository, names)
    lease = {"PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION": "30"}
    home = tmp_path / "server"
    home.mkdir()
    with (
        run_server(home, template, environment=lease) as server,
        before(server, tmp_path / "project") as stage,
    ):
        stage.api.timeout = 300  # two cores start a process for each look
        roster(stage, repository, names)
        stage.make("/work_pools/", name="looks", type="process")
        register(stage)
        runs = [started(stage, name) for name in names]
        with (
            worker(server.url, tmp_path / "first", "--limit", "2") as first,
            worker(server.url, tmp_path / "second", "--limit", "2"),
        ):
            _until(lambda: len(_done(stage, runs)) >= 6, "no look ends", 300)
            os.killpg(first.pid, signal.SIGKILL)
            _until(lambda: _missing(stage, names) == set(), "not every stack is there", 600)
        assert len(stage.deployments()) == 2 * len(names)


def _done(stage: Stage, runs: Sequence[str]) -> list[dict[str, Any]]:
    body = {"flow_runs": {"id": {"any_": list(runs)}, "state": {"type": {"any_": ["COMPLETED"]}}}}
    return stage.read("/flow_runs/filter", **body)


def _missing(stage: Stage, names: Sequence[str]) -> set[str]:
    """The stacks that have no deployment yet; a look at each of them is asked for again."""
    tags = {tag for each in stage.deployments().values() for tag in each["tags"]}
    missing = {name for name in names if f"deploy:{name}" not in tags}
    if missing and len(missing) < 6:
        for name in missing:
            started(stage, name)
        time.sleep(5)
    return missing


def _until(is_so: Any, why: str, within: float = _PATIENCE) -> None:
    deadline = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < deadline, why
        time.sleep(0.5)
