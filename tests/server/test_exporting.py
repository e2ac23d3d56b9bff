"""A workspace is written down; adopted by what was written, it needs no change."""

import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.server.test_same_as_prefect_deploy import ENVIRONMENT, PROJECT, prepare, run
from tests.support.command import deploy
from tests.support.live_server import LiveServer
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

TOKEN = "a-token-that-nobody-may-see"
EXPORT = ("export", "--stack", "shop", "--out", ".")


def by_hand(stage: Stage) -> None:
    """What somebody has made in the UI, and another stack's."""
    stage.make("/work_pools/", name="local", type="process", description="ours")
    stage.make("/work_pools/local/queues", name="high", priority=1)
    stage.make("/variables/", name="region", value={"on": "1e3"}, tags=["a"])
    stage.make("/variables/", name="shop_token", value=TOKEN)
    limit = stage.make("/v2/concurrency_limits/", name="database", limit=3)
    stage.make("/concurrency_limits/", tag="gpu", concurrency_limit=2)
    stage.make_deployment(
        "load",
        "nightly",
        entrypoint="gone.py:load",
        tags=["etl"],
        parameters={"rows": 5},
        enforce_parameter_schema=False,
        paused=True,
        work_pool_name="local",
        work_queue_name="high",
        job_variables={"env": {"API_TOKEN": TOKEN, "A": "{{ prefect.blocks.secret.a }}"}},
        schedules=[{"schedule": {"cron": "0 3 * * *"}, "active": False, "slug": "night"}],
        pull_steps=[{"prefect.deployments.steps.set_working_directory": {"directory": "/x"}}],
    )
    stage.make_deployment("report", "weekly", work_pool_name="local")
    stage.change("report/weekly", global_concurrency_limit_id=limit["id"])
    stage.make_deployment("report", "theirs", tags=["deploy:other"])


def test_what_was_made_by_hand_needs_no_change(stage: Stage) -> None:
    by_hand(stage)

    exported = stage.deploy(*EXPORT)

    assert exported.code == 0, exported.text
    assert stage.writes == []
    assert (stage.folder / "deploy.yaml").read_text() == FILE
    assert exported.stderr.split("\n", 1)[1] == TOLD
    assert TOKEN not in exported.text
    secrets = {"SHOP_TOKEN": TOKEN}
    assert stage.deploy("adopt", environment=secrets).code == 0
    planned = stage.deploy("plan", "--detailed-exitcode", environment=secrets)
    assert planned.code == 0, planned.text
    stage.change("load/nightly", paused=False, tags=["deploy:shop"])
    moved = stage.deploy("drift", "--stack", "shop")
    assert "paused: true → false" in moved.stdout, "what was adopted is remembered"


FILE = """\
# Written by 'deploy export --stack shop'.
#
# Secrets that were left out; each is a variable of the environment now:
#   $SHOP_TOKEN: variable/shop_token, shop_token

stack: shop
variables:
  - name: region
    value:
      "on": "1e3"
    tags:
      - a
  - name: shop_token
    value: "{{ $SHOP_TOKEN }}"  # a secret, which was left out
concurrency_limits:
  - name: database
    limit: 3
tag_limits:
  - tag: gpu
    limit: 2
work_pools:
  - name: local
    type: process
    description: ours
    work_queues:
      - name: default
        priority: 2
      - name: high
        priority: 1
deployments:
  - name: nightly
    flow_name: load
    entrypoint: "gone.py:load"
    tags:
      - etl
    parameters:
      rows: 5
    enforce_parameter_schema: false
    paused: true
    work_pool:
      name: local
      work_queue_name: high
      job_variables:
        env:
          API_TOKEN: "{{ $SHOP_TOKEN }}"  # a secret, which was left out
          A: "{{ prefect.blocks.secret.a }}"
    schedules:
      - slug: night
        cron: "0 3 * * *"
        active: false
    pull:
      - prefect.deployments.steps.set_working_directory:
          directory: /x
  - name: weekly
    flow_name: report
    concurrency_limit:
      global: database
    work_pool:
      name: local
"""
TOLD = """\
wrote deploy.yaml
exported 2 variables, 1 concurrency limit, 1 tag limit, 1 work pool, 2 work queues, \
2 deployments; left out 1 thing of other stacks
Secrets that were left out; each is a variable of the environment now:
  $SHOP_TOKEN: variable/shop_token, shop_token
"""


def test_a_part_goes_into_a_file_for_each_flow(stage: Stage) -> None:
    by_hand(stage)

    refused = stage.deploy("export", "--stack", "shop", "--select", "flow:laod")
    exported = stage.deploy(*EXPORT, "--per-flow", "--select", "kind:deployment")

    assert (refused.code, refused.stdout) == (1, "")
    assert "did you mean 'flow:load'?" in refused.stderr
    assert exported.code == 0, exported.text
    written = {path.relative_to(stage.folder).as_posix() for path in stage.folder.rglob("*.yaml")}
    assert written == {"deploy.yaml", "deployments/load.yaml", "deployments/report.yaml"}
    root = (stage.folder / "deploy.yaml").read_text()
    assert "external:\n  work_pools:\n    - local\n" in root
    secrets = {"API_TOKEN": TOKEN}
    assert stage.deploy("adopt", environment=secrets).code == 0
    planned = stage.deploy("plan", "--detailed-exitcode", environment=secrets)
    assert planned.code == 0, planned.text


def test_a_stack_that_is_there_is_written_anew(stage: Stage) -> None:
    stage.write(
        """
        stack: old
        work_pools: [{name: local, type: process}]
        deployments:
          - {name: nightly, entrypoint: "flows.py:load", work_pool: {name: local}, tags: [a]}
        """
    )
    stage.apply()
    stage.make("/variables/", name="nobodys", value=1)

    there = stage.deploy(*EXPORT, "--from-stack", "old")
    refused = stage.deploy(*EXPORT, "--force", "--from-stack", "odl")
    exported = stage.deploy(*EXPORT, "--force", "--from-stack", "old")

    assert (there.code, refused.code) == (1, 1)
    assert "'deploy.yaml' is there already" in there.stderr
    assert "nothing of a stack 'odl'" in refused.stderr
    assert exported.code == 0, exported.text
    text = (stage.folder / "deploy.yaml").read_text()
    assert "nobodys" not in text
    assert "description" not in text, "the docstring says it"
    assert "pull" not in text, "it is the step that a new one would get"
    assert stage.deploy("adopt", "--from-stack", "old", "--take-over").code == 0
    assert stage.pending("--take-over") == ""


@pytest.mark.own_prefect("what made the workspace is the command of this environment's Prefect")
def test_what_prefect_deploy_made_needs_no_change(live_server: LiveServer, tmp_path: Path) -> None:
    folder = tmp_path / "flows-project"
    shutil.copytree(PROJECT, folder)
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    with httpx.Client(base_url=live_server.url, timeout=60) as api:
        prepare(api)
    run([sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"], live_server, folder)

    exported = deploy(folder, *EXPORT, url=live_server.url)

    assert exported.code == 0, exported.text
    assert "not in the file" not in exported.text
    (folder / "prefect.yaml").unlink()
    assert deploy(folder, "adopt", url=live_server.url, environment=ENVIRONMENT).code == 0
    planned = deploy(folder, "plan", "--detailed-exitcode", url=live_server.url)
    assert planned.code == 0, planned.text
