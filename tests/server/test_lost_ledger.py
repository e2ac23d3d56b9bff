"""Somebody deletes the stack's ledger: the next plan is right, and its apply heals it."""

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

FILE = """
    stack: shop
    work_pools: [{name: local, type: process, work_queues: [{name: fast, priority: 1}]}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        parameters: {rows: 5}
        work_pool: {name: local}
      - {name: weekly, entrypoint: "flows.py:report"}
"""


@pytest.fixture
def bereft(stage: Stage) -> Stage:
    """A stage whose stack was applied, and whose ledger is gone."""
    stage.write(FILE)
    stage.apply()
    kind = stage.api.get("/block_types/slug/deploy-ledger").raise_for_status().json()
    for each in stage.read("/block_documents/filter"):
        if each["block_type_id"] == kind["id"]:
            stage.api.delete(f"/block_documents/{each['id']}").raise_for_status()
    return stage


def test_nothing_is_changed_but_the_ledger(bereft: Stage) -> None:
    before = bereft.ids()

    ended = bereft.apply()

    assert "0 to create, 0 to change, 4 to adopt, 0 to delete" in ended.stdout
    written = {call.path.split("/")[1] for call in bereft.writes}
    assert written == {"block_schemas", "block_documents", "v2", "variables"}  # v2: the lock
    assert bereft.ids() == before
    assert bereft.pending() == ""


def test_only_the_cause_of_a_change_is_unknown_and_then_it_heals(bereft: Stage) -> None:
    bereft.write(FILE.replace("rows: 5", "rows: 6"))

    shown = bereft.apply().stdout

    assert "    parameters.rows: 5 → 6  (cause unknown)\n" in shown
    bereft.write(FILE.replace("rows: 5", "rows: 7"))
    assert "    parameters.rows: 6 → 7\n" in bereft.deploy("plan").stdout
    bereft.change("report/weekly", description="by hand")
    assert "(drift)" in bereft.deploy("plan").stdout


def test_nothing_that_left_the_files_meanwhile_is_deleted(bereft: Stage) -> None:
    bereft.write('stack: shop\ndeployments: [{name: weekly, entrypoint: "flows.py:report"}]')
    before = bereft.ids()

    bereft.apply()

    assert bereft.ids() == before


def test_a_pool_that_differs_is_not_changed(bereft: Stage) -> None:
    bereft.write(FILE.replace("type: process,", "type: process, description: new,"))

    refused = bereft.deploy()

    assert refused.code == 1
    assert "DEP602" in refused.stderr
    assert bereft.writes == []
