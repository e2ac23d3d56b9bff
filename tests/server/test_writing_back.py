"""What moved on the server is written into the files, each value in its place."""

import difflib

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

FILE = """\
# Everything of the shop.
stack: shop
vars: {region: eu}

work_pools:
- name: local   # ours
  type: process
  description: 'ours'
  work_queues: [ {name: high, priority: 1} ]

variables:
  - { name: region, value: {a: 1, b: [x, y]} }   # read by flows

defaults:
  tags: [ shop ]
deployments:
  - name: nightly
    entrypoint: flows.py:load      # the loader
    tags:
      - etl   # and nothing else
      - slow
    parameters: {rows: 5, source: "{{ vars.region }}"}
    description: |
      Loads the orders
      of a night.
    paused: false
    schedules:
      # after the books are closed
      - slug: night
        cron: "0 3 * * *"
        timezone: UTC
      - {slug: noon, interval: PT1H}
    work_pool: {name: local}
  - {name: weekly, entrypoint: "flows.py:report", parameters: &shared {region: eu}}
  - name: monthly
    entrypoint: flows.py:report
    parameters: *shared
"""


@pytest.fixture
def applied(stage: Stage) -> Stage:
    """A stage whose stack was applied."""
    stage.write(FILE)
    stage.apply()
    return stage


