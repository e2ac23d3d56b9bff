"""An earlier commit is planned and applied, and the checkout stays as it is."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.command import command, surroundings
from tests.support.repository import commit, git, start
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

A = """
    stack: shop
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        parameters: {rows: 5}
        schedules: [{slug: night, cron: "0 3 * * *"}]
      - {name: weekly, entrypoint: "flows.py:report"}
"""
B = A.replace("rows: 5", "rows: 6").replace("0 3 * * *", "0 4 * * *")
C = B.replace("rows: 6", "rows: 7")


@pytest.fixture
def two(stage: Stage) -> Stage:
    """A repository with two commits, each applied."""
    start(stage.folder)
    stage.write(A)
    commit(stage.folder, "A")
    stage.apply()
    stage.write(B)
    commit(stage.folder, "B")
    stage.apply()
    return stage


def owned(stage: Stage) -> dict[str, dict[str, object]]:
    """What the server holds of each deployment, but for the times of its rows."""
    kept = ("id", "parameters", "tags", "entrypoint", "pull_steps", "description", "version")
    return {
        name: {
            **{key: each[key] for key in kept},
            "schedules": [(one["id"], one["schedule"]) for one in each["schedules"]],
        }
        for name, each in stage.deployments().items()
    }


def past(stage: Stage, *arguments: str) -> list[dict[str, object]]:
    """The applies that the history has, the newest first."""
    ended = stage.deploy("history", "--format", "json", *arguments)
    assert ended.code == 0, ended.text
    found: list[dict[str, object]] = json.loads(ended.stdout)["applies"]
    return found


def test_rolling_back_brings_back_what_was(stage: Stage) -> None:
    start(stage.folder, remote="https://git.example.com/shop/flows.git")
    stage.write(A)
    first = commit(stage.folder, "A")
    stage.apply()
    before = owned(stage)
    stage.write(B)
    second = commit(stage.folder, "B")
    stage.apply()
    assert owned(stage)["load/nightly"]["parameters"] == {"rows": 6}

    ended = stage.apply("rollback")

    assert f"commit: {first[:8]}" in ended.stderr
    assert "apply: 1, " in ended.stderr
    assert owned(stage) == before
    assert [(each["number"], each["commit"]) for each in past(stage)] == [
        (3, first),
        (2, second),
        (1, first),
    ]
    assert stage.pending("-f", "deploy.yaml") != ""
    git(stage.folder, "checkout", "--quiet", "HEAD~1")
    assert stage.pending() == ""


def test_the_version_rides_along_from_the_old_commit(stage: Stage) -> None:
    start(stage.folder, remote="https://git.example.com/shop/flows.git")
    stage.write(A)
    first = commit(stage.folder, "A")
    stage.write(B)
    second = commit(stage.folder, "B")
    stage.apply()
    assert owned(stage)["load/nightly"]["version"] == second[:8]

    ended = stage.deploy("rollback", "HEAD~1", environment={"GITHUB_SHA": second})

    assert ended.code == 0, ended.text
    assert owned(stage)["load/nightly"]["version"] == first[:8]
    assert past(stage)[0]["commit"] == first


def test_going_back_twice_leads_to_where_one_was(two: Stage) -> None:
    two.apply("rollback")
    two.apply("rollback")

    assert two.pending() == ""
    assert len(past(two)) == 4


def test_a_number_of_the_history_is_known_by_its_shape(two: Stage) -> None:
    for tag in ("1", "1234567"):
        git(two.folder, "tag", tag, "HEAD")

    for number in ("1", "#1"):
        assert "parameters.rows: 6 → 5" in two.deploy("rollback", number, "--dry-run").stdout
    assert "0 to change" in two.deploy("rollback", "1234567", "--dry-run").stdout
    assert "0 to change" in two.deploy("rollback", "tags/1", "--dry-run").stdout
    beyond = two.deploy("rollback", "9")
    assert "the history of 'shop' has no apply 9" in beyond.stderr
    assert "hint: 'deploy history' lists the applies" in beyond.stderr
    assert beyond.code == 1


def test_the_checkout_stays_as_it_is(two: Stage) -> None:
    two.write(C)
    git(two.folder, "add", "deploy.yaml")
    two.write(C.replace("rows: 7", "rows: 8"))
    two.write("left: alone", "untracked.yaml")
    git(two.folder, "stash", "store", "-m", "kept", git(two.folder, "stash", "create"))
    before = everything(two.folder)

    two.apply("rollback", "1")

    assert everything(two.folder) == before
    assert two.deployments()["load/nightly"]["parameters"] == {"rows": 5}


def everything(folder: Path) -> tuple[str, ...]:
    """All that Git says of a checkout, and what its files hold."""
    told = [
        git(folder, *words)
        for words in (
            ("status", "--porcelain=v2", "--branch"),
            ("diff",),
            ("diff", "--cached"),
            ("stash", "list"),
            ("worktree", "list"),
            ("reflog",),
            ("for-each-ref",),
        )
    ]
    files = sorted(path for path in folder.rglob("*") if path.is_file() and ".git" in path.parts)
    names = "\n".join(str(path) for path in files if "objects" not in path.parts)
    return (*told, names, (folder / "deploy.yaml").read_text())


def test_a_plan_is_shown_and_nothing_written(two: Stage) -> None:
    shown = two.deploy("rollback", "1", "--dry-run")

    assert shown.code == 0, shown.text
    assert "parameters.rows: 6 → 5" in shown.stdout
    assert two.writes == []


def test_a_plan_for_programs_is_all_of_stdout(two: Stage) -> None:
    ended = two.deploy("rollback", "1", "--yes", "--format", "json")

    document = json.loads(ended.stdout)
    assert ended.code == 0
    assert document["commit"] == git(two.folder, "rev-parse", "HEAD~1")
    (action,) = document["actions"]
    assert action["at"] == {"file": "deploy.yaml", "line": 4, "column": 11}
    assert "1 done" in ended.stderr
    assert two.deployments()["load/nightly"]["parameters"] == {"rows": 5}


def test_no_temporary_folder_is_named_or_stored(stage: Stage) -> None:
    start(stage.folder)
    stage.write(A)
    commit(stage.folder, "A")
    stage.write(A.replace("nightly", "other"))
    commit(stage.folder, "B")
    temporary = stage.folder.parent / "for now"
    temporary.mkdir()
    environment = {"TMPDIR": str(temporary)}

    shown = stage.deploy(
        *("rollback", "HEAD~1", "--dry-run", "--format", "json"), environment=environment
    )
    ended = stage.deploy("rollback", "HEAD~1", environment=environment)

    assert ended.code == 0, ended.text
    (step,) = stage.deployments()["load/nightly"]["pull_steps"]
    assert step["prefect.deployments.steps.set_working_directory"] == {
        "directory": str(stage.folder)
    }
    assert "for now" not in shown.text + ended.text + json.dumps(stage.deployments())
    assert list(temporary.iterdir()) == []


MONOREPO = """
    stack: shop
    include: ["teams/*.yaml"]
    deployments: [{name: root, entrypoint: "jobs/flows.py:load", parameters: {rows: 1}}]
