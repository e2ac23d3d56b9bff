"""Every example is correct, and its first plan is the one that stands beside it.

`REFRESH_EXAMPLES=1 pytest tests/examples` writes the plans anew; read them then.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import deploy, surroundings
from tests.support.moments import without_moments
from tests.support.stage import Stage

pytestmark = [pytest.mark.server]

ROOT = Path(__file__).parents[2] / "examples"
EXAMPLES = sorted(each.parent for each in ROOT.rglob("deploy.yaml"))
STYLES = ROOT / "styles"


def named(folder: Path) -> str:
    return folder.relative_to(ROOT).as_posix()


def test_there_are_examples() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_an_example_has_no_findings(example: Path) -> None:
    ended = deploy(example, "validate", "--format", "concise")

    assert (ended.code, ended.stdout) == (0, "")


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_the_first_plan_of_an_example(example: Path, stage: Stage) -> None:
    shutil.copytree(example, stage.folder, dirs_exist_ok=True)
    expected = example / "expected" / "plan.txt"

    planned = stage.deploy("plan")

    if os.environ.get("REFRESH_EXAMPLES"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(without_moments(planned.stdout), encoding="utf-8")
    assert planned.code == 0, planned.text
    assert without_moments(planned.stdout) == expected.read_text(encoding="utf-8")
    assert stage.writes == []


def test_the_pools_of_images_have_the_templates_of_their_types(stage: Stage) -> None:
    shutil.copytree(STYLES / "image-based", stage.folder, dirs_exist_ok=True)
    given = ("--no-build", "--set-output", "build-image.image=shop/flows:1.10")
    offered = stage.api.get("/collections/views/aggregate-worker-metadata").json()
    templates = {
        kind: worker["default_base_job_configuration"]
        for package in offered.values()
        for kind, worker in package.items()
    }

    stage.apply(*given)

    pools = {each["name"]: each for each in stage.read("/work_pools/filter")}
    assert pools["styles-docker"]["base_job_template"] == templates["docker"]
    assert pools["styles-kubernetes"]["base_job_template"] == templates["kubernetes"]
    made = stage.deployments()
    images = {name: each["job_variables"]["image"] for name, each in made.items()}
    assert images == {
        "load-orders/in-docker": "shop/flows:1.10",
        "load-orders/in-kubernetes": "shop/flows:1.10",
    }
    stage.apply(*given)
    assert stage.writes == []


@pytest.mark.slow
@pytest.mark.own_prefect("a worker of this environment takes the run")
def test_a_worker_runs_what_is_declared(stage: Stage) -> None:
    shutil.copytree(STYLES / "declared", stage.folder, dirs_exist_ok=True)
    stage.apply()
    id = stage.deployments()["load-orders/nightly"]["id"]
    run = stage.make(f"/deployments/{id}/create_flow_run", state={"type": "SCHEDULED"})["id"]
    pool = ("--pool", "styles-local", "--type", "process")

    worker = subprocess.run(
        [sys.executable, "-m", "prefect", "worker", "start", "--run-once", *pool],
        cwd=stage.folder,
        env=surroundings(stage.server.url),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert "1000 orders from warehouse" in worker.stdout + worker.stderr
    assert stage.api.get(f"/flow_runs/{run}").json()["state"]["type"] == "COMPLETED"
