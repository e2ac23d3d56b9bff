"""What is not certainly meant to go stays: edits, accidents, and what others made."""

from collections.abc import Callable

import pytest

from tests.support.command import Ended
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

TWO = """\
stack: shop
deployments:
  - name: nightly
    entrypoint: flows.py:load
  - name: weekly
    entrypoint: flows.py:report
"""
FIVE = """\
stack: shop
work_pools: [{name: ours, type: process}, {name: spare, type: process}]
deployments:
  - {name: a, entrypoint: "flows.py:load"}
  - {name: b, entrypoint: "flows.py:load"}
  - {name: c, entrypoint: "flows.py:load"}
  - {name: d, entrypoint: "flows.py:load"}
  - {name: e, entrypoint: "flows.py:load"}
"""
HARMLESS: dict[str, Callable[[str], str]] = {
    "a comment after the name": lambda text: text.replace("nightly", "nightly  # at three"),
    "the name is not the first key": lambda text: text.replace(
        "- name: nightly\n    entrypoint: flows.py:load",
        "- entrypoint: flows.py:load\n    name: nightly",
    ),
    "the name is quoted": lambda text: text.replace("nightly", '"nightly"'),
}
ACCIDENTS: dict[str, Callable[[str], str]] = {
    "an empty file": lambda _: "",
    "only comments": lambda text: text.replace("\n", "\n# ").replace("stack", "# stack", 1),
    "an unparsable file": lambda text: text + "  - {name: [\n",
    "no deployments": lambda _: "stack: shop\ndeployments: []\n",
}


def test_harmless_edits_change_nothing(stage: Stage) -> None:
    stage.write(TWO)
    stage.apply()

    pending: dict[str, str] = {}
    for name, edited in HARMLESS.items():
        stage.write(edited(TWO))
        pending[name] = stage.pending()

    assert pending == dict.fromkeys(HARMLESS, "")


def test_no_accident_deletes(stage: Stage) -> None:
    stage.write(TWO)
    stage.apply()
    before = stage.ids()

    ended: dict[str, Ended] = {}
    for name, broken in ACCIDENTS.items():
        stage.write(broken(TWO))
        ended[name] = stage.deploy()
        assert stage.writes == [], name
    stage.write(TWO)
    ended["a wrong folder"] = stage.deploy("-f", "elsewhere")
    ended["a folder without a file"] = stage.deploy("-f", "..")
    (stage.folder / "deploy.yaml").unlink()
    ended["the file is gone"] = stage.deploy()
    ended["the named file is gone"] = stage.deploy("-f", "deploy.yaml")

    assert {name: each.code for name, each in ended.items()} == dict.fromkeys(ended, 1)
    assert stage.ids() == before


def test_a_renamed_file_deletes_nothing(stage: Stage) -> None:
    stage.write(TWO)
    stage.apply()
    before = stage.ids()
    (stage.folder / "deploy.yaml").rename(stage.folder / "deploy.yml")

    refused = stage.deploy("-f", "deploy.yml")
    moved = stage.deploy("--take-over")

    assert refused.code == 1
    assert "deploy.yaml" in refused.stderr
    assert "deploy.yml" in refused.stderr
    assert moved.code == 0, moved.text
    assert stage.ids() == before


def test_others_things_survive(stage: Stage) -> None:
    stage.write(TWO)
    stage.apply()
    stage.make_deployment("another-flow", "weekly", tags=["deploy:theirs"])
    stage.make_deployment("another-flow", "by-hand")
    stage.make_deployment("report", "by-hand-too", tags=["etl"])
    stage.write(TWO.partition("  - name: weekly")[0])

    ended = stage.apply()

    assert "1 to delete" in ended.stdout
    assert set(stage.deployments()) == {
        "another-flow/by-hand",
        "another-flow/weekly",
        "load/nightly",
        "report/by-hand-too",
    }


def test_a_copy_is_reported_and_never_deleted(stage: Stage) -> None:
    stage.write(TWO)
    stage.apply()
    there = stage.deployments()["load/nightly"]
    stage.make_deployment("load", "copy-of-nightly", tags=there["tags"])

    first = stage.apply()
    stage.write(TWO.partition("  - name: weekly")[0])
    second = stage.apply()

    assert "deployment/load/copy-of-nightly carries this stack's tag" in first.stderr
    assert "deployment/load/copy-of-nightly carries this stack's tag" in second.stderr
    assert set(stage.deployments()) == {"load/copy-of-nightly", "load/nightly"}


def test_many_deletes_need_force(stage: Stage) -> None:
    stage.write(FIVE)
    stage.apply()
    without_two = "".join(FIVE.splitlines(keepends=True)[:-2])
    stage.write(without_two)

    refused = stage.deploy()
    unwritten = stage.writes
    forced = stage.deploy("--force")

    assert refused.code == 1
    assert "this would delete 2 of 5 deployments" in refused.stderr
    assert "--force" in refused.stderr
    assert unwritten == []
    assert forced.code == 0, forced.text
    assert set(stage.deployments()) == {"load/a", "load/b", "load/c"}


def test_few_deletes_are_an_edit(stage: Stage) -> None:
    stage.write(FIVE)
    stage.apply()
    stage.write("".join(FIVE.splitlines(keepends=True)[:-1]))

    stage.apply()

    assert set(stage.deployments()) == {"load/a", "load/b", "load/c", "load/d"}


def test_deleting_all_of_a_kind_needs_force(stage: Stage) -> None:
    stage.write(TWO + "work_pools: [{name: ours, type: process}]\n")
    stage.apply()
    stage.write("stack: shop\nwork_pools: [{name: ours, type: process}]\n")

    refused = stage.deploy()

    assert refused.code == 1
    assert "this would delete all 2 deployments" in refused.stderr
    assert stage.writes == []


def test_a_pool_that_left_the_file_needs_force(stage: Stage) -> None:
    stage.write(FIVE)
    stage.apply()
    stage.write(FIVE.replace(", {name: spare, type: process}", ""))

    refused = stage.deploy()
    unwritten = stage.writes
    forced = stage.deploy("--force")

    assert refused.code == 1
    assert "work-pool/spare left the files and would be deleted" in refused.stderr
    assert unwritten == []
    assert forced.code == 0, forced.text
    assert [each["name"] for each in stage.read("/work_pools/filter")] == ["ours"]


def test_a_pool_that_others_use_is_never_deleted(stage: Stage) -> None:
    stage.write(FIVE)
    stage.apply()
    stage.make_deployment("another-flow", "theirs", work_pool_name="spare")
    stage.write(FIVE.replace(", {name: spare, type: process}", ""))

    refused = stage.deploy("--force")

    assert refused.code == 1
    assert "work-pool/spare is used outside of this stack" in refused.stderr
    assert "theirs" in refused.stderr
    assert stage.writes == []
