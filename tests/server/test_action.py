"""The step of a pipeline, with the environment and the event files that forges give it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from action.forge import mark
from tests.support.environment import without_prefect
from tests.support.forge import StandIn, standing_in
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
FILE = """
    stack: shop
    work_pools: [{{name: local, type: process}}]
    deployments:
      - {{name: nightly, entrypoint: "flows.py:load", parameters: {{rows: {rows}}}}}
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a step ended, what it said, and its outputs."""

    code: int
    text: str
    outputs: Mapping[str, str]
    summary: str


@pytest.fixture
def forge() -> Iterator[StandIn]:
    with standing_in() as made:
        yield made


def step(stage: Stage, *, surroundings: Mapping[str, str], **inputs: str) -> Ran:
    """Run the step as the composite action does it."""
    out, summary = stage.folder / "outputs", stage.folder / "summary.md"
    for file in (out, summary):
        file.write_text("", encoding="utf-8")
    environ = {
        **without_prefect(),
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "PREFECT_API_URL": stage.proxy.url,
        "RUNNER_TEMP": str(stage.folder),
        **surroundings,
        **{f"INPUT_{name.upper()}": value for name, value in inputs.items()},
    }
    names = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
    if surroundings.get("GITHUB_ACTIONS") == "true":
        environ |= dict(zip(names, (str(out), str(summary)), strict=True))
    else:
        environ["DEPLOY_OUTPUT"] = str(out)
    done = subprocess.run(
        [sys.executable, ROOT / "action" / "run.py"],
        cwd=stage.folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = out.read_text("utf-8").splitlines()
    return Ran(
        code=done.returncode,
        text=done.stdout + done.stderr,
        outputs=dict(line.split("=", 1) for line in lines),
        summary=summary.read_text("utf-8"),
    )


def github(stage: Stage, forge: StandIn, event: Mapping[str, object]) -> dict[str, str]:
    """What a job of GitHub Actions is told."""
    (stage.folder / "event.json").write_text(json.dumps(event), encoding="utf-8")
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": forge.url,
        "GITHUB_REPOSITORY": "shop/flows",
        "GITHUB_SHA": "c0ffee",
        "GITHUB_EVENT_PATH": str(stage.folder / "event.json"),
        "INPUT_TOKEN": "ghs_zq83hd72hs82",
    }


def gitlab(forge: StandIn, **more: str) -> dict[str, str]:
    """What a job of GitLab CI is told."""
    return {
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_API_V4_URL": forge.url,
        "CI_PROJECT_PATH": "shop/flows",
        "CI_COMMIT_SHA": "c0ffee",
        "DEPLOY_GITLAB_TOKEN": "glpat-zq83hd72hs82",
        **more,
    }


PULL = {"pull_request": {"number": 7}}


def test_a_plan_is_one_comment_that_is_kept_up_to_date(stage: Stage, forge: StandIn) -> None:
    stage.write(FILE.format(rows=1))
    first = step(stage, surroundings=github(stage, forge, PULL), command="plan")
    stage.write(FILE.format(rows=2))
    second = step(stage, surroundings=github(stage, forge, PULL), command="plan")

    assert (first.code, second.code) == (0, 0), first.text + second.text
    assert first.outputs["summary"] == "2 to create, 0 to change, 0 to delete"
    assert first.outputs["changed"] == "true"
    assert first.outputs["digest"] != second.outputs["digest"]
    (comment,) = forge.comments.values()
    assert comment.startswith(mark("shop"))
    assert second.outputs["digest"] in comment
    assert "load/nightly" in comment
    assert second.summary.strip() in comment
    written = [each for each in forge.asked if not each.startswith("GET")]
    assert [each.split(" ")[0] for each in written] == ["POST", "PATCH"]
    assert "zq83hd72hs82" not in first.text + second.text + comment


def test_after_a_merge_only_the_plan_that_was_shown_is_applied(
    stage: Stage, forge: StandIn
) -> None:
    stage.write(FILE.format(rows=1))
    step(stage, surroundings=github(stage, forge, PULL), command="plan")
    forge.pull_of["c0ffee"] = 7
    pushed = github(stage, forge, {"ref": "refs/heads/main"})

    done = step(stage, surroundings=pushed, command="apply", approved="true")
    stage.write(FILE.format(rows=3))
    refused = step(stage, surroundings=pushed, command="apply", approved="true")
    unasked = step(stage, surroundings=pushed, command="apply")

    assert done.code == unasked.code == 0, done.text + unasked.text
    assert done.outputs["changed"] == "true"
    assert refused.code == 1
    assert "the plan is not the one that was approved" in refused.text
    assert stage.deployments()["load/nightly"]["parameters"] == {"rows": 3}


def test_without_a_comment_nothing_is_approved(stage: Stage, forge: StandIn) -> None:
    stage.write(FILE.format(rows=1))

    ended = step(stage, surroundings=github(stage, forge, {}), command="apply", approved="true")

    assert ended.code == 1
    assert "no pull request shows a plan for 'shop'" in ended.text
    assert stage.deployments() == {}


@pytest.mark.parametrize("knows_who_asks", [True, False])
def test_what_others_write_approves_nothing_and_is_left_alone(
    stage: Stage, forge: StandIn, *, knows_who_asks: bool
) -> None:
    stage.write(FILE.format(rows=1))
    planned = step(stage, surroundings=github(stage, forge, PULL), command="plan", comment="false")
    forged = f"{mark('shop')}\n<!-- digest: {planned.outputs['digest']} -->"
    forge.by_others, forge.knows_who_asks = {77: forged}, knows_who_asks
    forge.pull_of["c0ffee"] = 7

    pushed = github(stage, forge, {})
    refused = step(stage, surroundings=pushed, command="apply", approved="true")
    step(stage, surroundings=github(stage, forge, PULL), command="plan")
    done = step(stage, surroundings=pushed, command="apply", approved="true")

    assert refused.code == 1
    assert "no pull request shows a plan" in refused.text
    assert done.code == 0, done.text
    assert forge.by_others == {77: forged}


def test_gitlab_has_the_same(stage: Stage, forge: StandIn) -> None:
    stage.write(FILE.format(rows=1))
    request = gitlab(forge, CI_MERGE_REQUEST_IID="7")
    planned = step(stage, surroundings=request, command="plan")
    step(stage, surroundings=request, command="plan")
    forge.pull_of["c0ffee"] = 7

    applied = step(stage, surroundings=gitlab(forge), command="apply", approved="true")

    assert planned.code == applied.code == 0, planned.text + applied.text
    assert planned.outputs["DEPLOY_CHANGED"] == "true"
    assert [each for each in forge.asked if not each.startswith("GET")] == [
        "POST /projects/shop%2Fflows/merge_requests/7/notes",
        "PUT /projects/shop%2Fflows/merge_requests/7/notes/1",
    ]
    assert "load/nightly" in stage.deployments()


def test_findings_are_told_beside_their_lines_and_kept_as_sarif(
    stage: Stage, forge: StandIn
) -> None:
    stage.write(FILE.format(rows=1).replace("entrypoint", "entrypiont"))

    ended = step(stage, surroundings=github(stage, forge, PULL), command="validate")

    assert ended.code == 1
    assert "::error file=deploy.yaml,line=5," in ended.text
    sarif = json.loads(Path(ended.outputs["sarif"]).read_text("utf-8"))
    assert sarif["runs"][0]["results"]
    assert forge.asked == []


def test_a_file_that_is_wrong_has_no_plan(stage: Stage, forge: StandIn) -> None:
    stage.write("deployments: 7\n")

    ended = step(stage, surroundings=github(stage, forge, PULL), command="plan")

    assert ended.code == 1
    assert "There is no plan" in ended.summary
    assert "deploy.yaml:1:14" in ended.summary
    assert forge.comments == {}


def test_drift_is_an_output_and_no_failure(stage: Stage, forge: StandIn) -> None:
    stage.write(FILE.format(rows=1))
    stage.apply("--yes")
    told = github(stage, forge, {})
    before = step(stage, surroundings=told, command="drift")
    stage.change("load/nightly", parameters={"rows": 9})

    after = step(stage, surroundings=told, command="drift")

    assert (before.code, before.outputs["changed"]) == (0, "false")
    assert (after.code, after.outputs["changed"]) == (0, "true")


@pytest.mark.parametrize(("status", "location"), [(403, None), (500, None), (302, "elsewhere")])
def test_a_forge_that_refuses_ends_no_plan(
    status: int, location: str | None, stage: Stage, forge: StandIn
) -> None:
    stage.write(FILE.format(rows=1))
    with standing_in() as elsewhere:
        forge.status, forge.location = status, location and elsewhere.url

        ended = step(stage, surroundings=github(stage, forge, PULL), command="plan")

        assert elsewhere.asked == []
    assert ended.code == 0
    assert "there is no comment" in ended.text
    assert ended.outputs["changed"] == "true"


def test_files_environments_and_more_options_are_handed_on(stage: Stage, forge: StandIn) -> None:
    text = FILE.format(rows='"{{ vars.rows }}"')
    stage.write(
        text + "    vars: {rows: 1}\n    environments: {dev: {stack: shop-dev}}\n", "a.yaml"
    )

    ended = step(
        stage,
        surroundings=github(stage, forge, PULL),
        command="plan",
        file="a.yaml\n",
        environment="dev",
        arguments="--var rows=5",
    )

    assert ended.code == 0, ended.text
    (comment,) = forge.comments.values()
    assert comment.startswith(mark("shop-dev"))


def test_a_command_that_is_none_is_said(stage: Stage, forge: StandIn) -> None:
    ended = step(stage, surroundings=github(stage, forge, PULL), command="destroy")

    assert ended.code == 1
    assert "not 'destroy'" in ended.text


def test_the_action_is_as_github_wants_it() -> None:
    done = subprocess.run(
        [
            BIN / "check-jsonschema",
            "--builtin-schema",
            "vendor.github-actions",
            ROOT / "action.yml",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    given = action["runs"]["steps"][1]["env"]
    used = (ROOT / "action" / "run.py").read_text("utf-8")
    used += (ROOT / "action" / "forge.py").read_text("utf-8")
    named = {name for name in given if name.startswith("INPUT_")}
    assert {name for name in named if f'"{name}"' not in used} == set()
    assert {"changed", "digest", "summary", "sarif"} == set(action["outputs"])
