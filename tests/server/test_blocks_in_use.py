"""A block that somebody else's block or automation refers to is not deleted."""

from collections.abc import Mapping
from typing import Any

import pytest

from reconciler import pipeline
from tests.support.builders import ORIGIN
from tests.support.rounds import ANYTHING
from tests.support.shop import BUCKET, KEYS, TOKEN, Shop, shop

__all__ = ["shop"]
pytestmark = pytest.mark.server


async def refusals(shop: Shop, *blocks: Mapping[str, Any]) -> list[str]:
    """What a plan of these blocks is refused for, whatever is allowed."""
    wanted, report = await shop.settled(*blocks)
    await pipeline.plan(wanted, shop.rounds.client, ORIGIN, allowed=ANYTHING, report=report)
    return [f"{each.rule.code} {each.message}" for each in report if each.rule.code == "DEP605"]


async def test_one_that_a_foreign_block_refers_to_is_not_deleted(shop: Shop) -> None:
    await shop.apply(TOKEN, KEYS)
    await shop.apply(BUCKET, stack="theirs", external={"blocks": ["aws-credentials/keys"]})

    assert await refusals(shop) == [
        "DEP605 block/aws-credentials/keys is used outside of this stack, by block/s3-bucket/bucket"
    ]
    assert await refusals(shop, KEYS) == []


async def test_one_that_goes_together_with_what_refers_to_it_is(shop: Shop) -> None:
    await shop.apply(KEYS, BUCKET)

    assert await refusals(shop) == []
    await shop.apply()

    assert await shop.rounds.client.block_documents("aws-credentials") == []


async def test_one_that_a_foreign_automation_sends_with_is_not_deleted(shop: Shop) -> None:
    await shop.apply(TOKEN)
    (held,) = await shop.rounds.client.block_documents("secret")
    trigger = {"type": "event", "expect": ["x"], "posture": "Reactive", "threshold": 1, "within": 0}
    send = {"type": "call-webhook", "block_document_id": str(held.id), "payload": ""}
    for actions in ([send], [{"type": "do-nothing"}]):  # names of automations are not unique
        body = {"name": "page-me", "trigger": trigger, "actions": actions}
        (await shop.rounds.http.post("/automations/", json=body)).raise_for_status()

    assert await refusals(shop) == [
        "DEP605 block/secret/token is used outside of this stack, by automation/page-me"
    ]


async def test_the_server_itself_deletes_what_is_referred_to(shop: Shop) -> None:
    await shop.apply(KEYS, BUCKET)
    (keys,) = await shop.rounds.client.block_documents("aws-credentials")

    deleted = await shop.rounds.http.delete(f"/block_documents/{keys.id}")

    assert deleted.status_code == 204
    assert await shop.rounds.client.block_documents("aws-credentials") == []
