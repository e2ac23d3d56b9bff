"""What a newer version writes is kept, or refused before anything is written: by one rule."""

import json

import pytest

from tests.support.command import Ended
from tests.support.recordings import kept, packed, put, unpacked
from tests.support.stage import Stage

FILE = """
    stack: recorded
    deployments:
      - {name: nightly, entrypoint: "flows.py:load", parameters: {rows: 5}}
      - {name: weekly, entrypoint: "flows.py:report"}
"""
VERBS = (
    *("--yes", "plan", "drift", "adopt --yes", "rollback --last --yes", "destroy --yes", "history"),
    "drift --write-back --yes",
)
pytestmark = [pytest.mark.server, pytest.mark.slow]


@pytest.fixture
def deployed(stage: Stage) -> Stage:
    """A stage whose stack was applied twice."""
    stage.write(FILE.replace("rows: 5", "rows: 4"))
    stage.apply()
    stage.write(FILE)
    stage.apply()
    return stage


@pytest.mark.parametrize("version", ["1.1", "2.0"])
def test_a_newer_format_writes_nothing(stage: Stage, version: str) -> None:
    stage.write(FILE)
    assert stage.deploy("plan", "--out", "plan.json").code == 0
    plan = json.loads((stage.folder / "plan.json").read_text("utf-8"))
    newer = {"format_version": version, "tool_version": "9.0.1", "newer": {"at": 1}}
    stage.write(json.dumps({**plan, **newer}), "plan.json")

    refused = stage.deploy("apply", "plan.json")

    assert refused.code == 1
    assert f"is a plan of format {version}, made by deploy 9.0.1; this is " in refused.stderr
    assert list(stage.proxy.calls) == []


def test_the_same_format_by_another_version_is_applied(stage: Stage) -> None:
    stage.write(FILE)
    assert stage.deploy("plan", "--out", "plan.json").code == 0
    plan = json.loads((stage.folder / "plan.json").read_text("utf-8"))
    stage.write(json.dumps({**plan, "tool_version": "9.0.1"}), "plan.json")

    stage.apply("apply", "plan.json")

    assert stage.pending() == ""


def test_what_is_not_known_outlives_an_apply(deployed: Stage) -> None:
    data = kept(deployed)
    state = unpacked(data)
    state["newer"] = {"deployment/load/nightly": [1, None]}
    state["history"][0]["newer"] = {"reviewed": "grace"}
    put(deployed, {**packed(data, state), "newer": ["beside"]})
    deployed.write(FILE.replace("rows: 5", "rows: 6"))

    deployed.apply()

    after = kept(deployed)
    assert after["newer"] == ["beside"]
    assert unpacked(after)["newer"] == state["newer"]
    assert unpacked(after)["history"][:2] == state["history"]
    assert len(unpacked(after)["history"]) == 3


def test_a_newer_form_is_left_alone_by_every_verb(deployed: Stage) -> None:
    newer = {**kept(deployed), "format": 3}
    put(deployed, newer)
    deployed.write(FILE.replace("rows: 5", "rows: 6"))

    for verb in VERBS:
        assert_refused(deployed.deploy(*verb.split()), deployed)

    assert kept(deployed) == newer


def test_a_stack_beside_one_of_a_newer_form_is_left_alone(deployed: Stage) -> None:
    put(deployed, {**kept(deployed), "format": 3})
    deployed.write(FILE.replace("stack: recorded", "stack: other"))

    assert_refused(deployed.deploy("--yes"), deployed)


def assert_refused(ended: Ended, stage: Stage) -> None:
    assert ended.code == 1
    assert "the ledger of the stack 'recorded' is of form 3" in ended.stderr
    assert "a newer version of this command has written" in ended.stderr
    assert stage.writes == []
