"""A plan is saved, looked at and applied: exactly that one, or nothing."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

FILE = """
    stack: saved
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        parameters: {rows: 5}
        schedules: [{slug: night, cron: "0 3 * * *"}]
      - {name: weekly, entrypoint: "flows.py:report"}
"""
WITH_SECRET = """
    stack: saved
    work_pools: [{name: local, type: process}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        work_pool:
          name: local
          job_variables:
            env: {DB: "postgres://u:{{ $DB_PASSWORD }}@db/x", API_TOKEN: token-in-file}
"""
SECRET, OTHER = "tr0ub4dor-and-3", "correct-horse-9"


@pytest.fixture
def saved(stage: Stage) -> Stage:
    """A stage with a plan of two deployments in `plan.json`."""
    stage.write(FILE)
    assert stage.deploy("plan", "--out", "plan.json").code == 0
    return stage


def document(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((stage.folder / "plan.json").read_text())
    return found


def rewrite(stage: Stage, **fields: object) -> None:
    (stage.folder / "plan.json").write_text(json.dumps({**document(stage), **fields}))


def test_a_saved_plan_is_applied_once(saved: Stage) -> None:
    ended = saved.apply("apply", "plan.json")

    assert "2 done" in ended.stdout
    assert set(saved.deployments()) == {"load/nightly", "report/weekly"}
    assert saved.pending() == ""
    again = saved.deploy("apply", "plan.json")
    assert again.code == 1
    assert "DEP603" in again.stderr
    assert saved.writes == []


def test_the_files_are_not_needed(saved: Stage, tmp_path: Path) -> None:
    plan = (saved.folder / "plan.json").read_text()
    elsewhere = tmp_path / "another job"
    elsewhere.mkdir()
    (elsewhere / "plan.json").write_text(plan)

    saved.apply("apply", "plan.json", folder=elsewhere)

    assert saved.pending() == ""


def test_the_files_of_later_do_not_matter(saved: Stage) -> None:
    saved.write(FILE.replace("rows: 5", "rows: 6"))

    saved.apply("apply", "plan.json")

    assert saved.deployments()["load/nightly"]["parameters"] == {"rows": 5}


def test_what_has_moved_is_named_and_nothing_is_written(saved: Stage) -> None:
    saved.apply()
    saved.write(FILE.replace("rows: 5", "rows: 6"))
    assert saved.deploy("plan", "--out", "plan.json").code == 0
    saved.change("report/weekly", description="by hand")
    before = saved.deployments()

    refused = saved.deploy("apply", "plan.json")

    assert refused.code == 1
    assert "deployment/report/weekly has moved on the server" in refused.stderr
    assert "load/nightly has moved" not in refused.stderr
    assert saved.writes == []
    assert saved.deployments() == before


def test_no_secret_is_in_it_and_each_is_read_again(stage: Stage) -> None:
    stage.write(WITH_SECRET)
    environment = {"DB_PASSWORD": SECRET}
    planned = stage.deploy("plan", "--out", "plan.json", environment=environment)
    assert planned.code == 0, planned.text
    text = (stage.folder / "plan.json").read_text()
    assert SECRET not in text + planned.text
    assert "token-in-file" not in text + planned.text

    other = stage.deploy("apply", "plan.json", environment={"DB_PASSWORD": OTHER})
    assert other.code == 1
    assert "a secret is not the one of the plan" in other.stderr
    assert SECRET not in other.text
    assert OTHER not in other.text
    unset = stage.deploy("apply", "plan.json")
    assert unset.code == 1
    assert "DB_PASSWORD" in unset.stderr
    assert stage.read("/deployments/filter") == []

    ended = stage.deploy("apply", "plan.json", environment=environment)
    assert ended.code == 0, ended.text
    assert SECRET not in ended.text
    variables = stage.deployments()["load/nightly"]["job_variables"]
    assert variables["env"] == {"DB": f"postgres://u:{SECRET}@db/x", "API_TOKEN": "token-in-file"}


def test_an_input_that_is_a_secret_by_its_looks_is_not_kept(stage: Stage) -> None:
    stage.write("""
        stack: saved
        vars: {dsn: ""}
        deployments:
          - {name: nightly, entrypoint: "flows.py:load", parameters: {source: "{{ vars.dsn }}"}}
    """)
    value = "dsn=postgres://u:s3same-open@db/x"
    assert stage.deploy("plan", "--var", value, "--out", "plan.json").code == 0
    assert "s3same" not in (stage.folder / "plan.json").read_text()

    assert "--var dsn=VALUE" in stage.deploy("apply", "plan.json").stderr
    ended = stage.deploy("apply", "plan.json", "--var", value)

    assert ended.code == 0, ended.text
    assert stage.deployments()["load/nightly"]["parameters"] == {"source": value[4:]}
    assert "s3same" not in ended.text


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"format_version": "2.0"}, "a plan of format 2.0", id="another format"),
        pytest.param({"surprise": 1}, "surprise", id="an unknown field"),
        pytest.param({"stack": 5}, "stack", id="a field of another type"),
        pytest.param({"saved": None}, "only shown", id="only shown"),
        pytest.param({"server": "http://other:4200/api"}, "http://other:4200/api", id="elsewhere"),
        pytest.param({"digest": "sha256:" + "0" * 64}, "another one today", id="another digest"),
    ],
)
def test_another_document_is_refused(saved: Stage, fields: dict[str, object], reason: str) -> None:
    rewrite(saved, **fields)

    refused = saved.deploy("apply", "plan.json")

    assert refused.code == 1
    assert reason in refused.stderr
    assert "Traceback" not in refused.text
    assert saved.writes == []


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00"])
def test_what_is_no_plan_is_refused(stage: Stage, text: str) -> None:
    (stage.folder / "plan.json").write_text(text)

    refused = stage.deploy("apply", "plan.json")

    assert refused.code == 1
    assert "is no plan" in refused.stderr
    assert list(stage.proxy.calls) == []


def test_a_missing_plan_is_no_crash(stage: Stage) -> None:
    refused = stage.deploy("apply", "nowhere.json")

    assert refused.code == 1
    assert "'nowhere.json' cannot be read" in refused.stderr


def test_the_approved_digest_is_applied_and_no_other(saved: Stage) -> None:
    digest = document(saved)["digest"]
    wrong = "sha256:" + "1" * 64

    refused = saved.deploy("--expect", wrong)
    assert refused.code == 1
    assert digest in refused.stderr
    assert saved.writes == []
    assert saved.deploy("apply", "plan.json", "--expect", wrong).code == 1
    assert saved.writes == []

    saved.apply("--expect", digest)
    assert saved.deploy("--expect", digest).code == 1, "an empty plan is another one"


@pytest.mark.parametrize("digest", ["", "sha256:1", "1" * 64, "SHA256:" + "1" * 64])
def test_a_digest_that_is_none_is_an_error(stage: Stage, digest: str) -> None:
    stage.write(FILE)

    refused = stage.deploy("--expect", digest)

    assert refused.code == 1
    assert "is no digest of a plan" in refused.stderr
    assert stage.writes == []


def test_equal_inputs_give_equal_bytes(saved: Stage) -> None:
    def without_times(text: str) -> str:
        return re.sub(r'"(created_at|commit)": .*', "", text)

    first = saved.deploy("plan", "--format", "json").stdout
    inner = saved.folder / "inner"
    inner.mkdir()

    second = saved.deploy("plan", "-f", "../deploy.yaml", "--format", "json", folder=inner).stdout

    assert without_times(second) == without_times(first)
    assert json.loads(first)["actions"][0]["at"]["file"] == "deploy.yaml"


def test_a_plan_is_kept_with_secrets_of_blocks_and_things_of_others(stage: Stage) -> None:
    stage.make("/variables/", name="theirs", value=1)
    stage.make("/v2/concurrency_limits/", name="shared", limit=2)
    stage.write("""
        stack: saved
        external: {variables: [theirs]}
        blocks:
          - {name: token, type: secret, data: {value: "{{ $VALUE }}"}}
          - {name: pin, type: secret, data: {value: {$command: [cat, pin]}}}
        deployments:
          - name: nightly
            entrypoint: flows.py:load
            concurrency_limit: {global: shared}
    """)
    (stage.folder / "pin").write_text("4711-4711\n")
    environment = {"VALUE": SECRET}
    planned = stage.deploy("plan", "--out", "plan.json", environment=environment)

    done = stage.deploy("apply", "plan.json", environment=environment)

    assert (planned.code, done.code) == (0, 0), planned.text + done.text
    kept = (stage.folder / "plan.json").read_text("utf-8")
    for text in (kept, planned.text, done.text):
        assert SECRET not in text
        assert "4711" not in text
    body = {"include_secrets": True, "block_types": {"slug": {"any_": ["secret"]}}}
    found = {each["name"]: each["data"] for each in stage.read("/block_documents/filter", **body)}
    assert found == {"token": {"value": SECRET}, "pin": {"value": "4711-4711"}}
