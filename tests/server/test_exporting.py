"""A workspace is written down; adopted by what was written, it needs no change."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from tests.server.test_same_as_prefect_deploy import PROJECT
from tests.support.as_prefect import ENVIRONMENT, prepare, run
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
          - name: nightly
            entrypoint: flows.py:load
            work_pool: {name: local}
            tags: [a]
            triggers: [{expect: [shop.opened]}]
        automations:
          - {name: alert, trigger: {expect: [shop.closed]}, actions: [{type: do-nothing}]}
        """
    )
    stage.apply()
    stage.make("/variables/", name="nobodys", value=1)
    waits = {"type": "event", "posture": "Reactive", "expect": ["nobodys.event"]}
    stage.make("/automations/", name="alert", trigger=waits, actions=[{"type": "do-nothing"}])

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
    assert "triggers:\n      - expect:\n          - shop.opened\n" in text
    assert "shop.closed" in text
    assert "automation/alert: one more of this name" in exported.stderr
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
    assert "4 automations" in exported.stderr
    assert "automations:" not in (folder / "deploy.yaml").read_text(), "they are triggers"
    (folder / "prefect.yaml").unlink()
    environment = {**ENVIRONMENT, "TOKEN": "hunter2-hunter2"}
    adopted = deploy(folder, "adopt", url=live_server.url, environment=environment)
    assert adopted.code == 0, adopted.text
    planned = deploy(
        folder, "plan", "--detailed-exitcode", url=live_server.url, environment=environment
    )
    assert planned.code == 0, planned.text


def make_block(stage: Stage, slug: str, name: str, data: Mapping[str, object]) -> str:
    """Make a block by hand, of the newest schema of its type; return its id."""
    kind = stage.api.get(f"/block_types/slug/{slug}").raise_for_status().json()["id"]
    schemas = stage.read("/block_schemas/filter", block_schemas={"block_type_id": {"any_": [kind]}})
    body = {"name": name, "block_type_id": kind, "block_schema_id": schemas[0]["id"], "data": data}
    return str(stage.make("/block_documents/", **body)["id"])


def test_blocks_are_written_without_their_secrets(stage: Stage) -> None:
    keys = make_block(
        stage, "aws-credentials", "keys", {"region_name": "eu", "aws_secret_access_key": TOKEN}
    )
    bucket: dict[str, object] = {
        "bucket_name": "{{ shop }}",
        "credentials": {"$ref": {"block_document_id": keys}},
    }
    make_block(stage, "s3-bucket", "goods", bucket)
    make_block(stage, "secret", "shop-login", {"value": {"user": "me", "pin": 12}})
    make_block(stage, "shell-operation", "hello", {"commands": ["a"], "env": {"$file": "x"}})
    make_block(stage, "shell-operation", "broken", {"commands": 7})
    make_block(stage, "aws-credentials", "theirs", {})

    exported = stage.deploy(*EXPORT, "--exclude", "name:theirs")

    assert exported.code == 0, exported.text
    assert (stage.folder / "deploy.yaml").read_text().partition("stack: shop\n")[2] == BLOCKS
    assert TOKEN not in exported.text
    assert TOKEN not in "".join(str(call) for call in stage.proxy.calls)
    told = "block/shell-operation/broken: 'commands' does not fit the type of the block"
    assert told in exported.stderr
    secrets = {
        "KEYS_AWS_SECRET_ACCESS_KEY": TOKEN,
        "SHOP_LOGIN_USER": "me",
        "SHOP_LOGIN_PIN": "12",
    }
    assert stage.deploy("adopt", environment=secrets).code == 0
    planned = stage.deploy("plan", "--detailed-exitcode", environment=secrets)
    assert planned.code == 0, planned.text
    again = stage.deploy(*EXPORT, "--force")
    assert again.code == 0, again.text
    assert "deploy-ledger" not in (stage.folder / "deploy.yaml").read_text()


