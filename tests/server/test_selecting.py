"""A part of a stack is applied, and nothing else is touched, deletions included."""

import pytest
from inline_snapshot import snapshot

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

SHOP = """
    stack: shop
    work_pools: [{name: local, type: process, work_queues: [{name: high, priority: 1}]}]
    deployments:
      - {name: nightly, entrypoint: "flows.py:load", tags: [etl], parameters: {rows: 1}}
      - {name: hourly, entrypoint: "flows.py:load", tags: [web], parameters: {rows: 1}}
      - {name: weekly, entrypoint: "flows.py:report", tags: [etl]}
      - {name: monthly, entrypoint: "flows.py:report", tags: [web]}
"""
EDITED = """
    stack: shop
    work_pools:
      - {name: local, type: process, description: Here., work_queues: [{name: high, priority: 1}]}
    deployments:
      - {name: nightly, entrypoint: "flows.py:load", tags: [etl], parameters: {rows: 2}}
      - {name: hourly, entrypoint: "flows.py:load", tags: [web], parameters: {rows: 2}}
      - {name: yearly, entrypoint: "flows.py:report", tags: [web], work_pool: {name: local}}
"""


def test_only_what_is_selected_is_written(stage: Stage) -> None:
    stage.write(SHOP)
    stage.apply()
    before = stage.deployments()
    stage.write(EDITED)

    ended = stage.apply("--select", "tag:etl")

    after = stage.deployments()
    assert after["load/nightly"]["parameters"] == {"rows": 2}
    assert set(before) - set(after) == {"report/weekly"}
    untouched = ("load/hourly", "report/monthly")
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}
    assert "not selected, and left as they are: 4" in ended.stdout


def test_what_was_left_out_is_in_the_next_plan(stage: Stage) -> None:
    stage.write(SHOP)
    stage.apply()
    stage.write(EDITED)
    stage.apply("--select", "tag:etl", "--exclude", "name:weekly")

    rest = stage.deploy("plan").stdout
    stage.apply("--force")

    heads = [line for line in rest.splitlines() if line[:1] in {"+", "~", "-"}]
    assert heads == snapshot(
        [
            "~ work-pool/local",
            "~ deployment/load/hourly",
            "+ deployment/report/yearly",
            "- deployment/report/weekly  (left the files)",
            "- deployment/report/monthly  (left the files)",
        ]
    )
    assert is_settled(stage)


def test_a_first_apply_may_make_a_part(stage: Stage) -> None:
    stage.write(SHOP)

    stage.apply("--select", "flow:load", "--select", "kind:work-pool")

    assert set(stage.deployments()) == {"load/nightly", "load/hourly"}
    assert is_settled(stage, "--select", "flow:load")
    stage.apply()
    assert len(stage.deployments()) == 4
    assert is_settled(stage)


def test_what_needs_something_unselected_is_refused(stage: Stage) -> None:
    stage.write(SHOP)
    stage.apply()
    stage.write(EDITED)

    refused = stage.deploy("--select", "name:yearly")

    assert refused.code == 1
    assert "DEP612" in refused.stderr
    assert "deployment/report/yearly needs work-pool/local" in refused.stderr
    assert "deploy.yaml:8" in refused.stderr
    assert stage.writes == []


def test_a_selection_that_means_nothing_is_refused(stage: Stage) -> None:
    stage.write(SHOP)

    refused = stage.deploy("--select", "tag:elt")

    assert refused.code == 1
    assert "did you mean 'tag:etl'?" in refused.stderr
    assert stage.writes == []


def test_a_selection_that_cannot_be_read_asks_no_server(stage: Stage) -> None:
    stage.write(SHOP)

    refused = stage.deploy("plan", "--select", "nightly")

    assert refused.code == 1
    assert "did you mean 'name:nightly'?" in refused.stderr
    assert list(stage.proxy.calls) == []


def test_an_unselected_queue_keeps_its_priority(stage: Stage) -> None:
    text = """
        stack: shop
        work_pools:
          - name: local
            type: process
            work_queues: [{name: one, priority: 1}, {name: two, priority: 2}, NEW]
    """
    stage.write(text.replace(", NEW", ""))
    stage.apply()
    stage.write(text.replace("NEW", "{name: three, priority: 3}"))

    stage.apply("--select", "name:three")

    queues = stage.read("/work_pools/local/queues/filter")
    priorities = {each["name"]: each["priority"] for each in queues if each["name"] != "default"}
    assert priorities == {"one": 1, "two": 2, "three": 3}
    assert is_settled(stage)


def is_settled(stage: Stage, *arguments: str) -> bool:
    """Whether another run would change nothing."""
    planned = stage.deploy("plan", "--detailed-exitcode", *arguments)
    assert planned.code in {0, 2}, planned.text
    return planned.code == 0
