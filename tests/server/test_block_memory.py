"""What is kept of blocks, on the server and in a file, and what can be done with it."""

from dataclasses import replace
from typing import Any

import pytest

from compiler.diagnostics import Report
from compiler.plan.action import Delete
from compiler.plan.build import Plan
from compiler.plan.drift import drift
from compiler.plan.saved import Marks, fingerprints, hiding, restore, save
from compiler.plan.saved_part import AllowedPart, InputsPart
from compiler.state import images
from reconciler import ledger, pipeline
from reconciler.observe.reader import observe
from reconciler.observe.sources import SourceReader
from tests.support.builders import STAMP
from tests.support.rounds import ANYTHING
from tests.support.shop import BUCKET, KEYS, TOKEN, Shop, shop

__all__ = ["shop"]
pytestmark = pytest.mark.server


async def way_back(shop: Shop) -> tuple[Plan, Report]:
    """The plan that undoes the last apply."""
    report = Report()
    plan = await pipeline.plan_back("shop", shop.rounds.client, allowed=ANYTHING, report=report)
    assert plan is not None
    return plan, report


async def test_a_value_is_brought_back_beside_a_secret_that_stays(shop: Shop) -> None:
    await shop.apply(KEYS)
    await shop.apply({**KEYS, "data": {**KEYS["data"], "region_name": "us"}})

    plan, report = await way_back(shop)
    assert not report.has_errors
    desired = replace(shop.compiled(KEYS), resources=plan.wanted)
    done = await pipeline.apply(plan, desired, shop.rounds.client, STAMP, report=report)

    assert done.all_done, [each.message for each in report]
    assert await shop.data("aws-credentials", "keys") == {
        "region_name": "eu",
        "aws_secret_access_key": "hunter2",
    }


async def test_a_secret_is_not_brought_back_and_nothing_is_written_instead(shop: Shop) -> None:
    await shop.apply(KEYS, TOKEN, BUCKET)
    shop.environ["SHOP_VALUE"] = "hunter3"
    await shop.apply(KEYS)

    _, report = await way_back(shop)

    nothing = "it was a secret of a block, of which nothing is recorded"
    assert [(each.rule.code, each.message) for each in report] == [
        ("DEP621", f"block/aws-credentials/keys data.aws_secret_access_key: {nothing}"),
        ("DEP621", f"block/secret/token data.value: {nothing}"),
    ]


async def test_a_block_that_an_apply_made_goes_again(shop: Shop) -> None:
    await shop.apply(TOKEN, BUCKET, KEYS)

    plan, report = await way_back(shop)

    assert not report.has_errors
    assert [type(each) for each in plan.actions] == [Delete] * 3


async def test_a_value_from_elsewhere_is_a_secret_wherever_it_stands(shop: Shop) -> None:
    (shop.folder / "where").write_text("swordfish")
    files = {"name": "files", "type": "local-file-system", "data": {"basepath": {"$file": "where"}}}
    await shop.apply(files)
    assert (await shop.apply(files)).plan.is_empty
    await shop.apply({**files, "data": {"basepath": "/plain"}})

    found = await ledger.load(shop.rounds.client, "shop")

    assert found is not None
    assert "swordfish" not in str(images.load(found.images))
    assert await shop.data("local-file-system", "files") == {"basepath": "/plain"}


NOTHING_ALLOWED = AllowedPart(
    adopt=False,
    only_adopt=False,
    unclaimed=False,
    from_stack=None,
    take_over=False,
    force=False,
    destroys=False,
    select=(),
    exclude=(),
)


NO_INPUTS = InputsPart(
    files=(), stack=None, lenient=False, environment=None, variables=(), var_files=(), settings=()
)


async def test_a_saved_plan_holds_nothing_of_a_secret_and_takes_it_from_its_source(
    shop: Shop,
) -> None:
    (shop.folder / "pin").write_text("1234")
    pin = {"name": "pin", "type": "secret", "data": {"value": {"$file": "pin", "as": "json"}}}
    limits: dict[str, Any] = {"concurrency_limits": [{"name": "ours", "limit": 1}]}
    wanted, _ = await shop.settled(TOKEN, pin, KEYS, BUCKET, **limits)
    observed = (await shop.rounds.plan(wanted)).seen
    assert observed is not None
    marks = Marks("sha256:0")
    saved = save(
        wanted,
        observed,
        allowed=NOTHING_ALLOWED,
        inputs=NO_INPUTS,
        hidden=hiding(marks, lambda text, is_secret: False),  # noqa: ARG005
    )
    assert saved.resources[-1].fields == {"data": {"value": {"$secret": ""}}}
    assert "hunter2" not in saved.model_dump_json()
    assert "1234" not in saved.model_dump_json()

    fresh = shop.compiled(TOKEN, pin, KEYS, BUCKET, **limits)
    again, lost = restore(saved, "shop", fresh, marks)
    read = await SourceReader().fill(again, Report())
    settled = await pipeline.settle(read, shop.rounds.client, Report())

    assert lost == ()
    assert settled.resources == wanted.resources
    without = replace(fresh, resources=fresh.resources[:1])
    assert restore(saved, "shop", without, marks)[1] == (
        "block/aws-credentials/keys data.aws_secret_access_key",
        "block/secret/pin data.value",
        "block/secret/token data.value",
    )


async def test_what_a_plan_read_is_known_again_without_its_secrets(shop: Shop) -> None:
    await shop.apply(TOKEN)
    before = fingerprints(await observe(shop.rounds.client, shop.compiled(TOKEN)))
    same = fingerprints(await observe(shop.rounds.client, shop.compiled(TOKEN)))

    await shop.write("secret", "token", {"value": "by hand"})

    after = fingerprints(await observe(shop.rounds.client, shop.compiled(TOKEN)))
    assert before == same
    assert before["block/secret/token"] != after["block/secret/token"]


async def test_drift_of_a_secret_is_that_somebody_has_written(shop: Shop) -> None:
    await shop.apply(TOKEN, KEYS)
    await shop.write("aws-credentials", "keys", {"region_name": "us"})

    observed = await observe(shop.rounds.client, shop.compiled(TOKEN, KEYS))

    (found,) = drift("shop", observed)
    assert str(found.address) == "block/aws-credentials/keys"
    assert [each.path for each in found.shifts] == [("data", "region_name")]
    await shop.write("secret", "token", {"value": "hunter3"})
    observed = await observe(shop.rounds.client, shop.compiled(TOKEN, KEYS))
    assert [each.path for each in drift("shop", observed)[1].shifts] == [("data", "value")]
