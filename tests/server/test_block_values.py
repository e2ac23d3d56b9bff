"""What is wrong with a block before it is written, and types that have to be made first."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compiler.desired.block_type import BlockType
from deploy.installed_blocks import InstalledBlocks
from reconciler import pipeline
from reconciler.observe.sources import SourceReader
from tests.support.rounds import ANYTHING
from tests.support.shop import BUCKET, TOKEN, Shop, shop

__all__ = ["shop"]
pytestmark = pytest.mark.server


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
