"""The example that has everything: applied, left alone, moved by hand, healed, destroyed."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.snapshot import snapshot
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

EXAMPLE = Path(__file__).parents[2] / "examples" / "complete"
BUILT = ("--no-build", "--set-output", "release.stdout=1", "--set-output", "published.stdout=i:1")


@pytest.fixture
def made(stage: Stage) -> Stage:
    """A stage on which the example has been applied."""
    shutil.copytree(EXAMPLE, stage.folder, dirs_exist_ok=True)
    stage.apply("--yes", *BUILT)
    return stage


def one(stage: Stage, path: str, **matching: object) -> dict[str, Any]:
    """The only thing of a list whose fields are like that."""
    (found,) = (
        each
        for each in stage.read(path)
        if all(each[name] == value for name, value in matching.items())
    )
    return found


def move_everything(stage: Stage) -> None:
    """Change one thing of each kind, as somebody would who knows no file."""
    api, nightly = stage.api, stage.deployments()["load-orders/nightly"]
    queue = "/work_pools/local/queues/high"
    late = one(stage, "/automations/filter", name="late")
    block = one(stage, "/block_documents/filter", name="orders")
    kept = {key: late[key] for key in ("name", "description", "tags", "trigger", "enabled")}
    for answer in (
        api.patch("/variables/name/shop_region", json={"value": "elsewhere"}),
        api.patch("/v2/concurrency_limits/warehouse", json={"limit": 1}),
        api.post("/concurrency_limits/", json={"tag": "warehouse", "concurrency_limit": 9}),
        api.patch(f"/block_documents/{block['id']}", json={"data": {"basepath": "/elsewhere"}}),
        api.patch("/work_pools/local", json={"description": "by hand"}),
        api.patch(queue, json={"concurrency_limit": 1}),
        api.patch(f"/deployments/{nightly['id']}", json={"parameters": {"rows": 1}}),
        api.put(
            f"/automations/{late['id']}",
            json={**kept, "actions": [{"type": "do-nothing"}]},
        ),
    ):
        answer.raise_for_status()


MOVED = (
    *("variable/shop_region", "concurrency-limit/warehouse", "tag-limit/warehouse"),
    *("block/local-file-system/orders", "work-pool/local", "work-queue/local/high"),
    *("deployment/load-orders/nightly", "automation/late"),
)


def test_what_is_as_it_should_be_is_not_written(made: Stage) -> None:
    ended = made.apply("--yes", *BUILT)

    assert made.writes == []
    assert "20 unchanged" in ended.stdout


def test_what_was_moved_is_told_and_healed(made: Stage) -> None:
    move_everything(made)
    drifted = made.deploy("drift")

    healed = made.apply("--yes", *BUILT)

    assert drifted.code == 2
    for address in MOVED:
        assert address in drifted.stdout
        assert f"~ {address}" in healed.stdout
    assert made.pending(*BUILT) == ""
    assert made.deploy("drift").code == 0


def test_it_is_written_down_and_made_again_as_it_was(made: Stage) -> None:
    before = everything(made)
    told = made.apply("export", "--from-stack", "complete", "--stack", "complete", "--out", "out")
    text = (made.folder / "out" / "deploy.yaml").read_text()
    made.server.wipe()

    secrets = {"SHOP_TOKEN": "not a real token", "MAIL_URL": "not a real password"}
    again = made.deploy("-f", "out", "--yes", "--take-over", environment=secrets)

    assert again.code == 0, again.text
    assert everything(made) == before
    assert "{{ prefect.blocks.secret.shop-token }}" in text
    for secret in secrets.values():
        assert secret not in text + told.text


def everything(stage: Stage) -> dict[str, Any]:
    """What the server holds, without what only the code can say: an export has none of it."""

    async def read() -> dict[str, Any]:
        async with httpx.AsyncClient(base_url=stage.server.url, timeout=60) as http:
            return await snapshot(http)

    found = asyncio.run(read())
    for each in found.values():
        each.pop("parameter_openapi_schema", None)
    return found


def test_it_is_destroyed_to_the_last_thing(made: Stage) -> None:
    made.apply("destroy", "--yes")

    for path in (
        *("/deployments/filter", "/work_pools/filter", "/automations/filter"),
        *("/variables/filter", "/v2/concurrency_limits/filter"),
    ):
        ours = [each for each in made.read(path) if not each["name"].startswith("deploy")]
        assert ours == [], path
    types = [each["block_type"]["slug"] for each in made.read("/block_documents/filter")]
    assert set(types) <= {"deploy-ledger"}