BLOCKS = """\
vars:
  shop_login_pin:
    default: "{{ $SHOP_LOGIN_PIN }}"  # a secret, which was left out
    type: number
blocks:
  - name: keys
    type: aws-credentials
    data:
      region_name: eu
      aws_secret_access_key: "{{ $KEYS_AWS_SECRET_ACCESS_KEY }}"  # a secret, which was left out
  - name: goods
    type: s3-bucket
    data:
      bucket_name: "{{ '{{' }} shop }}"
      credentials:
        "$block": aws-credentials/keys
  - name: shop-login
    type: secret
    data:
      value:
        user: "{{ $SHOP_LOGIN_USER }}"  # a secret, which was left out
        pin: "{{ vars.shop_login_pin }}"  # a secret, which was left out
  - name: hello
    type: shell-operation
    data:
      commands:
        - a
      env:
        "$literal":
          "$file": x
"""


def test_automations_are_written_with_names(stage: Stage) -> None:
    nightly = stage.make_deployment("load", "nightly")
    theirs = stage.make_deployment("report", "theirs", tags=["deploy:other"])

    def make(name: str, *actions: dict[str, object], **more: object) -> str:
        waits = {"type": "event", "posture": "Reactive", "expect": ["shop.order.placed"]}
        body = {"name": name, "trigger": waits, "actions": actions, **more}
        return str(stage.make("/automations/", **body)["id"])

    def run(id: str, **more: object) -> dict[str, object]:
        return {"type": "run-deployment", "source": "selected", "deployment_id": id, **more}

    make("nightly__automation_1", run(nightly, parameters={"n": "{{ event.payload.n }}"}))
    make("when closed", run(nightly), enabled=False)
    make("of theirs", run(theirs), description="Not ours.")
    make("twice", {"type": "cancel-flow-run"})
    make("twice", {"type": "cancel-flow-run"})
    gone = make("gone", {"type": "cancel-flow-run"})
    pause: dict[str, object] = {
        "type": "pause-automation",
        "source": "selected",
        "automation_id": gone,
    }
    match = {"prefect.resource.id": f"prefect.deployment.{nightly}"}
    waits = {"type": "event", "posture": "Reactive", "match": match, "expect": ["a.*"]}
    make("pause", pause, trigger=waits, tags=["ours"])
    stage.api.delete(f"/automations/{gone}").raise_for_status()
    make("not theirs", {"type": "cancel-flow-run"}, tags=["deploy:other"])

    exported = stage.deploy(*EXPORT)

    assert exported.code == 0, exported.text
    text = (stage.folder / "deploy.yaml").read_text()
    assert text.partition("stack: shop\n")[2].replace(f'"{gone}"', gone) == AUTOMATIONS.replace(
        "GONE", gone
    )
    assert "automation/twice: 2 automations have this name" in exported.stderr
    assert f"automation/pause: actions: what automation '{gone}' is called" in exported.stderr
    assert "exported 1 deployment, 4 automations; left out 2 things" in exported.stderr
    before = stage.read("/automations/filter", sort="NAME_ASC")
    assert stage.deploy("adopt").code == 0
    assert stage.pending() == ""
    after = stage.read("/automations/filter", sort="NAME_ASC")
    assert [each["id"] for each in after] == [each["id"] for each in before]
    assert stage.deploy(*EXPORT, "--force").code == 0
    assert (stage.folder / "deploy.yaml").read_text().partition("stack: shop")[2] == (
        text.partition("stack: shop")[2]
    )


AUTOMATIONS = """\
deployments:
  - name: nightly
    flow_name: load
    triggers:
      - expect:
          - shop.order.placed
        parameters:
          "n": "{{ event.payload.n }}"
      - name: when closed
        enabled: false
        expect:
          - shop.order.placed
automations:
  - name: of theirs
    description: Not ours.
    trigger:
      expect:
        - shop.order.placed
    actions:
      - type: run-deployment
        deployment: report/theirs
  - name: pause
    tags:
      - ours
    trigger:
      match:
        prefect.resource.id: prefect.deployment.load/nightly
      expect:
        - "a.*"
    actions:
      - type: pause-automation
        automation_id: GONE
"""