"""
TEAM = """
    deployments: [{name: team, entrypoint: "jobs/flows.py:report", parameters: {region: us}}]
"""


def test_included_files_and_entrypoints_are_those_of_then(stage: Stage) -> None:
    start(stage.folder)
    flows = stage.folder / "jobs" / "flows.py"
    flows.parent.mkdir()
    (stage.folder / "flows.py").rename(flows)
    stage.write(MONOREPO, "ops/deploy.yaml")
    stage.write(TEAM, "ops/teams/a.yaml")
    commit(stage.folder, "A")
    below = stage.folder / "ops"
    stage.apply(folder=below)
    before = owned(stage)
    git(stage.folder, "rm", "--quiet", "ops/teams/a.yaml")
    stage.write(TEAM.replace("us", "eu").replace("jobs/", "work/"), "ops/teams/b.yaml")
    git(stage.folder, "mv", "jobs", "work")
    text = (stage.folder / "work" / "flows.py").read_text()
    (stage.folder / "work" / "flows.py").write_text(text.replace("rows: int = 10", "rows: int = 2"))
    stage.write(MONOREPO.replace("jobs/", "work/").replace("rows: 1", "rows: 2"), "ops/deploy.yaml")
    commit(stage.folder, "B")
    stage.apply(folder=below)
    assert owned(stage)["report/team"]["entrypoint"] == "work/flows.py:report"

    from_below = stage.deploy("rollback", "--dry-run", "--format", "json", folder=below)
    from_root = stage.deploy("rollback", "--dry-run", "-f", "ops", "--format", "json")
    stage.apply("rollback", folder=below)

    actions = json.loads(from_below.stdout)["actions"]
    assert actions == json.loads(from_root.stdout)["actions"]
    assert {each["at"]["file"] for each in actions} == {"ops/deploy.yaml", "ops/teams/a.yaml"}
    assert owned(stage) == before


def test_a_folder_that_is_no_more_can_come_back(two: Stage) -> None:
    git(two.folder, "mv", "deploy.yaml", "prefect.yaml")
    (two.folder / "sub").mkdir()
    two.write(C.replace("shop", "sub"), "sub/deploy.yaml")
    commit(two.folder, "with a folder")
    git(two.folder, "rm", "--quiet", "-r", "sub")
    commit(two.folder, "without it")

    ended = two.deploy("rollback", "HEAD~1", "-f", "sub", "--dry-run")

    assert ended.code == 1
    assert "deployment/load/nightly exists and belongs to the stack 'shop'" in ended.stderr


def test_inputs_are_those_of_now(two: Stage) -> None:
    templated = A.replace("rows: 5", "rows: '{{ vars.rows }}', source: '{{ $SOURCE }}'")
    two.write(templated.replace("stack: shop", "stack: shop\n    vars: {rows: 1}"))
    commit(two.folder, "with inputs")
    two.write("vars.yaml\n", ".gitignore")
    two.write("rows: 77\n", "vars.yaml")
    commit(two.folder, "ignored")

    ended = two.deploy(
        *("rollback", "HEAD~1", "--var-file", "vars.yaml"), environment={"SOURCE": "of now"}
    )

    assert ended.code == 0, ended.text
    assert "vars.yaml is read as it is now: the commit has none" in ended.stderr
    expected = {"rows": 77, "source": "of now"}
    assert two.deployments()["load/nightly"]["parameters"] == expected


def test_a_guard_holds(two: Stage) -> None:
    names = "".join(f"\n      - {{name: n{n}, entrypoint: 'flows.py:report'}}" for n in range(6))
    two.write(B.rstrip() + names)
    commit(two.folder, "many")
    two.apply()

    refused = two.deploy("rollback", "1")

    assert refused.code == 1
    assert "DEP601" in refused.stderr
    assert two.writes == []
    two.apply("rollback", "1", "--force")
    assert set(two.deployments()) == {"load/nightly", "report/weekly"}


def test_the_origin_stays_that_of_the_repository(two: Stage) -> None:
    two.write(C, "second.yaml")
    commit(two.folder, "two files")

    refused = two.deploy("rollback", "HEAD", "-f", "second.yaml")

    assert refused.code == 1
    assert "DEP604" in refused.stderr
    assert two.writes == []


def test_broken_files_of_now_are_no_matter(two: Stage) -> None:
    two.write("deployments: [")

    by_number = two.deploy("rollback", "1")
    by_name = two.deploy("rollback", "1", "--stack", "shop")

    assert by_number.code == 1
    assert "say --stack NAME" in by_number.stderr
    assert by_name.code == 0, by_name.text
    assert two.deployments()["load/nightly"]["parameters"] == {"rows": 5}


def test_a_renamed_stack_goes_back_under_its_name_of_now(stage: Stage) -> None:
    start(stage.folder)
    stage.write(A.replace("stack: shop", "stack: old"))
    commit(stage.folder, "old name")
    stage.apply("--stack", "shop")
    stage.write(B)
    commit(stage.folder, "new name")
    stage.apply()

    stage.apply("rollback")

    nightly = stage.deployments()["load/nightly"]
    assert (nightly["parameters"], nightly["tags"]) == ({"rows": 5}, ["deploy:shop"])


def test_an_apply_without_a_commit_cannot_be_gone_back_to(stage: Stage) -> None:
    stage.write(A)
    stage.apply()
    start(stage.folder)
    stage.write(B)
    commit(stage.folder, "first")
    stage.apply()

    by_number, by_itself = stage.deploy("rollback", "1"), stage.deploy("rollback")

    assert "apply 1 was made outside of Git: it has no commit" in by_number.stderr
    assert "no earlier apply that ended well and has another commit" in by_itself.stderr
    assert (by_number.code, by_itself.code) == (1, 1)


def test_a_shallow_clone_says_that_it_is_one(two: Stage) -> None:
    clone = two.folder.parent / "shallow"
    git(two.folder.parent, "clone", "--quiet", "--depth=1", f"file://{two.folder}", str(clone))
    git(clone, "remote", "remove", "origin")

    ended = two.deploy("rollback", folder=clone)

    assert ended.code == 1
    assert "it is a shallow one" in ended.stderr
    assert "git fetch --unshallow" in ended.stderr


def test_a_linked_worktree_is_as_good(two: Stage) -> None:
    linked = two.folder.parent / "linked"
    git(two.folder, "worktree", "add", "--quiet", "--detach", str(linked))

    two.apply("rollback", folder=linked)

    assert two.deployments()["load/nightly"]["parameters"] == {"rows": 5}


def test_submodules_are_named_and_not_read(two: Stage) -> None:
    other = two.folder.parent / "other"
    other.mkdir()
    start(other)
    (other / "x.py").write_text("")
    commit(other, "other")
    allowed = ("-c", "protocol.file.allow=always")
    git(two.folder, *allowed, "submodule", "--quiet", "add", str(other), "libs/other")
    commit(two.folder, "with a submodule")

    ended = two.deploy("rollback", "HEAD", "--dry-run")

    assert ended.code == 0, ended.text
    assert "note: libs/other is a submodule, and its files are not read" in ended.stderr


def test_an_interrupted_one_leaves_nothing_behind(two: Stage) -> None:
    temporary = two.folder.parent / "for now"
    temporary.mkdir()
    (two.folder / ".gitattributes").write_text("deploy.yaml filter=slow\n")
    git(two.folder, "config", "filter.slow.smudge", "sleep 20; cat")
    commit(two.folder, "slow")
    with subprocess.Popen(
        command("rollback", "HEAD"),
        cwd=two.folder,
        env=surroundings(two.proxy.url, {"TMPDIR": str(temporary)}),
        start_new_session=True,
        stderr=subprocess.PIPE,
    ) as process:
        while not list(temporary.glob("deploy-*/files/.gitattributes")):
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=20)

    assert process.returncode == 130
    assert list(temporary.iterdir()) == []
    assert git(two.folder, "worktree", "list").count("\n") == 0


def test_undoing_the_end_of_a_limit_gives_back_what_an_operator_had_said(stage: Stage) -> None:
    both = {"deployments": [], "variables": [{"name": "kept", "value": 1}]}
    limit = [{"name": "warehouse", "limit": 5, "slot_decay_per_second": 0.5}]
    stage.write(json.dumps({"stack": "shop", **both, "concurrency_limits": limit}))
    stage.apply()
    path = "/v2/concurrency_limits/warehouse"
    stage.api.patch(path, json={"active": False}).raise_for_status()
    before = stage.api.get(path).raise_for_status().json()
    stage.write(json.dumps({"stack": "shop", **both}))
    stage.apply("--force")

    stage.apply("rollback", "--last")

    after = stage.api.get(path).raise_for_status().json()
    kept = ("name", "limit", "slot_decay_per_second", "active")
    assert {key: after[key] for key in kept} == {key: before[key] for key in kept}
    assert after["active"] is False
