"""Everything that the stack owns goes, and nothing else."""

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

FILE = """
    stack: shop
    work_pools: [{name: local, type: process, work_queues: [{name: fast}]}]
    deployments:
      - {name: nightly, entrypoint: "flows.py:load", work_pool: {name: local}}
      - {name: weekly, entrypoint: "flows.py:report"}
"""
PROTECTED = FILE.replace('"flows.py:report"', '"flows.py:report", protect: true')


def test_all_of_it_goes_and_nothing_of_others(stage: Stage) -> None:
    stage.write(FILE)
    stage.apply()
    foreign = stage.make_deployment("load", "theirs", tags=["mine"])

    dry = stage.deploy("destroy", "--dry-run")
    assert dry.code == 0, dry.text
    assert stage.writes == []
    assert "- work-pool/local  (the stack is destroyed)" in dry.stdout
    ended = stage.apply("destroy")

    assert "4 done" in ended.stdout
    assert [each["id"] for each in stage.deployments().values()] == [foreign]
    assert stage.read("/work_pools/filter") == []
    again = stage.deploy("destroy")
    assert again.code == 0
    assert stage.writes == []


def test_the_stack_can_be_made_again_from_anywhere(stage: Stage) -> None:
    stage.write(FILE)
    stage.apply()
    stage.apply("destroy")
    stage.write(FILE, "other.yaml")

    stage.apply("-f", "other.yaml")

    assert set(stage.deployments()) == {"load/nightly", "report/weekly"}


def test_what_is_protected_keeps_everything(stage: Stage) -> None:
    stage.write(PROTECTED)
    stage.apply()
    before = stage.ids()

    refused = stage.deploy("destroy")
    assert refused.code == 1
    assert "DEP609" in refused.stderr
    assert stage.writes == []
    assert stage.ids() == before

    stage.write(FILE.replace('"flows.py:report"', '"flows.py:report", protect: false'))
    lifted = stage.apply()
    assert "report/weekly  (protection is lifted)" in lifted.stdout
    stage.apply("destroy")
    assert stage.deployments() == {}


def test_a_pool_that_others_use_keeps_everything(stage: Stage) -> None:
    stage.write(FILE)
    stage.apply()
    stage.make_deployment("load", "theirs", work_pool_name="local")
    before = stage.ids()

    refused = stage.deploy("destroy", "--force")

    assert refused.code == 1
    assert "used outside of this stack" in refused.stderr
    assert stage.ids() == before


def test_another_origin_destroys_nothing(stage: Stage) -> None:
    stage.write(FILE)
    stage.apply()
    stage.write(FILE, "other.yaml")

    refused = stage.deploy("destroy", "-f", "other.yaml")

    assert refused.code == 1
    assert "DEP604" in refused.stderr
    assert stage.writes == []
