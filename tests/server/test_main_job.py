"""`deploy -f deploy.yaml` is the whole job: from an empty server to running flows."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import surroundings
from tests.support.stage import Stage
from tests.support.which_server import chosen

pytestmark = [pytest.mark.server, pytest.mark.slow]

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"
_A_RUN = 90.0  # seconds that a worker may take to start and to run one flow
SMALL = """
    stack: small
    work_pools: [{name: local, type: process}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        schedules: [{slug: night, cron: "0 3 * * *"}]
        work_pool: {name: local}
      - {name: weekly, entrypoint: flows.py:report}
"""


@pytest.fixture
def quickstart(stage: Stage) -> Stage:
    shutil.copytree(QUICKSTART, stage.folder, dirs_exist_ok=True)
    return stage


def test_a_first_apply_leaves_everything_on_the_server(quickstart: Stage) -> None:
    quickstart.apply("-f", "deploy.yaml")

    pools = quickstart.read("/work_pools/filter")
    queues = {each["name"]: each for each in quickstart.read("/work_pools/local/queues/filter")}
    found = quickstart.deployments()
    assert [(each["name"], each["type"]) for each in pools] == [("local", "process")]
    assert pools[0]["base_job_template"]["variables"]["properties"]
    assert set(queues) == {"default", "reports"}
    assert (queues["reports"]["priority"], queues["reports"]["concurrency_limit"]) == (2, 4)
    assert set(found) == {
        "daily-report/trial",
        "daily-report/weekdays",
        "load-orders/by-hand",
        "load-orders/hourly",
        "load-orders/nightly",
    }
    assert {each["work_pool_name"] for each in found.values()} == {"local"}


def test_a_first_apply_writes_what_the_file_says(quickstart: Stage) -> None:
    quickstart.apply("-f", "deploy.yaml")

    found = quickstart.deployments()
    nightly, trial = found["load-orders/nightly"], found["daily-report/trial"]
    assert times(nightly) == {"night": {"cron": "0 3 * * *", "timezone": "Europe/Berlin"}}
    assert times(found["load-orders/hourly"])["hour"]["interval"] == 3600.0
    weekdays = times(found["daily-report/weekdays"])["weekdays"]
    assert "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=7;BYMINUTE=30" in weekdays["rrule"]
    assert weekdays["timezone"] == "Europe/Berlin"
    assert found["load-orders/by-hand"]["schedules"] == []
    assert found["load-orders/by-hand"]["job_variables"] == {"env": {"SHOP_MODE": "archive"}}
    assert {name for name, each in found.items() if each["paused"]} == {"daily-report/trial"}
    assert nightly["parameters"] == {"source": "warehouse", "rows": 1000}
    assert sorted(nightly["tags"]) == ["deploy:quickstart", "nightly", "shop"]
    assert sorted(trial["tags"]) == ["deploy:quickstart", "shop"]
    assert found["daily-report/weekdays"]["work_queue_name"] == "reports"
    assert nightly["entrypoint"] == "flows/shop.py:load_orders"
    assert nightly["description"].startswith("Load the orders of a day.")
    assert in_order(nightly["parameter_openapi_schema"]) == ["source", "rows", "since"]


def in_order(schema: dict[str, Any]) -> list[str]:
    """The parameters as they are written: PostgreSQL has an order of its own for keys."""
    properties: dict[str, Any] = schema["properties"]
    return sorted(properties, key=lambda name: int(properties[name]["position"]))


def times(deployment: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Schedules by slug, without what the server fills in."""
    return {
        each["slug"]: {name: value for name, value in each["schedule"].items() if name != "day_or"}
        for each in deployment["schedules"]
    }


def test_a_run_shows_its_plan_then_its_result(quickstart: Stage) -> None:
    ended = quickstart.apply("-f", "deploy.yaml")

    shown, told = ended.stdout.splitlines(), ended.stderr.splitlines()
    assert shown[0] == "+ work-pool/local"
    assert shown[-4] == "7 to create, 0 to change, 0 to delete; 0 unchanged"
    assert shown[-3].startswith("an apply makes ")
    assert shown[-2].startswith("digest: sha256:")
    assert shown[-1] == "7 done"
    assert told[0] == f"server: {quickstart.proxy.url} (PREFECT_API_URL)"
    assert told[-3:] == [
        "Next:",
        "  prefect worker start --pool local",
        "  prefect deployment run daily-report/weekdays --watch",
    ]


def test_a_second_run_writes_nothing(quickstart: Stage) -> None:
    quickstart.apply("-f", "deploy.yaml")
    before = quickstart.ids()

    ended = quickstart.apply("-f", "deploy.yaml")

    assert ended.stdout == "0 to create, 0 to change, 0 to delete; 7 unchanged\n"
    assert quickstart.writes == []
    assert len(quickstart.proxy.calls) <= 8, list(map(str, quickstart.proxy.calls))
    assert quickstart.ids() == before


def test_a_worker_runs_what_was_deployed(quickstart: Stage) -> None:
    quickstart.apply("-f", "deploy.yaml")
    id = quickstart.deployments()["load-orders/nightly"]["id"]
    run = quickstart.make(f"/deployments/{id}/create_flow_run", name="by-hand")

    worker = [chosen().python, "-m", "prefect", "worker", "start", "--run-once"]
    done = subprocess.run(
        [*worker, "--pool", "local", "--type", "process"],
        cwd=quickstart.folder.parent,
        env=surroundings(quickstart.server.url),
        capture_output=True,
        text=True,
        check=False,
        timeout=_A_RUN,
    )

    after = quickstart.api.get(f"/flow_runs/{run['id']}").json()
    assert after["state"]["type"] == "COMPLETED", done.stdout + done.stderr
    assert after["parameters"] == {"source": "warehouse", "rows": 1000}
    assert "loading 1000 orders from warehouse since yesterday" in done.stdout + done.stderr


def test_a_plan_writes_nothing(stage: Stage) -> None:
    stage.write(SMALL)

    ended = {
        "plan": stage.deploy("plan").code,
        "plan --detailed-exitcode": stage.deploy("plan", "--detailed-exitcode").code,
        "--dry-run": stage.deploy("--dry-run").code,
    }

    assert ended == {"plan": 0, "plan --detailed-exitcode": 2, "--dry-run": 0}
    assert stage.writes == []
    assert stage.deployments() == {}
    assert stage.read("/work_pools/filter") == []


def test_a_plan_with_nothing_to_do_exits_0(stage: Stage) -> None:
    stage.write(SMALL)
    stage.apply()

    assert stage.deploy("plan", "--detailed-exitcode").code == 0


def test_standard_input_is_a_file_that_needs_yes(stage: Stage) -> None:
    refused = stage.deploy("-f", "-", stdin=SMALL.replace("\n    ", "\n"))
    unwritten = stage.writes
    taken = stage.deploy("-f", "-", "--yes", stdin=SMALL.replace("\n    ", "\n"))

    assert refused.code == 1
    assert "say --yes" in refused.stderr
    assert unwritten == []
    assert taken.code == 0, taken.text
    assert set(stage.deployments()) == {"load/nightly", "report/weekly"}


def test_the_folder_called_from_does_not_matter(stage: Stage) -> None:
    stage.write(SMALL)
    inside = stage.folder / "some" / "where"
    inside.mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", stage.folder], check=True)
    ways = {
        "-f deploy.yaml": (stage.folder, ["-f", "deploy.yaml"]),
        "nothing": (stage.folder, []),
        "-f .": (stage.folder, ["-f", "."]),
        "-f ../../deploy.yaml": (inside, ["-f", "../../deploy.yaml"]),
        "absolute": (inside, ["-f", str(stage.folder / "deploy.yaml")]),
        "from above": (stage.folder.parent, ["-f", "project/deploy.yaml"]),
    }
    left: dict[str, object] = {}

    for way in ("absolute", "nothing", "-f ../../deploy.yaml"):
        stage.server.wipe()
        folder, arguments = ways[way]
        stage.apply(*arguments, folder=folder)
        left[way] = contents(stage)

    pending = {
        way: stage.pending(*arguments, folder=folder) for way, (folder, arguments) in ways.items()
    }
    assert left == dict.fromkeys(left, left["nothing"])
    assert pending == dict.fromkeys(ways, "")


_ITS_OWN = {"id", "created", "updated", "labels", "schedules"}


def contents(stage: Stage) -> dict[str, dict[str, Any]]:
    """What deployments hold, without the server's ids and times."""
    return {
        name: {
            field: value
            for field, value in each.items()
            if not (field.endswith("_id") or field in _ITS_OWN)
        }
        | {"times": times(each)}
        for name, each in stage.deployments().items()
    }
