"""What is peculiar to blocks, on a real server: secrets, references, types."""

import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from compiler import Request, compile_project
from compiler.desired.address import block
from compiler.desired.block_type import BlockType
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.diff.change import Cause
from compiler.plan.action import Create, Delete, Update
from compiler.plan.build import Plan
from compiler.source.sources import Sources
from compiler.state import images
from deploy.installed_blocks import InstalledBlocks
from reconciler import ledger, pipeline
from reconciler.observe.block_types import Installed, nothing_installed
from reconciler.observe.sources import SourceReader
from reconciler.things.blocks import Blocks
from tests.support.faults import Fault, Faults, answer, lose_the_answer, when
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Recorder, Role
from tests.support.rounds import ANYTHING, Round, Rounds, rounds_on

pytestmark = pytest.mark.server

TOKEN: dict[str, Any] = {"name": "token", "type": "secret", "data": {"value": "{{ $SHOP_VALUE }}"}}
KEYS: dict[str, Any] = {
    "name": "keys",
    "type": "aws-credentials",
    "data": {"region_name": "eu", "aws_secret_access_key": "{{ $SHOP_VALUE }}"},
}
BUCKET: dict[str, Any] = {
    "name": "bucket",
    "type": "s3-bucket",
    "data": {"bucket_name": "shop", "credentials": {"$block": "aws-credentials/keys"}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A stack of blocks on a server, and the environment that its secrets come from."""

    rounds: Rounds
    folder: Path
    environ: dict[str, str] = field(default_factory=lambda: {"SHOP_VALUE": "hunter2"})

    def compiled(self, *blocks: Mapping[str, Any], **more: Any) -> DesiredState:
        path, sources = self.folder / "deploy.yaml", Sources(self.folder)
        document = {"stack": "shop", "blocks": list(blocks), **more}
        sources.give(path, yaml.safe_dump(document).encode())
        request = Request(files=(path,), base=self.folder, environ=self.environ)
        done = compile_project(request, sources)
        assert done.desired is not None, [each.message for each in done.report]
        return done.desired

    async def settled(
        self,
        *blocks: Mapping[str, Any],
        reader: SourceReader | None = None,
        installed: Installed = nothing_installed,
        **more: Any,
    ) -> tuple[DesiredState, Report]:
        report, reader = Report(), reader or SourceReader()
        read = await reader.fill(self.compiled(*blocks, **more), report)
        return await pipeline.settle(read, self.rounds.client, report, installed), report

    async def plan(self, *blocks: Mapping[str, Any], **more: Any) -> Plan:
        wanted, report = await self.settled(*blocks, **more)
        assert not report.has_errors, [each.message for each in report]
        return await self.rounds.plan(wanted, ANYTHING)

    async def apply(self, *blocks: Mapping[str, Any], **more: Any) -> Round:
        wanted, report = await self.settled(*blocks, **more)
        assert not report.has_errors, [each.message for each in report]
        done = await self.rounds.apply(wanted, ANYTHING)
        assert done.counted == done.plan.requests
        return done

    async def data(self, type_slug: str, name: str) -> Any:
        """What the server holds, with its secrets."""
        (found,) = await self.rounds.client.named_blocks(type_slug, [name], secrets=True)
        return found.data

    async def write(self, type_slug: str, name: str, data: Mapping[str, Any]) -> None:
        """Write as an operator would."""
        found = await self.rounds.client.block_document(type_slug, name)
        assert found is not None
        await self.rounds.client.update_block_document(found.id, data, merge=True)


@pytest.fixture
async def shop(server: PrefectServer, tmp_path: Path) -> AsyncIterator[Shop]:
    rounds = rounds_on(server)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(rounds.http)
        yield Shop(rounds=rounds, folder=tmp_path)


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


async def test_the_data_is_held_against_the_schema_of_its_type(shop: Shop) -> None:
    (shop.folder / "url").write_text("https://shop.example.com")
    _, report = await shop.settled(
        {"name": "a", "type": "slack-webhook", "data": {"notify_typ": "failure"}},
        {"name": "b", "type": "slack-webhook", "data": {"url": "https://hooks.example.com/x"}},
        {"name": "c", "type": "local-file-system", "data": {"basepath": ["x"]}},
        {
            "name": "d",
            "type": "s3-bucket",
            "data": {**BUCKET["data"], "credentials": {"$block": "secret/token"}},
        },
        {
            "name": "e",
            "type": "local-file-system",
            "data": {"basepath": {"$block": "secret/token"}},
        },
        {"name": "f", "type": "slack-webhok", "data": {"url": "{{ $SHOP_VALUE }}"}},
        {"name": "g", "type": "gcs-buckets"},
        {"name": "h", "type": "my-own"},
        {"name": "h", "type": "redis-thing-of-mine"},
        {
            "name": "i",
            "type": "slack-webhook",
            "data": {"url": {"$file": "url"}, "notify_type": "sad"},
        },
        {
            "name": "j",
            "type": "database-credentials",
            "data": {"password": {"$file": "url", "as": "text"}, "username": 5},
        },
        TOKEN,
    )

    assert [(each.rule.code, each.message, each.hint) for each in report] == EXPECTED
    assert all(each.at is not None for each in report)


OUT = "take it from elsewhere: {{ $NAME }}, {$file: PATH} or {$command: [WORD, …]}"
KINDS = "'info', 'success', 'warning', 'failure'"
PIP = "pip install prefect-redis beside this program, or: prefect block register -m "


def unknown(slug: str) -> str:
    return f"the server has no block type {slug!r}, and no installed package declares it"


EXPECTED: list[Any] = [
    ("DEP624", "a block of the type 'slack-webhook' needs 'url'", None),
    ("DEP625", "the block type 'slack-webhook' has no 'notify_typ'", "did you mean 'notify_type'?"),
    ("DEP229", "'url' is a secret, and stands in the file", OUT),
    (
        "DEP626",
        "'basepath' does not fit the type of the block",
        "it should be of type 'null' or 'string'",
    ),
    (
        "DEP626",
        "'credentials' does not take the block 'secret/token'",
        "it takes one of the type aws-credentials or minio-credentials",
    ),
    ("DEP626", "'basepath' does not take another block", None),
    ("DEP616", unknown("slack-webhok"), "did you mean 'slack-webhook'?"),
    ("DEP616", unknown("gcs-buckets"), "did you mean 'gcs-bucket'?"),
    ("DEP616", unknown("my-own"), "register it: prefect block register -m MODULE, or -f FILE"),
    ("DEP616", unknown("redis-thing-of-mine"), f"{PIP}prefect_redis"),
    ("DEP626", "'notify_type' does not fit the type of the block", f"it is one of {KINDS}"),
    ("DEP626", "'username' does not fit the type of the block", "it should be of type 'string'"),
]


async def test_a_secret_of_the_wrong_type_is_told_without_its_value(shop: Shop) -> None:
    written = {"name": "a", "type": "slack-webhook", "data": {"url": {"$file": "n", "as": "json"}}}
    (shop.folder / "n").write_text("[4711]")

    _, report = await shop.settled(written)

    (found,) = report
    assert found.rule.code == "DEP626"
    assert "4711" not in f"{found.message} {found.hint}"


async def test_what_other_owners_keep_has_to_be_there(shop: Shop) -> None:
    await shop.apply(TOKEN)
    external = {"blocks": ["secret/token", "secret/tokne"], "variables": ["stage"]}
    wanted, report = await shop.settled(external=external)
    assert not report.has_errors

    await pipeline.plan(
        wanted, shop.rounds.client, shop.rounds.origin, allowed=ANYTHING, report=report
    )

    assert [(each.rule.code, each.message) for each in report if each.rule.code == "DEP617"] == [
        ("DEP617", "the server has no block 'secret/tokne'"),
        ("DEP617", "the server has no variable 'stage'"),
    ]


def says(folder: Path, code: str, **more: Any) -> dict[str, Any]:
    """A block whose value a program says, which notes that it ran."""
    note = f"open({str(folder / 'ran')!r}, 'a').write('x'); "
    return {"$command": [sys.executable, "-c", note + code], **more}


async def test_a_command_runs_once_however_many_values_are_its(shop: Shop) -> None:
    value = says(shop.folder, "print('sword'); print('fish')")
    blocks = [{"name": f"n{n}", "type": "secret", "data": {"value": value}} for n in range(3)]
    reader = SourceReader()

    await shop.settled(*blocks, reader=reader)
    wanted, report = await shop.settled(*blocks, reader=reader)  # a run that looks again
    assert not report.has_errors
    await shop.rounds.apply(wanted, ANYTHING)

    assert (shop.folder / "ran").read_text() == "x"
    assert await shop.data("secret", "n2") == {"value": "sword\nfish"}


@pytest.mark.parametrize(
    ("code", "more", "message"),
    [
        ("import sys; sys.exit('hunter2')", {}, "ended with exit code 1"),
        ("import time; time.sleep(60)", {"timeout": 0.3}, "did not end within 0.3 seconds"),
        ("pass", {}, "says nothing"),
        ("print('hunter2{')", {"as": "json"}, "says no JSON"),
        ("import sys; sys.stdout.buffer.write(b'\\xff')", {}, "says no UTF-8 text"),
        ("print('x' * (2**20 + 1))", {}, "says more than 1 MB"),
    ],
    ids=["fails", "takes too long", "silent", "no JSON", "no text", "too much"],
)
async def test_a_command_that_says_nothing_of_use_is_told(
    code: str, more: dict[str, Any], message: str, shop: Shop
) -> None:
    value = says(shop.folder, code, **more)

    _, report = await shop.settled({"name": "a", "type": "secret", "data": {"value": value}})

    (found,) = report
    assert (found.rule.code, found.at is not None) == ("DEP324", True)
    assert message in found.message
    assert "hunter2" not in f"{found.message} {found.hint}"


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        ({"$command": ["no-such-program-here"]}, "DEP324", "cannot be run: No such file"),
        ({"$file": "nowhere"}, "DEP323", "the file 'nowhere' cannot be read: No such file"),
        ({"$file": "empty"}, "DEP323", "the file 'empty' holds nothing"),
        ({"$file": "."}, "DEP323", "cannot be read: Is a directory"),
        ([{"$file": "empty"}, {"x": {"$file": "nowhere"}}], "DEP323", "nothing"),
    ],
    ids=["no program", "no file", "an empty file", "a folder", "inside"],
)
async def test_a_source_that_is_not_there_is_told(
    value: Any, code: str, message: str, shop: Shop
) -> None:
    (shop.folder / "empty").write_text("\n")

    _, report = await shop.settled({"name": "a", "type": "secret", "data": {"value": value}})

    assert {each.rule.code for each in report} == {code}
    assert any(message in each.message for each in report)


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


PACKAGE = """
from prefect.blocks.core import Block
from pydantic import SecretStr

class Inner(Block):
    _block_type_slug = "shop-inner"
    token: SecretStr

class Outer(Block):
    _block_type_slug = "shop-outer"
    inner: Inner
    size: int = 1
"""
POINTS = """\
[prefect.collections]
shop_blocks = shop_blocks
broken = no_such_module_here
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InstalledBlocks:
    """A package with blocks is installed beside this program, and another one that is broken."""
    site = tmp_path / "site"
    known = site / "shop_blocks-1.0.dist-info"
    known.mkdir(parents=True)
    (site / "shop_blocks.py").write_text(PACKAGE)
    (known / "METADATA").write_text("Metadata-Version: 2.1\nName: shop-blocks\nVersion: 1.0\n")
    (known / "entry_points.txt").write_text(POINTS)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), *sys.path]))
    return InstalledBlocks()


