"""Whatever an apply did, what it found is brought back, tried on a real server."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.diff import schedules
from compiler.plan.build import Plan
from reconciler import pipeline
from reconciler.lock.hold import Terms, hold
from tests.properties.conftest import UNDOINGS
from tests.support.builders import STAMP
from tests.support.faults import Faults, Killed, kill_after, nth
from tests.support.locking import ADA, Heard
from tests.support.prefect_server import PrefectServer
from tests.support.random_stacks import (
    FLOWS,
    POOLS,
    STACKS,
    THINGS,
    compiled,
    foreign_thing,
    untouched,
)
from tests.support.rounds import ORDINARY, Rounds, counted, rounds_on

pytestmark = [pytest.mark.property, pytest.mark.server, pytest.mark.slow]

Contents = Mapping[Address, Mapping[str, Json]]


@settings(max_examples=UNDOINGS, phases=[Phase.explicit, Phase.generate])
@given(data=st.data(), killed_at=st.one_of(st.none(), st.integers(1, 30)))
def test_what_an_apply_found_is_brought_back(
    server: PrefectServer, tmp_path: Path, data: st.DataObject, killed_at: int | None
) -> None:
    server.wipe()
    (tmp_path / "flows.py").write_text(FLOWS)
    old = compiled(tmp_path, data.draw(STACKS), data.draw(POOLS), data.draw(THINGS))
    new = compiled(tmp_path, data.draw(STACKS), data.draw(POOLS), data.draw(THINGS))

    asyncio.run(_try(server, old, new, killed_at))


async def _try(
    server: PrefectServer, old: DesiredState, new: DesiredState, killed_at: int | None
) -> None:
    rounds = rounds_on(server)
    async with rounds.http:
        foreign = await foreign_thing(rounds.client)
        await rounds.apply(old)
        before = contents(await rounds.plan(old))
        if killed_at is not None:
            await killed(server, new, killed_at)
        if (await rounds.plan(new)).is_empty:
            return
        await rounds.apply(new)
        after = contents(await rounds.plan(new))

        await undone(rounds)
        assert different(before, contents(await rounds.plan(old))) == []
        assert (await rounds.plan(old)).is_empty

        await undone(rounds)
        assert different(after, contents(await rounds.plan(new))) == []
        assert (await rounds.plan(new)).is_empty
        assert await untouched(rounds.client, foreign)


async def killed(server: PrefectServer, desired: DesiredState, number: int) -> None:
    """An apply that ends at its n-th request, if it makes so many."""
    doomed = replace(server, transport=Faults(server.transport, nth(number, kill_after)))
    rounds = rounds_on(doomed)
    async with rounds.http:
        try:
            await rounds.apply(desired)
        except* Killed:
            pass


async def undone(rounds: Rounds) -> None:
    """The way back, which no guard refuses and which needs as many requests as it says."""
    report = Report()
    planned = await pipeline.plan_back("shop", rounds.client, allowed=ORDINARY, report=report)
    assert planned is not None
    assert not report.has_errors, [each.message for each in report]
    rounds.recorder.calls.clear()
    wanted = DesiredState(stack="shop", resources=planned.wanted)
    terms = Terms(holder=ADA, patience=0, hear=Heard())
    async with hold(rounds.client, pipeline.stacks_of(planned), terms) as held:
        assert await pipeline.is_current(planned, held.client)
        done = await pipeline.apply(planned, wanted, held.client, STAMP, report=report)
    assert done.all_done, [each.message for each in report]
    assert planned.requests == counted(rounds.recorder), list(map(str, rounds.recorder.calls))


def different(expected: Contents, found: Contents) -> list[tuple[str, str, Json, Json]]:
    """Each field that is not as expected, with both values."""
    return [
        (str(address), name, was, now)
        for address in sorted({*expected, *found})
        for name in sorted({*expected.get(address, {}), *found.get(address, {})})
        for was, now in [(expected.get(address, {}).get(name), found.get(address, {}).get(name))]
        if was != now
    ]


def contents(plan: Plan) -> Contents:
    """What the server holds of all that the stack knows of, without ids."""
    assert plan.seen is not None
    return {
        address: {name: _comparable(name, value) for name, value in there.fields.items()}
        for address, there in plan.seen.things.items()
    }


def _comparable(name: str, value: Json) -> Json:
    if name == "tags" and isinstance(value, list):
        return sorted(map(str, value))
    if name == "job_variables" and value == {}:
        return {"env": {}}  # no variables is a value that a server cannot be brought back to
    if name != "schedules" or not isinstance(value, list):
        return value
    found = [each for each in value if isinstance(each, Mapping)]
    return sorted((schedules.content(each) for each in found), key=lambda one: str(one["slug"]))
