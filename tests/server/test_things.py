"""What holds of every kind of thing that stands alone under a name, on a real server."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from compiler.desired.address import (
    Address,
    Kind,
    automation,
    block,
    concurrency_limit,
    tag_limit,
    variable,
)
from compiler.desired.automations import body_of
from compiler.desired.json import Json
from compiler.diff.change import Cause
from compiler.plan.action import Adopt, Create, Delete, Update
from reconciler.api.client import PrefectClient
from reconciler.things.automations import observed
from reconciler.things.every import THINGS, read_things
from reconciler.things.thing import Sought
from tests.support.compiling import compiled
from tests.support.prefect_server import PrefectServer
from tests.support.rounds import ANYTHING, Rounds, rounds_on

pytestmark = pytest.mark.server
Written = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One kind: what a file says of a thing, and what becomes of its fields.

    `changes` are other values of keys, with the server's field and value; `left` what the
    server's fields become once a key that was given leaves the file.  Of some kinds the
    server may have several under one name.
    """

    key: str
    address: Address
    least: Written
    changes: tuple[tuple[str, Any, str, Json], ...]
    left: Mapping[str, Json] = field(default_factory=dict)
    by_hand: tuple[str, Json] = ("", None)
    shares_its_name: bool = False

    @property
    def whole(self) -> Written:
        """With every key."""
        return {**self.least, **{key: value for key, value, *_ in self.changes}}


CASES = (
    Case(
        key="variables",
        address=variable("stage"),
        least={"name": "stage", "value": "prod"},
        changes=(
            ("value", {"region": ["eu", 1, None]}, "value", {"region": ["eu", 1, None]}),
            ("tags", ["a", "b"], "tags", ["a", "b"]),
        ),
        left={"tags": []},
        by_hand=("value", "by hand"),
    ),
    Case(
        key="concurrency_limits",
        address=concurrency_limit("ware house"),
        least={"name": "ware house", "limit": 5},
        changes=(
            ("limit", 0, "limit", 0),
            ("slot_decay_per_second", 0.5, "slot_decay_per_second", 0.5),
            ("active", False, "active", False),
        ),
        left={"slot_decay_per_second": 0.0, "active": False},
        by_hand=("limit", 7),
    ),
    Case(
        key="tag_limits",
        address=tag_limit("gpu"),
        least={"tag": "gpu", "limit": 2},
        changes=(("limit", 3, "limit", 3),),
        by_hand=("limit", 9),
    ),
    Case(
        key="blocks",
        address=block("local-file-system", "files"),
        least={"name": "files", "type": "local-file-system", "data": {"basepath": "/a"}},
        changes=(("data", {"basepath": "/b"}, "data", {"basepath": "/b"}),),
        by_hand=("data", {"basepath": "/by/hand"}),
    ),
    Case(
        key="automations",
        address=automation("late orders"),
        least={
            "name": "late orders",
            "trigger": {"expect": ["shop.order.placed"]},
            "actions": [{"type": "do-nothing"}],
        },
        changes=(
            ("description", "Wakes somebody.", "description", "Wakes somebody."),
            ("enabled", False, "enabled", False),
            ("tags", ["a", "b"], "tags", ["a", "b", "deploy:shop"]),
            (
                "trigger",
                {"expect": ["shop.*"], "match": {"shop.region": ["eu", "asia"]}, "within": "PT1M"},
                "trigger",
                {
                    "type": "event",
                    "match": {"shop.region": ["asia", "eu"]},
                    "expect": ["shop.*"],
                    "within": 60.0,
                },
            ),
            (
                "actions",
                [{"type": "change-flow-run-state", "state": "FAILED", "message": "late"}],
                "actions",
                [{"type": "change-flow-run-state", "state": "FAILED", "message": "late"}],
            ),
            (
                "actions_on_trigger",
                [{"type": "cancel-flow-run"}, {"type": "suspend-flow-run"}],
                "actions_on_trigger",
                [{"type": "cancel-flow-run"}, {"type": "suspend-flow-run"}],
            ),
            (
                "actions_on_resolve",
                [{"type": "resume-flow-run"}],
                "actions_on_resolve",
                [{"type": "resume-flow-run"}],
            ),
        ),
        left={
            "description": "",
            "enabled": False,
            "tags": ["deploy:shop"],
            "actions_on_trigger": [],
            "actions_on_resolve": [],
        },
        by_hand=("actions", [{"type": "suspend-flow-run"}]),
        shares_its_name=True,
    ),
)


def test_every_kind_has_its_case() -> None:
    assert {case.address.kind for case in CASES} == set(THINGS)


@pytest.fixture(params=CASES, ids=lambda case: case.key)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@dataclass(frozen=True, slots=True)
class Scene:
    """One kind on a server."""

    case: Case
    rounds: Rounds
    folder: Path

    async def apply(self, *listed: Written, **policy: Any) -> tuple[type, ...]:
        """Apply a file with these; the kinds of steps that were taken."""
        document = {"stack": "shop", self.case.key: list(listed), **policy}
        done = await self.rounds.apply(compiled(self.folder, document), ANYTHING)
        assert done.counted == done.plan.requests
        return tuple(map(type, done.plan.actions))

    async def there(self) -> Mapping[str, Json] | None:
        """What the server holds of the thing."""
        client, address = self.rounds.client, self.case.address
        found = await read_things(client, Sought(ids={address: None}, marks=("deploy:shop",)))
        return found[address].fields if address in found else None


