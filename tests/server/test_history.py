"""Who applied what, read from the server alone."""

import json
import re
from pathlib import Path

import pytest

from tests.support.repository import commit, start
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

FILE = """
    stack: shop
    deployments: [{name: nightly, entrypoint: "flows.py:load", parameters: {rows: 5}}]
    environments: {prod: {stack: shop-prod}, dev: {}}
"""


def test_each_apply_is_told_of(stage: Stage) -> None:
    start(stage.folder)
    stage.write(FILE)
    first = commit(stage.folder, "first")
    planned = json.loads(stage.deploy("plan", "--format", "json").stdout)
    stage.apply()
    stage.apply()
    stage.write(FILE.replace("rows: 5", "rows: 6"))
    second = commit(stage.folder, "second")
    stage.write(FILE.replace("rows: 5", "rows: 7"))
    stage.deploy(environment={"GITHUB_ACTOR": "ada"})

    told = stage.deploy("history", "--format", "json")
    table = stage.deploy("history").stdout.splitlines()

    assert told.code == 0
    document = json.loads(told.stdout)
    newest, oldest = document["applies"]
    assert (document["stack"], document["server"]) == ("shop", stage.proxy.url)
    assert (newest["number"], newest["commit"], newest["who"]) == (2, second, "ada")
    assert (oldest["number"], oldest["commit"]) == (1, first)
    assert (oldest["digest"], oldest["ended"]) == (planned["digest"], "done")
    assert (oldest["counts"]["create"], newest["counts"]["change"]) == (1, 1)
    assert re.fullmatch(r"no\.  when \(UTC\) +ended +plan +commit +who +digest", table[0])
    assert re.match(rf"  2  20[-\d]+ [:\d]+  done   \+0 ~1 -0  {second[:8]} dirty  ada  ", table[1])
    assert len(table) == 3
    assert (oldest["dirty"], newest["dirty"]) == (False, True)


def test_one_request_is_all_that_it_takes(stage: Stage) -> None:
    stage.write(FILE)
    stage.apply()

    stage.deploy("history")

    assert [call.path for call in stage.proxy.calls] == [
        "/block_types/slug/deploy-ledger/block_documents/name/shop"
    ]
    assert stage.writes == []


def test_only_as_many_as_were_asked_for(stage: Stage) -> None:
    for rows in (1, 2, 3):
        stage.write(FILE.replace("rows: 5", f"rows: {rows}"))
        stage.apply()

    told = json.loads(stage.deploy("history", "--limit", "2", "--format", "json").stdout)

    assert [each["number"] for each in told["applies"]] == [3, 2]


def test_an_environment_has_a_history_of_its_own(stage: Stage) -> None:
    stage.write(FILE)
    stage.apply("-e", "dev")

    assert "dev" in stage.deploy("history", "-e", "dev").stdout
    other = stage.deploy("history", "-e", "prod")
    assert other.code == 1
    assert "the stack 'shop-prod' has never been applied to " in other.stderr


def test_no_file_is_needed_where_the_stack_is_said(stage: Stage, tmp_path: Path) -> None:
    stage.write(FILE)
    stage.apply()
    stage.write("deployments: [", "deploy.yaml")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    for folder in (stage.folder, elsewhere):
        told = stage.deploy("history", "--stack", "shop", folder=folder)
        assert told.code == 0, told.text
        assert "+1 ~0 -0" in told.stdout


def test_flows_that_are_gone_are_no_matter(stage: Stage) -> None:
    stage.write(FILE)
    stage.apply()
    (stage.folder / "flows.py").unlink()

    assert "+1 ~0 -0" in stage.deploy("history").stdout


def test_a_stack_that_was_never_applied_has_none(stage: Stage) -> None:
    stage.write(FILE)

    told = stage.deploy("history", "--format", "json")

    assert told.code == 1
    assert told.stdout == ""
    assert f"error: the stack 'shop' has never been applied to {stage.proxy.url}" in told.stderr