def difference(stage: Stage) -> str:
    """The lines that have changed in the file."""
    now = (stage.folder / "deploy.yaml").read_text()
    lines = difflib.unified_diff(FILE.splitlines(), now.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def by_hand(stage: Stage) -> None:
    """What an operator changes."""
    nightly = stage.deployments()["load/nightly"]
    stage.change(
        "load/nightly",
        parameters={"rows": 7, "source": "eu"},
        tags=["shop", "slow", "odd: tag", "deploy:shop"],
        description="Loads the orders\nof two nights.\n",
        paused=True,
        concurrency_limit=3,
    )
    (night,) = (each for each in nightly["schedules"] if each["slug"] == "night")
    path = f"/deployments/{nightly['id']}/schedules"
    moved = {"schedule": {"cron": "5 4 * * *", "timezone": "Europe/Berlin"}, "active": False}
    stage.api.patch(f"{path}/{night['id']}", json=moved).raise_for_status()
    new = [{"schedule": {"cron": "@daily"}, "slug": "extra", "active": True}]
    stage.api.post(path, json=new).raise_for_status()
    stage.api.patch("/work_pools/local", json={"description": "it's ours"}).raise_for_status()
    body = {"value": {"a": 2, "b": ["x", "z", "y"]}}
    stage.api.patch("/variables/name/region", json=body).raise_for_status()


WRITTEN = """\
-  description: 'ours'
+  description: 'it''s ours'
-  - { name: region, value: {a: 1, b: [x, y]} }   # read by flows
+  - { name: region, value: {a: 2, b: [x, z, y]} }   # read by flows
-      - etl   # and nothing else
-    parameters: {rows: 5, source: "{{ vars.region }}"}
+      - "odd: tag"
+    parameters: {rows: 7, source: "{{ vars.region }}"}
-      of a night.
-    paused: false
+      of two nights.
+    paused: true
-        cron: "0 3 * * *"
-        timezone: UTC
+        cron: "5 4 * * *"
+        timezone: Europe/Berlin
+      - slug: extra
+        cron: "@daily"\
"""


def test_each_value_is_written_in_its_place(applied: Stage) -> None:
    by_hand(applied)

    written = applied.deploy("drift", "--write-back")

    assert written.code == 0, written.text
    assert difference(applied) == WRITTEN
    assert "+    paused: true" in written.stdout
    assert applied.pending() == ""
    assert applied.deploy("drift").stdout == "nothing moved\n"
    again = applied.deploy("drift", "--write-back")
    assert (again.code, again.stdout) == (0, "")


def test_what_others_take_too_is_told_and_stays(applied: Stage) -> None:
    applied.change("report/weekly", parameters={"region": "us"})
    tags = ["etl", "slow", "deploy:shop"]
    applied.change("load/nightly", parameters={"rows": 5, "source": "us"}, tags=tags)
    deleted = applied.deployments()["report/monthly"]["id"]
    applied.api.delete(f"/deployments/{deleted}").raise_for_status()

    written = applied.deploy("drift", "--write-back")

    assert written.code == 2, written.text
    assert difference(applied) == ""
    told = [
        line.removeprefix("DEP632 warning: deployment/")
        for line in written.stderr.splitlines()
        if line.startswith("DEP632")
    ]
    assert sorted(told) == [
        "load/nightly: 'parameters' is not written: a template makes this value",
        "load/nightly: 'tags' is not written: it is merged in from elsewhere",
        "report/monthly is not written: it is not there: the next apply makes it",
        "report/weekly: 'parameters' is not written: something else takes the value there too",
    ]
    assert "deploy.yaml:3:16" in written.stderr, "where the template takes it from"


def test_what_the_file_moved_too_is_left_to_its_author(applied: Stage) -> None:
    applied.change("load/nightly", parameters={"rows": 7, "source": "eu"}, paused=True)
    mine = FILE.replace("rows: 5", "rows: 6").replace("region: eu}}", "region: de}}")
    applied.write(mine)

    written = applied.deploy("drift", "--write-back")

    assert written.code == 2, written.text
    now = (applied.folder / "deploy.yaml").read_text()
    assert now == mine.replace("paused: false", "paused: true")
    assert "'parameters' is not written: the file has moved here too" in written.stderr


def test_an_environment_is_written_and_no_other(stage: Stage) -> None:
    text = """\
stack: shop
deployments:
  - {name: nightly, entrypoint: "flows.py:load", parameters: {rows: 1, source: web}}
environments:
  prod:
    stack: shop-prod
    deployments:
      - name: nightly
        parameters: {rows: 2}  # more of them
  dev: {stack: shop-dev}
"""
    stage.write(text)
    stage.apply("-e", "prod")
    stage.change("load/nightly", parameters={"rows": 3, "source": "us"})

    half = stage.deploy("drift", "--write-back", "-e", "prod")
    stage.change("load/nightly", parameters={"rows": 3, "source": "web"})
    written = stage.deploy("drift", "--write-back", "-e", "prod")

    assert half.code == 2, half.text
    assert "another environment takes the value there too" in half.stderr
    assert written.code == 0, written.text
    now = (stage.folder / "deploy.yaml").read_text()
    assert now == text.replace("rows: 2}  #", "rows: 3}  #")
    assert stage.pending("-e", "prod") == ""


def test_blocks_and_automations_are_written_but_no_secret(stage: Stage) -> None:
    text = """\
stack: shop
blocks:
  - {name: keys, type: aws-credentials, data: {region_name: eu}}  # ours
  - {name: token, type: secret, data: {value: {$file: token}}}
automations:
  - name: alert
    description: 'told'
    trigger: {expect: [shop.closed], within: PT1M}  # at night
    actions: [{type: do-nothing}]
deployments:
  - {name: nightly, entrypoint: "flows.py:load", triggers: [{expect: [shop.opened]}]}
"""
    stage.write(text)
    stage.write("hunter2", "token")
    stage.apply()
    for block in stage.read("/block_documents/filter"):
        moved = {"keys": {"region_name": "us"}, "token": {"value": "hunter3"}}.get(block["name"])
        if moved:
            body = {"data": moved, "merge_existing_data": True}
            stage.api.patch(f"/block_documents/{block['id']}", json=body).raise_for_status()
    for each in stage.read("/automations/filter"):
        kept = ("name", "enabled", "tags", "actions", "description")
        body = {name: each[name] for name in kept}
        body["trigger"] = {**each["trigger"], "expect": ["shop.gone"]}
        if each["name"] == "alert":
            body |= {"description": "it's told", "actions": [{"type": "cancel-flow-run"}]}
        stage.api.put(f"/automations/{each['id']}", json=body).raise_for_status()

    written = stage.deploy("drift", "--write-back")

    now = (stage.folder / "deploy.yaml").read_text()
    assert now == (
        text.replace("region_name: eu", "region_name: us")
        .replace("'told'", "'it''s told'")
        .replace("[shop.closed]", "[shop.gone]")
        .replace("do-nothing", "cancel-flow-run")
    )
    assert written.code == 2, written.text
    assert "hunter" not in written.text
    assert "block/secret/token: 'data' is not written" in written.stderr
    assert "nightly__automation_1: 'trigger' is not written: its place" in written.stderr
