"""The command itself, killed with SIGKILL at one of its requests, and the next run."""

import random
import signal
import subprocess

import pytest

from tests.support.command import command, surroundings
from tests.support.crash_scenario import AFTER, BEFORE, FLOWS
from tests.support.recording import Call, Role
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.property]

ARGUMENTS = ("--yes", "--force", "--adopt")
_PATIENCE = 60.0
_KILLS = 2


def killed(stage: Stage, number: int, when: str) -> bool:
    """Run the command and kill it at its `number`th request that is no read; whether it was.

    `when` is before or after the server has done what it asks.
    """
    seen = iter(range(1, number + 1))

    def kill(call: Call) -> None:
        if call.role is not Role.READ and next(seen, None) == number:
            process.send_signal(signal.SIGKILL)
            process.wait()

    with subprocess.Popen(
        command(*ARGUMENTS),
        cwd=stage.folder,
        env=surroundings(stage.proxy.url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        setattr(stage.proxy, when, kill)
        process.wait(_PATIENCE)
    setattr(stage.proxy, when, lambda _: None)
    return process.returncode == -signal.SIGKILL


def contents(stage: Stage) -> dict[str, object]:
    """What is there, by name."""
    pools = {pool["name"]: pool["description"] for pool in stage.read("/work_pools/filter")}
    return {
        "pools": pools,
        "queues": {
            f"{pool}/{queue['name']}": queue["priority"]
            for pool in pools
            for queue in stage.read(f"/work_pools/{pool}/queues/filter")
        },
        "deployments": {
            name: (
                sorted(each["tags"]),
                each["paused"],
                each["work_queue_name"],
                sorted((one["slug"], one["schedule"]["cron"]) for one in each["schedules"]),
            )
            for name, each in stage.deployments().items()
        },
    }


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_that_was_killed_is_put_right_by_the_next(when: str, stage: Stage) -> None:
    (stage.folder / "flows.py").write_text(FLOWS, encoding="utf-8")
    made: list[dict[str, object]] = []
    numbers = random.Random(when).sample(range(1, 40), _KILLS)
    for number in (10_000, *sorted(numbers)):  # the first is never reached
        stage.server.wipe()
        stage.write(BEFORE)
        stage.apply(*ARGUMENTS)
        flow = stage.make("/flows/", name="report")["id"]
        stage.make("/deployments/", name="free", flow_id=flow, tags=[])
        stage.write(AFTER)
        was_killed = killed(stage, number, when)
        if was_killed:
            stage.apply(*ARGUMENTS)
        assert stage.pending(*ARGUMENTS[1:]) == ""
        made.append(contents(stage))

    assert made == [made[0]] * len(made)
