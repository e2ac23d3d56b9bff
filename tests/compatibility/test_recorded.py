"""What every earlier version wrote is read by this one, and nothing of it is lost."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from compiler.plan.document import FORMAT, PlanDocument
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.lock.record import read_record
from reconciler.suspension import suspended
from tests.support.command import Ended
from tests.support.recordings import (
    RECORDINGS,
    SERVER,
    STACK,
    TOKEN,
    Recording,
    kept,
    put,
    unpacked,
)
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

SECRETS = {"RECORDED_TOKEN": TOKEN}
DOCS = Path(__file__).resolve().parents[2] / "docs"


def having(name: str) -> pytest.MarkDecorator:
    """Parametrize a test with the recordings that have a file."""
    found = [pytest.param(each, id=each.version) for each in RECORDINGS if each.has(name)]
    assert found, f"no version has ever written {name}"
    return pytest.mark.parametrize("recorded", found)


def run(stage: Stage, *arguments: str) -> Ended:
    return stage.deploy(*arguments, environment=SECRETS)


def lay(stage: Stage, recorded: Recording, *names: str) -> None:
    """Lay recorded files into the folder; a plan is one for this server."""
    for name in names:
        stage.write(recorded.text(name).replace(SERVER, stage.proxy.url), name)


def applied(stage: Stage, recorded: Recording, file: str) -> None:
    """Have on the server what the recorded files want."""
    lay(stage, recorded, "flows.py")
    stage.write(recorded.text(file))
    ended = run(stage, "--yes")
    assert ended.code == 0, ended.text


def laid(stage: Stage, recorded: Recording, name: str) -> dict[str, Any]:
    """Lay a recorded ledger beside the things that are there; its state."""
    data = recorded.ledger(name, unpacked(kept(stage))["ids"])
    put(stage, data)
    return unpacked(data)


@having("first.plan.json")
def test_a_recorded_plan_is_applied(recorded: Recording, stage: Stage) -> None:
    lay(stage, recorded, "deploy.yaml", "flows.py", "first.plan.json")

    ended = run(stage, "apply", "first.plan.json")

    assert ended.code == 0, ended.text
    planned = recorded.json("first.plan.json")["counts"]["create"]
    assert f"{planned} done" in ended.stdout
    assert run(stage, "plan", "--detailed-exitcode").code == 0


def test_a_release_whose_plans_have_other_fields_has_another_format() -> None:
    plans = {each.version: each for each in RECORDINGS if each.has("first.plan.json")}
    grown = {version for version, each in plans.items() if has_grown(each.text("first.plan.json"))}

    assert "0.0.1.dev154" in grown, "before the first release the number stood still"
    assert sorted(version for version in grown if "dev" not in version) == []


def has_grown(text: str) -> bool:
    """Whether plans of now have fields that this one lacks, and call themselves the same."""
    plan = json.loads(text)
    ours = json.loads(PlanDocument.model_validate_json(text).model_dump_json())
    return bool(plan["format_version"] == FORMAT and plan != ours)


@having("change.plan.json")
def test_a_recorded_plan_for_another_state_is_stale(recorded: Recording, stage: Stage) -> None:
    applied(stage, recorded, "deploy.yaml")
    lay(stage, recorded, "change.plan.json")
    before = stage.deployments()

    refused = run(stage, "apply", "change.plan.json")

    assert refused.code == 1
    assert "DEP603" in refused.stderr
    assert f"it was made by deploy {recorded.version}, and this is " in refused.stderr
    assert stage.writes == []
    assert stage.deployments() == before


@having("change.plan.json")
def test_recorded_changes_are_carried_out(recorded: Recording, stage: Stage) -> None:
    applied(stage, recorded, "deploy.yaml")
    written = recorded.plan("change.plan.json", unpacked(kept(stage))["ids"])
    stage.write(recorded.text("changed.yaml"))
    assert run(stage, "plan", "--out", "ours.json").code == 0
    ours = json.loads((stage.folder / "ours.json").read_text("utf-8"))
    of_this_server = {name: ours[name] for name in ("server", "digest")}
    saved = {**marked(written["saved"], ours["saved"]), "read": ours["saved"]["read"]}
    plan = json.dumps({**written, **of_this_server, "saved": saved})
    (stage.folder / "change.plan.json").write_text(plan, encoding="utf-8")

    ended = run(stage, "apply", "change.plan.json")

    assert ended.code == 0, ended.text
    assert run(stage, "plan", "--detailed-exitcode").code == 0


def marked(written: Any, ours: Any) -> Any:
    """The same with our marks of secrets, which are those of a digest, and so of ids."""
    match written, ours:
        case {"$secret": _}, {"$secret": _}:
            return ours
        case dict(), dict():
            return {name: marked(each, ours.get(name)) for name, each in written.items()}
        case list(), list():
            return [marked(*pair) for pair in zip(written, ours, strict=True)]
        case _:
            return written


@having("ledger.json")
def test_a_recorded_ledger_is_the_stacks_memory(recorded: Recording, stage: Stage) -> None:
    applied(stage, recorded, "changed.yaml")
    state = laid(stage, recorded, "ledger.json")

    assert run(stage, "plan", "--detailed-exitcode").code == 0
    stage.change("report/weekly", description="by hand")
    planned = run(stage, "plan").stdout

    assert ("(drift)" in planned) is bool(state.get("applied"))
    assert "1 to change, 0 to delete" in planned


@having("ledger.json")
def test_an_apply_adds_to_a_recorded_ledger(recorded: Recording, stage: Stage) -> None:
    applied(stage, recorded, "changed.yaml")
    before = laid(stage, recorded, "ledger.json")
    left = recorded.text("changed.yaml").partition("  - name: monthly")
    stage.write(left[0] + "".join(left[2].partition("\nvariables:")[1:]))

    ended = run(stage, "--yes")

    assert ended.code == 0, ended.text
    assert "- deployment/report/monthly" in ended.stdout, "its id was in the recorded ledger"
    after = unpacked(kept(stage))
    history = before.get("history", [])
    assert [part(each, of=one) for each, one in zip(after["history"], history, strict=False)] == (
        history
    )
    assert len(after["history"]) == len(history) + 1
    assert after["protected"] == before.get("protected", [])
    assert after["ids"].keys() == before["ids"].keys() - {"deployment/report/monthly"}
    shown = json.loads(run(stage, "history", "--format", "json").stdout)
    assert len(shown["applies"]) == len(history) + 1


@pytest.mark.parametrize(
    "recorded",
    [
        pytest.param(each, id=each.version)
        for each in RECORDINGS
        if "undo" in each.json("ledger.json")
    ],
)
def test_the_way_back_that_an_older_version_kept_is_gone(recorded: Recording, stage: Stage) -> None:
    applied(stage, recorded, "changed.yaml")
    laid(stage, recorded, "ledger.json")

    ended = run(stage, "rollback", "--last", "--yes")

    assert ended.code == 0, ended.text
    found = stage.deployments()
    assert set(found) == {"load/nightly", "report/weekly", "report/spare"}
    assert found["load/nightly"]["parameters"]["rows"] == 500
    lay(stage, recorded, "deploy.yaml")
    assert run(stage, "plan", "--detailed-exitcode").code == 0


def part(whole: dict[str, Any], *, of: dict[str, Any]) -> dict[str, Any]:
    """What is in a later form of something that an earlier one has too."""
    return {name: whole[name] for name in of}


@having("ledger-killed.json")
def test_an_apply_that_an_older_version_did_not_end_is_gone_on_with(
    recorded: Recording, stage: Stage
) -> None:
    applied(stage, recorded, "deploy.yaml")
    stage.write(recorded.text("changed.yaml"))
    before = laid(stage, recorded, "ledger-killed.json")

    ended = run(stage, "--yes")

    assert ended.code == 0, ended.text
    assert ("did not end" in ended.text) is (before.get("begun") is not None)
    assert run(stage, "plan", "--detailed-exitcode").code == 0
    assert set(stage.deployments()) == {"load/nightly", "report/weekly", "report/monthly"}


@having("lock.json")
async def test_a_recorded_lock_says_whose_it_is(recorded: Recording, stage: Stage) -> None:
    value = recorded.json("lock.json")
    stage.make("/variables/", name=f"deploy_lock_{STACK}", value={**value, "newer": [1]})

    async with connect(stage.server.url) as connection:
        found = await read_record(PrefectClient(connection), STACK)

    assert found is not None
    assert (found.holder.who, found.holder.host) == ("ada", "machine")
    assert found.lease == UUID(value["lease"])
    assert run(stage, "unlock", "--stack", STACK).code == 0, "nobody holds the lease itself"


@having("suspended.json")
async def test_a_recorded_suspension_holds(recorded: Recording, stage: Stage) -> None:
    stage.make(
        "/variables/", name=f"deploy_suspended_{STACK}", value=recorded.json("suspended.json")
    )

    async with connect(stage.server.url) as connection:
        found = await suspended(PrefectClient(connection), [STACK])

    assert found[STACK].who == "ada"


@having("journal.jsonl")
def test_a_recorded_journal_is_as_the_schema_of_now_says(recorded: Recording) -> None:
    schema = json.loads((DOCS / "journal.schema.json").read_text("utf-8"))
    validator = Draft202012Validator(schema)

    lines = [json.loads(line) for line in recorded.text("journal.jsonl").splitlines()]

    assert [error for line in lines for error in validator.iter_errors(line)] == []
    assert lines[-1]["event"] == "run-ended"


@having("readings.json")
def test_readings_of_another_version_are_as_none(recorded: Recording, stage: Stage) -> None:
    lay(stage, recorded, "deploy.yaml", "flows.py")
    cache = {"DEPLOY_CACHE_DIR": str(stage.folder / "cache"), **SECRETS}
    assert stage.deploy("validate", environment=cache).code == 0
    (kept_in,) = (stage.folder / "cache").glob("*.json")
    ours = kept_in.read_text("utf-8")
    kept_in.write_text(recorded.text("readings.json"), encoding="utf-8")

    ended = stage.deploy("validate", environment=cache)

    assert ended.code == 0, ended.text
    assert kept_in.read_text("utf-8") == ours