@pytest.fixture
async def scene(case: Case, server: PrefectServer, tmp_path: Path) -> AsyncIterator[Scene]:
    rounds = rounds_on(server)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(rounds.http)
        yield Scene(case, rounds, tmp_path)


async def test_it_is_made_and_then_nothing_is_left_to_do(scene: Scene) -> None:
    for written in (scene.case.least, scene.case.whole):
        assert await scene.apply(written)
        assert await scene.apply(written) == ()


async def test_each_field_is_changed_by_one_write(scene: Scene) -> None:
    written = dict(scene.case.least)
    await scene.apply(written)
    for key, value, name, held in scene.case.changes:
        written[key] = value
        rounds, document = scene.rounds, {"stack": "shop", scene.case.key: [written]}

        done = await rounds.apply(compiled(scene.folder, document), ANYTHING)

        (action,) = done.plan.actions
        assert isinstance(action, Update)
        assert [(each.field, each.cause) for each in action.changes] == [(name, Cause.CHANGE)]
        assert done.counted.writes == 1
        there = await scene.there()
        assert there is not None
        assert there[name] == held


async def test_a_key_that_left_the_file_goes_back_to_what_the_table_says(scene: Scene) -> None:
    await scene.apply(scene.case.whole)

    await scene.apply(scene.case.least)

    there = await scene.there()
    assert there is not None
    assert {name: there[name] for name in scene.case.left} == scene.case.left


async def test_what_moved_on_the_server_is_drift_and_is_healed(scene: Scene) -> None:
    await scene.apply(scene.case.least)
    before = await scene.there()
    await by_hand(scene.rounds.client, scene.case)
    document = {"stack": "shop", scene.case.key: [scene.case.least]}

    done = await scene.rounds.apply(compiled(scene.folder, document), ANYTHING)

    (action,) = done.plan.actions
    assert isinstance(action, Update)
    assert [each.cause for each in action.changes] == [Cause.DRIFT]
    assert await scene.there() == before


async def test_what_is_not_given_is_left_to_the_server(scene: Scene) -> None:
    await scene.apply(scene.case.least)
    _, value = scene.case.by_hand
    others = [each for each in scene.case.changes if each[0] not in scene.case.least]
    for _, _, other, held in others:
        await write(scene.rounds.client, scene.case, {other: held})

    assert await scene.apply(scene.case.least) == ()

    there = await scene.there()
    assert there is not None
    assert {other: there[other] for *_, other, _ in others} == {
        other: held for *_, other, held in others
    }
    assert value not in there.values()


async def test_it_is_deleted_when_it_leaves_the_file_and_can_be_made_again(scene: Scene) -> None:
    await scene.apply(scene.case.whole)

    assert await scene.apply() == (Delete,)
    assert await scene.there() is None
    assert await scene.apply(scene.case.whole) == (Create,)
    assert await scene.there() is not None


async def test_one_that_is_there_already_is_adopted(scene: Scene) -> None:
    await scene.apply(scene.case.least)
    await scene.rounds.forget("shop")

    assert await scene.apply(scene.case.least) == (Adopt,)
    assert await scene.apply() == (Delete,)


async def test_one_of_another_stack_is_nobody_elses(scene: Scene) -> None:
    await scene.apply(scene.case.least)
    document = {"stack": "other", scene.case.key: [scene.case.least]}

    if scene.case.shares_its_name:
        done = await scene.rounds.apply(compiled(scene.folder, document), ANYTHING)
        assert tuple(map(type, done.plan.actions)) == (Create,)
        return
    with pytest.raises(AssertionError, match="belongs to the stack 'shop'"):
        await scene.rounds.apply(compiled(scene.folder, document), ANYTHING)


async def by_hand(client: PrefectClient, case: Case) -> None:
    name, value = case.by_hand
    await write(client, case, {name: value})


async def write(client: PrefectClient, case: Case, fields: Mapping[str, Json]) -> None:
    """Write as an operator would."""
    await _WAYS[case.address.kind](client, case.address, fields)


async def _variable(client: PrefectClient, at: Address, fields: Mapping[str, Json]) -> None:
    await client.update_variable(at.name, fields)


async def _limit(client: PrefectClient, at: Address, fields: Mapping[str, Json]) -> None:
    found = await client.concurrency_limit(at.name)
    assert found is not None
    await client.update_concurrency_limit(found.id, fields)


async def _tag_limit(client: PrefectClient, at: Address, fields: Mapping[str, Json]) -> None:
    await client.set_tag_limit(at.name, int(str(fields["limit"])))


async def _block(client: PrefectClient, at: Address, fields: Mapping[str, Json]) -> None:
    found = await client.block_document(*at.path)
    data = fields["data"]
    assert found is not None
    assert isinstance(data, Mapping)
    await client.update_block_document(found.id, data)


async def _automation(client: PrefectClient, at: Address, fields: Mapping[str, Json]) -> None:
    (found,) = await client.automations_named([at.name])
    await client.replace_automation(found.id, body_of({**observed(found).fields, **fields}))


_WAYS: Mapping[Kind, Callable[..., Any]] = {
    Kind.VARIABLE: _variable,
    Kind.CONCURRENCY_LIMIT: _limit,
    Kind.TAG_LIMIT: _tag_limit,
    Kind.BLOCK: _block,
    Kind.AUTOMATION: _automation,
}
