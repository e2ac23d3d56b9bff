"""What exists becomes the stack's; nothing but its tag is changed."""

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

OLD = """
    stack: shop
    work_pools: [{name: local, type: process}]
    deployments:
      - {name: nightly, entrypoint: "flows.py:load", parameters: {rows: 5}, protect: true}
      - {name: weekly, entrypoint: "flows.py:report", work_pool: {name: local}}
      - {name: extra, entrypoint: "flows.py:report"}
"""
NEW = """
    stack: store
    work_pools: [{name: local, type: process}]
    deployments:
      - {name: nightly, entrypoint: "flows.py:load", parameters: {rows: 6}, protect: true}
      - {name: weekly, entrypoint: "flows.py:report", work_pool: {name: local}}
"""


def test_only_the_tag_is_changed(stage: Stage) -> None:
    fields = {"parameters": {"rows": 1}, "description": "by hand", "entrypoint": "x.py:y"}
    id = stage.make_deployment("load", "nightly", tags=["mine"], **fields)
    stage.make_deployment("load", "somebody-elses", tags=["deploy:other"])
    stage.write('stack: shop\ndeployments: [{name: nightly, entrypoint: "flows.py:load"}]')
    before = stage.deployments()["load/somebody-elses"]

    assert stage.deploy().code == 1, "an apply alone takes over nothing"
    stage.apply("adopt")

    after = stage.deployments()
    adopted = after["load/nightly"]
    assert (adopted["id"], adopted["tags"]) == (id, ["mine", "deploy:shop"])
    assert {name: adopted[name] for name in fields} == fields
    assert after["load/somebody-elses"] == before
    assert "entrypoint" in stage.pending()
    stage.apply("adopt")
    assert stage.writes == []


def test_a_stack_of_another_name_takes_everything(stage: Stage) -> None:
    stage.write(OLD)
    stage.apply()
    before = stage.ids()
    stage.write(NEW)
    refused = stage.deploy()
    assert refused.code == 1
    assert "deploy adopt --from-stack" in refused.stderr

    shown = stage.apply("adopt", "--from-stack", "shop")

    assert "4 done" in shown.stdout, shown.text
    assert stage.ids() == before
    tags = {tuple(each["tags"]) for each in stage.deployments().values()}
    assert tags == {("deploy:store",)}
    assert stage.deploy("drift", "--stack", "store").code == 0
    assert stage.deploy("drift", "--stack", "shop").stdout == "nothing moved\n"
    planned = stage.deploy("plan")
    assert "parameters.rows: 5 → 6" in planned.stdout
    assert "(drift)" not in planned.stdout, "what was last applied has moved along"
    assert "- deployment/report/extra  (left the files)" in planned.stdout


def test_protection_moves_along(stage: Stage) -> None:
    stage.write(OLD)
    stage.apply()
    stage.write(NEW)
    stage.apply("adopt", "--from-stack", "shop")
    stage.write('stack: store\ndeployments: [{name: weekly, entrypoint: "flows.py:report"}]')

    refused = stage.deploy()

    assert refused.code == 1
    assert "DEP609" in refused.stderr
    assert stage.writes == []


def test_a_stack_that_nobody_knows_is_an_error(stage: Stage) -> None:
    stage.write(NEW)

    refused = stage.deploy("adopt", "--from-stack", "shp")
    itself = stage.deploy("adopt", "--from-stack", "store")

    assert refused.code == itself.code == 1
    assert "the server knows no stack 'shp'" in refused.stderr
    assert "the stack itself" in itself.stderr
    assert stage.deployments() == {}


def test_copies_are_pruned_only_after_they_were_claimed(stage: Stage) -> None:
    stage.write(OLD)
    stage.apply()
    copy = stage.make_deployment("load", "copy", tags=["deploy:shop"])

    assert stage.pending() == ""
    stage.apply("adopt")
    assert stage.pending() == ""
    stage.apply("adopt", "--unclaimed")
    assert "- deployment/load/copy" in stage.pending()
    stage.apply()

    assert copy not in {each["id"] for each in stage.deployments().values()}
    assert stage.pending() == ""
