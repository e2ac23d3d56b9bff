"""What is peculiar to blocks, on a real server: their secrets, and blocks in blocks."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from compiler import Request, compile_project
from compiler.desired.address import block
from compiler.diagnostics import Report
from compiler.diff.change import Cause
from compiler.plan.action import Create, Delete, Update
from compiler.plan.build import Plan
from compiler.plan.selection import parse_selection
from compiler.source.sources import Sources
from compiler.state import images
from reconciler import ledger, pipeline
from reconciler.things.blocks import Blocks
from tests.support.faults import Fault, Faults, answer, lose_the_answer, when
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Recorder, Role
from tests.support.rounds import ANYTHING, Rounds
from tests.support.shop import BUCKET, KEYS, TOKEN, Shop, shop

__all__ = ["shop"]
pytestmark = pytest.mark.server


def causes(plan: Plan) -> list[Cause]:
    return [
        each.cause
        for action in plan.actions
        if isinstance(action, Update)
        for each in action.changes
    ]


def sent(shop: Shop) -> list[Any]:
    """The data of the blocks that the last apply has written."""
    return [
        call.body["data"]
        for call in shop.rounds.recorder.calls
        if call.role is Role.WRITE and isinstance(call.body, dict)
    ]


async def test_a_secret_is_written_once_and_then_again_when_it_changes(shop: Shop) -> None:
    await shop.apply(TOKEN)
    assert await shop.data("secret", "token") == {"value": "hunter2"}
    assert (await shop.apply(TOKEN)).plan.is_empty

    shop.environ["SHOP_VALUE"] = "hunter3"
    done = await shop.apply(TOKEN)

    assert causes(done.plan) == [Cause.CHANGE]
    assert done.counted.writes == 1
    assert await shop.data("secret", "token") == {"value": "hunter3"}
    assert (await shop.apply(TOKEN)).plan.is_empty


async def test_nobody_can_tell_a_secret_that_somebody_else_has_changed(shop: Shop) -> None:
    await shop.apply(TOKEN)
    await shop.write("secret", "token", {"value": "by hand"})

    done = await shop.apply(TOKEN)

    assert causes(done.plan) == [Cause.UNKNOWN]
    assert await shop.data("secret", "token") == {"value": "hunter2"}


async def test_a_secret_may_be_any_json(shop: Shop) -> None:
    (shop.folder / "key.json").write_text('{"user": "me", "pin": [12, null]}\n')
    written = {"value": {"$file": "key.json", "as": "json"}}

    await shop.apply({**TOKEN, "data": written})

    assert await shop.data("secret", "token") == {"value": {"user": "me", "pin": [12, None]}}
    assert (await shop.apply({**TOKEN, "data": written})).plan.is_empty


async def test_the_memory_of_a_stack_tells_nothing_of_a_secret(shop: Shop) -> None:
    before = {**KEYS, "data": {**KEYS["data"], "region_name": "us"}}
    await shop.apply(TOKEN, before)
    shop.environ["SHOP_VALUE"] = "hunter3"
    await shop.apply(KEYS, policy={"prune": True})

    found = await ledger.load(shop.rounds.client, "shop")

    assert found is not None
    told = found.applied[block("aws-credentials", "keys")]["data"]
    assert isinstance(told, Mapping)
    assert told["region_name"] == '="eu"'
    assert str(told["aws_secret_access_key"]).startswith("?20")
    assert "hunter" not in str(found)
    assert "#" not in str([found.applied, found.ahead, images.load(found.images)])  # no digest


async def test_a_block_in_another_one_is_made_first_and_stays_in_it(shop: Shop) -> None:
    done = await shop.apply(BUCKET, KEYS)

    assert [each.address.name for each in done.plan.actions] == ["keys", "bucket"]
    data = await shop.data("s3-bucket", "bucket")
    assert data["credentials"]["aws_secret_access_key"] == "hunter2"
    changed = {**BUCKET, "data": {**BUCKET["data"], "bucket_name": "other"}}
    done = await shop.apply(changed, KEYS)
    assert done.counted.writes == 1
    data = await shop.data("s3-bucket", "bucket")
    assert data["credentials"]["region_name"] == "eu"
    assert (await shop.apply(changed, KEYS)).plan.is_empty


async def test_a_block_that_is_made_anew_is_put_in_its_place_again(shop: Shop) -> None:
    await shop.apply(BUCKET, KEYS)
    found = await shop.rounds.client.block_document("aws-credentials", "keys")
    assert found is not None
    await shop.rounds.client.delete_block_document(found.id)

    done = await shop.apply(BUCKET, KEYS)

    assert list(map(type, done.plan.actions)) == [Create, Update]
    data = await shop.data("s3-bucket", "bucket")
    assert data["credentials"]["aws_secret_access_key"] == "hunter2"


async def test_a_block_goes_after_the_one_that_has_it(shop: Shop) -> None:
    await shop.apply(BUCKET, KEYS, TOKEN)

    done = await shop.apply(TOKEN)

    assert [str(each.address) for each in done.plan.actions] == [
        "block/s3-bucket/bucket",
        "block/aws-credentials/keys",
    ]
    assert all(isinstance(each, Delete) for each in done.plan.actions)


async def test_only_what_changes_is_written_and_all_where_a_key_goes(shop: Shop) -> None:
    await shop.apply(KEYS)
    await shop.apply({**KEYS, "data": {**KEYS["data"], "region_name": "us"}})
    assert sent(shop) == [{"region_name": "us"}]

    await shop.apply({**KEYS, "data": {"aws_secret_access_key": "{{ $SHOP_VALUE }}"}})

    assert sent(shop) == [{"aws_secret_access_key": "hunter2"}]
    assert await shop.data("aws-credentials", "keys") == {"aws_secret_access_key": "hunter2"}


async def test_a_creation_whose_answer_is_lost_is_not_repeated(
    server: PrefectServer, tmp_path: Path
) -> None:
    def makes(request: httpx.Request) -> bool:
        return request.url.path.endswith("/block_documents/") and b"hunter2" in request.content

    faults = Faults(server.transport, when(makes, lose_the_answer))
    recorder = Recorder(faults)
    async with server.connect(recorder) as http:
        shop = Shop(rounds=Rounds(http, recorder), folder=tmp_path)
        wanted, report = await shop.settled(TOKEN)
        assert not report.has_errors

        await shop.rounds.apply(wanted, ANYTHING)

        assert await shop.data("secret", "token") == {"value": "hunter2"}


async def without_secrets(
    request: httpx.Request, inner: httpx.AsyncBaseTransport
) -> httpx.Response:
    """A server that gives no secret to whoever asks."""
    asked = json.loads(request.content)
    content = json.dumps({**asked, "include_secrets": False}).encode()
    headers = {**request.headers, "content-length": str(len(content))}
    plain = httpx.Request(request.method, request.url, headers=headers, content=content)
    plain.extensions = request.extensions
    return await inner.handle_async_request(plain)


def asks_for_secrets(request: httpx.Request) -> bool:
    return b'"include_secrets": true' in request.content


@pytest.mark.parametrize("fault", [without_secrets, answer(403)], ids=["asterisks", "forbidden"])
async def test_a_secret_that_is_not_shown_is_written_only_where_need_be(
    fault: Fault, server: PrefectServer, tmp_path: Path
) -> None:
    faults = Faults(server.transport, when(asks_for_secrets, fault, times=999))
    recorder = Recorder(faults)
    async with server.connect(recorder) as http, server.connect() as plain:
        shop = Shop(rounds=Rounds(http, recorder), folder=tmp_path)
        sees_all = Shop(rounds=Rounds(plain, recorder), folder=tmp_path)
        await settle_in(shop, KEYS)
        planned = await shop.plan(KEYS)
        assert planned.is_empty
        (note,) = planned.notes
        assert "the server does not show 'aws_secret_access_key'" in note.text

        shop.environ["SHOP_VALUE"] = "hunter3"  # which nobody can see
        await settle_in(shop, {**KEYS, "data": {**KEYS["data"], "region_name": "us"}})
        assert sent(shop) == [{"region_name": "us"}]
        await shop.write("aws-credentials", "keys", {"aws_secret_access_key": "by hand"})
        plan = await settle_in(shop, KEYS)
        assert causes(plan) == [Cause.UNKNOWN]
        assert await sees_all.data("aws-credentials", "keys") == {
            "region_name": "eu",
            "aws_secret_access_key": "hunter3",
        }
        assert (await shop.plan(KEYS)).is_empty
        without = {**KEYS, "data": {"aws_secret_access_key": "{{ $SHOP_VALUE }}"}}
        await settle_in(shop, without)
        assert (await sees_all.data("aws-credentials", "keys")) == {
            "aws_secret_access_key": "hunter3"
        }


async def settle_in(shop: Shop, *blocks: Mapping[str, Any]) -> Plan:
    """Apply, without a count: what was refused was asked for too."""
    wanted, report = await shop.settled(*blocks)
    assert not report.has_errors
    return (await shop.rounds.apply(wanted, ANYTHING)).plan


async def test_a_ledger_is_no_block_of_the_files(shop: Shop) -> None:
    await shop.apply(TOKEN)
    report = Report()
    path, sources = shop.folder / "deploy.yaml", Sources(shop.folder)
    listed = {"stack": "shop", "blocks": [{"name": "shop", "type": ledger.BLOCK_TYPE}]}
    sources.give(path, yaml.safe_dump(listed).encode())
    done = compile_project(Request(files=(path,), base=shop.folder), sources)

    assert [each.rule.code for each in done.report] == ["DEP520"]
    assert not report.has_errors


def test_reading_takes_a_request_for_each_hundred_of_a_type() -> None:
    addresses = [block("secret", f"n{n}") for n in range(101)] + [block("json", "a")]

    assert Blocks().requests_for_reading(addresses) == 3


async def test_a_block_that_another_one_has_is_not_deleted_alone(shop: Shop) -> None:
    await shop.apply(BUCKET, KEYS, TOKEN)
    wanted, report = await shop.settled(TOKEN)
    selection = parse_selection(("kind:block name:keys",), (), report)

    await pipeline.plan(
        wanted,
        shop.rounds.client,
        shop.rounds.origin,
        allowed=ANYTHING,
        selection=selection,
        report=report,
    )

    (found,) = [each for each in report if each.rule.code == "DEP612"]
    assert "block/aws-credentials/keys needs block/s3-bucket/bucket" in found.message


async def test_a_selected_block_is_all_that_is_written(shop: Shop) -> None:
    wanted, report = await shop.settled(TOKEN, BUCKET, KEYS)
    selection = parse_selection(("kind:block name:token",), (), report)

    done = await shop.rounds.apply(wanted, ANYTHING, selection)

    assert [str(each.address) for each in done.plan.actions] == ["block/secret/token"]
    assert done.counted == done.plan.requests
