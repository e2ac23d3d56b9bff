"""Two who want the same: refused with both named, and handed over only when told to."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

SHOP = """
    stack: shop
    work_pools:
      - {name: ours, type: process, work_queues: [{name: fast}]}
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        schedules: [{slug: night, cron: "0 3 * * *"}]
"""
OTHER = SHOP.replace("stack: shop", "stack: other")
OURS, THEIRS = "https://git.example.com/shop/flows.git", "https://git.example.com/team/jobs.git"


def repository(stage: Stage, name: str, remote: str) -> Path:
    """A Git repository of its own with the stage's files, cloned from `remote`."""
    folder = stage.folder.parent / name
    shutil.copytree(stage.folder, folder)
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    subprocess.run(["git", "-C", folder, "remote", "add", "origin", remote], check=True)
    return folder


def test_two_repositories_of_one_stack_name_are_refused(stage: Stage) -> None:
    stage.write(SHOP)
    ours, theirs = repository(stage, "ours", OURS), repository(stage, "theirs", THEIRS)
    stage.apply(folder=ours)
    before = stage.ids()

    refused = stage.deploy(folder=theirs)

    assert refused.code == 1
    assert "deploy.yaml of git.example.com/shop/flows" in refused.stderr
    assert "deploy.yaml of git.example.com/team/jobs" in refused.stderr
    assert "--take-over" in refused.stderr
    assert stage.writes == []
    assert stage.ids() == before


def test_a_stack_moves_when_told_to(stage: Stage) -> None:
    stage.write(SHOP)
    ours, theirs = repository(stage, "ours", OURS), repository(stage, "theirs", THEIRS)
    stage.apply(folder=ours)
    before = stage.ids()

    stage.apply("--take-over", folder=theirs)

    assert stage.pending(folder=theirs) == ""
    assert stage.deploy(folder=ours).code == 1
    assert stage.ids() == before


@pytest.mark.parametrize(
    "spelling",
    [
        "git@git.example.com:shop/flows.git",
        "ssh://git@git.example.com:22/shop/flows.git",
        "https://someone:token@GIT.example.com/shop/flows",
    ],
    ids=["scp", "ssh", "https with a user"],
)
def test_another_clone_is_the_same_repository(spelling: str, stage: Stage) -> None:
    stage.write(SHOP)
    stage.apply(folder=repository(stage, "ours", OURS))

    assert stage.pending(folder=repository(stage, "cloned", spelling)) == ""


def test_another_file_of_the_same_stack_is_refused(stage: Stage) -> None:
    stage.write(SHOP)
    stage.apply()
    stage.write(SHOP, "second.yaml")

    refused = stage.deploy("-f", "second.yaml")

    assert refused.code == 1
    assert "'shop' is applied from deploy.yaml" in refused.stderr
    assert stage.writes == []


def test_what_is_nobodys_is_refused_by_name(stage: Stage) -> None:
    made_by_hand(stage)
    before = stage.deployments()
    stage.write(SHOP)

    refused = stage.deploy()

    assert refused.code == 1
    assert "deployment/load/nightly exists and was not made by this stack" in refused.stderr
    assert "work-pool/ours exists and was not made by this stack" in refused.stderr
    assert "work-queue/ours/fast exists and was not made by this stack" in refused.stderr
    assert "--> deploy.yaml:6:" in refused.stderr
    assert "--adopt" in refused.stderr
    assert stage.writes == []
    assert stage.deployments() == before


def test_adopting_keeps_what_it_takes(stage: Stage) -> None:
    made_by_hand(stage)
    before = stage.ids()
    stage.write(SHOP)

    stage.apply("--adopt")

    nightly = stage.deployments()["load/nightly"]
    assert stage.ids() == before
    assert nightly["tags"] == ["theirs", "deploy:shop"]
    assert nightly["entrypoint"] == "flows.py:load"
    assert nightly["schedules"][0]["schedule"]["cron"] == "0 3 * * *"
    assert stage.pending() == ""


def made_by_hand(stage: Stage) -> None:
    """A pool, a queue and a deployment under the names that the files want."""
    stage.make("/work_pools/", name="ours", type="process")
    stage.make("/work_pools/ours/queues", name="fast")
    cron = {"cron": "7 7 * * *", "timezone": "UTC"}
    schedule = {"slug": "night", "schedule": cron, "active": True}
    stage.make_deployment("load", "nightly", tags=["theirs"], schedules=[schedule])


@pytest.mark.parametrize("arguments", [[], ["--adopt"], ["--adopt", "--force", "--take-over"]])
def test_what_another_stack_owns_is_refused(arguments: list[str], stage: Stage) -> None:
    stage.write(SHOP)
    stage.apply()
    before = stage.deployments()
    stage.write(OTHER, "other/deploy.yaml")
    shutil.copy(stage.folder / "flows.py", stage.folder / "other")

    refused = stage.deploy(*arguments, folder=stage.folder / "other")

    assert refused.code == 1
    assert "deployment/load/nightly exists and belongs to the stack 'shop'" in refused.stderr
    assert "work-pool/ours exists and belongs to the stack 'shop'" in refused.stderr
    assert "work-queue/ours/fast exists and belongs to the stack 'shop'" in refused.stderr
    assert stage.writes == []
    assert stage.deployments() == before
