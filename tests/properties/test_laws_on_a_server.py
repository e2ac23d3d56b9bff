"""Laws of plan and apply, tried on a real server with random files and random edits."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json
from compiler.desired.resources import DesiredState, Resource
from compiler.diff.change import Cause, FieldChange
from compiler.diff.compare import agree
from compiler.plan.action import Update
from compiler.plan.build import Plan
from compiler.plan.drift import drift
from compiler.state.clearing import CLINGING
from compiler.state.observed import Observed
from compiler.state.ownership import OWNED
from tests.properties.conftest import ON_A_SERVER
from tests.support.prefect_server import PrefectServer
from tests.support.random_stacks import (
    EDITS,
    FLOWS,
    POOLS,
    STACKS,
    THINGS,
    compiled,
    edit,
    foreign_thing,
    untouched,
)
from tests.support.rounds import ANYTHING, ORDINARY, Rounds, rounds_on
from tests.support.which_server import chosen

pytestmark = [pytest.mark.property, pytest.mark.server, pytest.mark.slow]

Things = Mapping[Address, Observed]
DEFAULTS: Mapping[str, Json] = {
    "parameters": {},
    "tags": ["deploy:shop"],
    "enforce_parameter_schema": True,
    "concurrency": None,
    "schedules": [],
    "work_pool_name": None,
    "description": None,
    "concurrency_limit": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Two files, one after the other, and what is done to the server between them."""

    old: DesiredState
    new: DesiredState
    edits: list[str]
    seed: int
    forgets: bool


@settings(max_examples=ON_A_SERVER, phases=[Phase.explicit, Phase.generate])
@given(st.data())
def test_what_is_planned_is_what_is_done_and_nothing_else(
    server: PrefectServer, tmp_path: Path, data: st.DataObject
) -> None:
    server.wipe()
    (tmp_path / "flows.py").write_text(FLOWS)
    case = Case(
        old=compiled(tmp_path, data.draw(STACKS), data.draw(POOLS), data.draw(THINGS)),
        new=compiled(tmp_path, data.draw(STACKS), data.draw(POOLS), data.draw(THINGS)),
        edits=data.draw(EDITS),
        seed=data.draw(st.integers(0, 9)),
        forgets=data.draw(st.integers(0, 4)) == 0,
    )

    asyncio.run(_try(server, case))


async def _try(server: PrefectServer, case: Case) -> None:
    rounds = rounds_on(server)
    async with rounds.http:
        foreign = await foreign_thing(rounds.client)
        made = (await applied(rounds, case.old)).after
        await edit(rounds.client, case.edits, random.Random(case.seed))
        if case.forgets:
            await rounds.forget("shop")

        done = await applied(rounds, case.new, forgotten=case.forgets)

        check_causes(done.plan, case, made, done.before)
        check_the_rest(case, done.before, done.after)
        assert await untouched(rounds.client, foreign)
        await check_that_it_heals(rounds, case.new, done.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """An apply, and what there was on the server before and after it."""

    plan: Plan
    before: Things
    after: Things


async def applied(rounds: Rounds, state: DesiredState, *, forgotten: bool = False) -> Applied:
    """An apply after which there is nothing left to do."""
    done = await rounds.apply(state, ANYTHING if forgotten else ORDINARY)
    assert done.plan.requests == done.counted, list(map(str, rounds.recorder.calls))
    rounds.recorder.calls.clear()
    again = await rounds.plan(state)
    assert again.is_empty, again.actions
    assert rounds.recorder.calls.writes_to_owned == []
    assert again.seen is not None
    assert drift("shop", again.seen) == ()
    return Applied(plan=done.plan, before=seen_by(done.plan), after=seen_by(again))


def seen_by(plan: Plan) -> Things:
    """What a plan was made from."""
    assert plan.seen is not None
    return plan.seen.things


def check_causes(planned: Plan, case: Case, made: Things, found: Things) -> None:
    """Each difference is the doing of whoever did it."""
    before = {each.address: each for each in case.old.resources}
    for update in planned.actions:
        if not isinstance(update, Update):
            continue
        address = update.address
        for change in update.changes:
            if case.forgets or address not in before:
                expected = {Cause.UNKNOWN}
            else:
                sides = (made[address].fields, found[address].fields)
                expected = _causes(change, update.resource, before[address], sides)
            assert change.cause in expected, (str(address), change, expected)


def _causes(
    change: FieldChange,
    new: Resource,
    old: Resource,
    server: tuple[Mapping[str, Json], Mapping[str, Json]],
) -> set[Cause]:
    """Who may have done it, as seen from the two files and from the server before and after."""
    name = change.field
    owned = next(each for each in OWNED[new.address.kind] if each.field == name)
    if name not in new.fields:
        return {Cause.LEFT if name in old.fields else Cause.DRIFT}
    if name not in old.fields:
        return {Cause.CHANGE}
    file_moved = old.fields[name] != new.fields[name]
    server_moved = not agree(owned, server[0].get(name), server[1].get(name))
    if file_moved and server_moved:
        return {Cause.CHANGE, Cause.DRIFT, Cause.BOTH}
    assert file_moved or server_moved, name
    return {Cause.CHANGE if file_moved else Cause.DRIFT}


def check_the_rest(case: Case, found: Things, after: Things) -> None:
    """What is nobody's stays as it is, and what left the file goes back to its default."""
    before = {each.address: each for each in case.old.resources}
    for resource in case.new.resources:
        old, address = before.get(resource.address), resource.address
        if old is None or address not in found:
            continue
        for owned in OWNED[address.kind]:
            was, now = (side[address].fields.get(owned.field) for side in (found, after))
            if owned.field in _spoken_for(resource) | resource.riding.keys():
                continue
            if owned.field not in _spoken_for(old) or case.forgets:
                assert agree(owned, _unmarked(was), _unmarked(now)), (
                    str(address),
                    owned.field,
                )
            elif owned.field in DEFAULTS:
                assert agree(owned, _default(address.kind, owned.field, was), now), (
                    str(address),
                    owned.field,
                )


def _default(kind: Kind, name: str, was: Json) -> Json:
    """What is there once the file says nothing more, on a server of the chosen version."""
    if kind is Kind.VARIABLE:
        return []
    row = next((each for each in CLINGING if each.field == name), None)
    if row is None or row.is_cleared_by(chosen().version):
        return DEFAULTS[name]
    return row.held(was)


def _spoken_for(resource: Resource) -> frozenset[str]:
    """The fields that a file gives; a queue goes with its pool."""
    names = frozenset(resource.fields)
    return names | {"work_queue_name"} if "work_pool_name" in names else names


def _unmarked(value: Json) -> Json:
    """Tags without the stack's own, which is put back."""
    return [each for each in value if each != "deploy:shop"] if isinstance(value, list) else value


async def check_that_it_heals(rounds: Rounds, state: DesiredState, things: Things) -> None:
    """Whatever was lost before, what is done by hand now is told as drift."""
    one = next(each for each in state.resources if each.address.kind is Kind.DEPLOYMENT)
    body: dict[str, Json] = {"description": "By somebody else."}
    response = await rounds.http.patch(f"/deployments/{things[one.address].id}", json=body)
    response.raise_for_status()

    planned = await rounds.plan(state)

    changes = {
        (str(each.address), change.field, change.cause)
        for each in planned.actions
        if isinstance(each, Update)
        for change in each.changes
    }
    assert changes == {(str(one.address), "description", Cause.DRIFT)}
