"""A branch has its own deployments for a while, beside those of its stack."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]
SHOP = """
    stack: shop
    pull:
      - prefect.deployments.steps.git_clone: {{repository: "{remote}", tag: v1}}
      - prefect.deployments.steps.git_clone: {{repository: "https://example.com/lib.git"}}
    work_pools: [{{name: local, type: process}}, {{name: spare, type: process}}]
    concurrency_limits: [{{name: database, limit: 2}}]
    variables: [{{name: source, value: web}}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        schedules: [{{slug: night, cron: "0 3 * * *"}}]
        parameters: {{rows: {rows}, source: "{{{{ prefect.variables.source }}}}"}}
        work_pool: {{name: local, work_queue_name: default}}
        concurrency_limit: {{global: database}}
        triggers: [{{name: after, expect: [order.placed]}}]
        protect: true
    automations:
      - name: tell
        trigger: {{type: event, expect: [order.lost], posture: Reactive, threshold: 1, within: 0}}
        actions: [{{type: pause-deployment, deployment: load/nightly}}]
"""


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True)


def write(stage: Stage, rows: int = 1) -> None:
    stage.write(SHOP.format(remote=stage.folder.parent / "remote.git", rows=rows))


@pytest.fixture
def shop(stage: Stage, tmp_path: Path) -> Stage:
    """The applied stack, in a clone whose remote has its commit."""
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", remote], check=True)
    write(stage)
    git(stage.folder, "init", "--quiet")
    git(stage.folder, "remote", "add", "origin", str(remote))
    git(stage.folder, "add", "--all")
    git(stage.folder, "commit", "--quiet", "--message", "one")
    git(stage.folder, "push", "--quiet", "origin", "HEAD:main")
    # A value that the server has to have before it is referred to.
    stage.api.post("/variables/", json={"name": "source", "value": "web"}).raise_for_status()
    stage.apply("--adopt", "--yes")
    return stage


def up(stage: Stage, *arguments: str) -> str:
    return stage.apply("preview", "up", "--branch", "feature-x", "--yes", *arguments).text


def test_a_preview_stands_beside_its_stack(shop: Stage) -> None:
    before = shop.ids()
    up(shop, "--pool", "spare")

    found = shop.deployments()
    ours, preview = found["load/nightly"], found["load/feature-x-nightly"]
    assert len(found) == 2
    assert preview["parameters"] == ours["parameters"]
    assert preview["work_pool_name"] == "spare"
    assert [(each["slug"], each["active"]) for each in preview["schedules"]] == [("night", False)]
    assert preview["tags"] == ["deploy:shop-preview-feature-x"]
    assert preview["global_concurrency_limit"]["name"] == "database"
    cloned, other = preview["pull_steps"]
    assert cloned["prefect.deployments.steps.git_clone"]["branch"] == "feature-x"
    assert "tag" not in cloned["prefect.deployments.steps.git_clone"]
    assert "branch" not in other["prefect.deployments.steps.git_clone"]
    assert before.items() <= shop.ids().items()
    assert len(shop.read("/automations/filter")) == 2
    assert shop.pending() == ""


def test_up_again_writes_nothing_and_after_a_push_only_what_moved(shop: Stage) -> None:
    up(shop)
    up(shop)
    assert shop.writes == []

    write(shop, rows=2)
    up(shop)

    found = shop.deployments()
    assert found["load/feature-x-nightly"]["parameters"]["rows"] == 2
    assert found["load/nightly"]["parameters"]["rows"] == 1


def test_down_takes_all_of_it_and_nothing_else(shop: Stage, tmp_path: Path) -> None:
    before = everything(shop)
    up(shop)
    assert everything(shop) != before
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    arguments = ("preview", "down", "--branch", "feature-x", "--stack", "shop", "--yes")
    shop.apply(*arguments, folder=elsewhere)
    again = shop.apply(*arguments, folder=elsewhere)

    assert everything(shop) == before
    assert "there is no preview 'shop-preview-feature-x'" in again.stderr


def test_what_is_over_its_time_is_swept(shop: Stage) -> None:
    up(shop, "--ttl", "1m")
    shop.apply("preview", "up", "--branch", "other", "--yes")
    assert "no preview is over its time" in shop.apply("preview", "sweep", "--yes").stderr

    age(shop, "shop-preview-feature-x", timedelta(hours=1))
    listed = json.loads(shop.apply("preview", "list", "--format", "json").stdout)
    shop.apply("preview", "sweep", "--yes")

    assert [(one["branch"], one["deployments"]) for one in listed["previews"]] == [
        ("feature-x", 1),
        ("other", 1),
    ]
    assert sorted(shop.deployments()) == ["load/nightly", "load/other-nightly"]
    assert "shop-preview-other" in shop.apply("preview", "list").stdout
    assert "feature-x" not in shop.apply("preview", "list").stdout


def test_coming_up_again_makes_it_stay_longer(shop: Stage) -> None:
    up(shop, "--ttl", "2h")
    age(shop, "shop-preview-feature-x", timedelta(minutes=30))
    assert remaining(shop) < timedelta(hours=1, minutes=31)
    up(shop, "--ttl", "2h")
    assert remaining(shop) < timedelta(hours=1, minutes=31)

    age(shop, "shop-preview-feature-x", timedelta(minutes=45))
    up(shop, "--ttl", "2h")

    assert [call.method for call in shop.writes] == ["PATCH"]
    assert remaining(shop) > timedelta(hours=1, minutes=58)


def test_another_branch_of_the_same_letters_has_names_of_its_own(shop: Stage) -> None:
    up(shop)
    shop.apply("preview", "up", "--branch", "feature/x", "--yes")

    names = sorted(name for name in shop.deployments() if name != "load/nightly")
    assert names[0] == "load/feature-x-" + names[0].removeprefix("load/feature-x-")
    assert len(names) == 2


def test_a_real_stack_is_never_taken_for_a_preview(shop: Stage) -> None:
    shop.apply("--stack", "blog-preview-x", "--set", "name=x", "--yes", folder=blog(shop))

    refused = shop.deploy("preview", "down", "--branch", "x", "--stack", "blog", "--yes")
    not_made = shop.deploy(
        "preview", "up", "--branch", "x", "--stack", "blog", "--yes", folder=blog(shop)
    )

    assert refused.code == not_made.code == 1
    assert "is no preview" in refused.stderr
    assert "DEP604" in not_made.stderr
    assert "report/daily" in shop.deployments()


def test_runs_that_would_take_other_code_are_told(shop: Stage) -> None:
    ended = shop.apply("preview", "up", "--branch", "x", "--stack", "blog", folder=blog(shop))

    assert "DEP639 warning: the runs of deployment/report/daily" in ended.stderr


def blog(shop: Stage) -> Path:
    """A folder with a file that clones nothing."""
    shop.write(
        'deployments: [{name: daily, entrypoint: "../flows.py:report", work_pool: {name: local}}]',
        "blog/deploy.yaml",
    )
    return shop.folder / "blog"


def everything(shop: Stage) -> dict[str, list[str]]:
    """What the server has of each kind, by name."""
    kinds = ("deployments", "variables", "v2/concurrency_limits", "automations", "block_documents")
    return {
        kind: sorted(str(each["name"]) for each in shop.read(f"/{kind}/filter")) for kind in kinds
    }


def remaining(shop: Stage) -> timedelta:
    listed = json.loads(shop.apply("preview", "list", "--format", "json").stdout)
    return datetime.fromisoformat(listed["previews"][0]["until"]) - datetime.now(UTC)


def age(shop: Stage, stack: str, by: timedelta) -> None:
    """Let a preview be older than it is, in the ledger that the server keeps."""
    import asyncio
    from dataclasses import replace

    from compiler.state.ledger import Ledger
    from reconciler import ledger as ledgers
    from reconciler.api.client import PrefectClient
    from reconciler.api.connect import connect

    def older(now: Ledger | None) -> Ledger:
        assert now is not None
        assert now.preview is not None
        return replace(now, preview=replace(now.preview, until=now.preview.until - by))

    async def write() -> None:
        async with connect(shop.server.url) as http:
            await ledgers.revise(PrefectClient(http), stack, older)

    asyncio.run(write())