async def test_a_type_that_an_installed_package_declares_is_registered(
    shop: Shop, installed: InstalledBlocks
) -> None:
    blocks = (
        {"name": "a", "type": "shop-outer", "data": {"inner": {"$block": "shop-inner/b"}}},
        {"name": "b", "type": "shop-inner", "data": {"token": "{{ $SHOP_VALUE }}"}},
    )
    wanted, report = await shop.settled(*blocks, installed=installed)
    assert not report.has_errors, [each.message for each in report]
    assert [each.slug for each in wanted.registers] == ["shop-inner", "shop-outer"]

    done = await shop.rounds.apply(wanted, ANYTHING)

    assert done.counted == done.plan.requests
    assert [each.text for each in done.plan.notes] == [
        "the server does not know its type, which is made as shop-blocks declares it"
    ] * 2
    assert await shop.data("shop-outer", "a") == {"inner": {"token": "hunter2"}}
    assert (await shop.apply(*blocks)).plan.is_empty
    _, report = await shop.settled({**blocks[1], "data": {"token": "in clear"}})
    assert [each.rule.code for each in report] == ["DEP229"]


async def test_a_server_that_knows_all_types_makes_nobody_look_for_packages(shop: Shop) -> None:
    async def fail() -> Mapping[str, BlockType]:
        raise AssertionError

    _, report = await shop.settled(TOKEN, installed=fail)

    assert not report.has_errors
