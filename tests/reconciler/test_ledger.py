"""A stack's memory, on a real server."""

import json
from dataclasses import replace

import pytest

from compiler.desired.address import deployment, work_pool
from compiler.desired.json import Json
from compiler.state.ledger import DID_NOT_END, Applied, Begun, Ledger
from reconciler import ledger as ledgers
from reconciler.api.client import PrefectClient
from tests.support.builders import ELSEWHERE, ORIGIN

pytestmark = pytest.mark.server
POOL, AHEAD = work_pool("local"), deployment("etl", "a b")
LEDGER = Ledger(
    origin=ORIGIN,
    ids={POOL: "1", AHEAD: None},
    applied={POOL: {"description": '="d"', "base_job_template": "#abc"}},
    ahead={AHEAD: {"parameters": {"rows": "=5"}}},
    protected=frozenset({POOL}),
    history=(
        Applied(at="2026-01-01", who="a", tool="0", digest="d", ended="done", counts={"create": 2}),
    ),
    forgotten=7,
    begun=Begun(
        apply=Applied(at="2026", who="a", tool="0", digest="d", ended=DID_NOT_END, dirty=True),
        writes=(AHEAD,),
        deletes=(POOL,),
    ),
)


async def save(client: PrefectClient, stack: str, ledger: Ledger) -> None:
    await ledgers.revise(client, stack, lambda _: ledger)


async def test_a_server_without_ledgers_has_none(client: PrefectClient) -> None:
    assert await ledgers.load(client, "shop") is None
    assert await ledgers.owners(client, "shop") == {}


async def test_what_was_saved_is_loaded(client: PrefectClient) -> None:
    await save(client, "shop", LEDGER)

    assert await ledgers.load(client, "shop") == LEDGER


async def test_saving_again_replaces_all_of_it(client: PrefectClient) -> None:
    await save(client, "shop", LEDGER)

    await save(client, "shop", Ledger(origin=ELSEWHERE, ids={}))

    assert await ledgers.load(client, "shop") == Ledger(origin=ELSEWHERE, ids={})


async def test_each_stack_has_its_own(client: PrefectClient) -> None:
    await save(client, "shop", LEDGER)
    await save(client, "other", Ledger(origin=ORIGIN, ids={work_pool("k8s"): "2"}))

    assert await ledgers.owners(client, "shop") == {work_pool("k8s"): "other"}


async def test_a_ledger_of_the_first_form_is_read(client: PrefectClient) -> None:
    await save(client, "shop", LEDGER)
    document = await client.block_document(ledgers.BLOCK_TYPE, "shop")
    assert document is not None
    origin = {"remote": ORIGIN.remote, "files": ["deploy.yaml"], "environment": None}
    text = json.dumps({"origin": origin, "ids": {"work-pool/local": "1"}})
    await client.update_block_document(document.id, {"format": 1, "state": [text]})

    assert await ledgers.load(client, "shop") == Ledger(origin=ORIGIN, ids={POOL: "1"})


@pytest.mark.parametrize(
    "data",
    [
        {"format": 2, "state": ["no base64"]},
        {"format": 2, "state": ["bm8gemxpYg=="]},
        {"format": 3, "state": ["{}"]},
        {"format": 2, "state": ["{}"]},
        {"format": 1, "state": "{}"},
        {"format": 1, "state": ["{}"]},
        {"format": 1, "state": ["no json"]},
        {},
    ],
)
async def test_a_ledger_of_another_form_is_an_error_and_not_an_empty_one(
    client: PrefectClient, data: dict[str, object]
) -> None:
    await save(client, "shop", LEDGER)
    document = await client.block_document(ledgers.BLOCK_TYPE, "shop")
    assert document is not None
    await client.update_block_document(document.id, data)  # type: ignore[arg-type]  # JSON all the same

    with pytest.raises(ledgers.UnreadableLedger, match="'shop'"):
        await ledgers.load(client, "shop")


async def test_a_document_of_an_older_schema_takes_the_new_part(client: PrefectClient) -> None:
    kind = await client.create_block_type({"name": "Deploy Ledger", "slug": ledgers.BLOCK_TYPE})
    properties: dict[str, Json] = {"state": {"type": "array"}}
    fields: dict[str, Json] = {"title": "L", "type": "object", "properties": properties}
    schema = await client.create_block_schema(
        {"block_type_id": str(kind.id), "fields": fields, "capabilities": []}
    )
    await save(client, "other", LEDGER)
    other = await client.block_document(ledgers.BLOCK_TYPE, "other")
    assert other is not None
    await client.create_block_document(
        {
            "name": "shop",
            "data": other.data,
            "block_type_id": str(kind.id),
            "block_schema_id": str(schema.id),
        }
    )

    await save(client, "shop", replace(LEDGER, images="abc"))

    assert await ledgers.load(client, "shop") == replace(LEDGER, images="abc")
