"""Deployments under a global concurrency limit that they share by its name."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.build import Allowed
from reconciler import pipeline
from tests.support import compiling
from tests.support.builders import ORIGIN
from tests.support.prefect_server import PrefectServer
from tests.support.rounds import Round, Rounds, rounds_on

pytestmark = pytest.mark.server
FLOW = "from prefect import flow\n\n\n@flow\ndef etl(n: int = 1): ...\n"
WAREHOUSE = {"name": "warehouse", "limit": 5}
SHARED = {"global": "warehouse"}


@dataclass(frozen=True, slots=True)
class Scene:
    """A stack with two deployments and, perhaps, a limit."""

    rounds: Rounds
    folder: Path

    def compiled(self, a: Any, b: Any, *limits: dict[str, Any]) -> DesiredState:
        """`a` and `b` are what the deployments say of their limit."""
        deployments = [
            {"name": name, "entrypoint": "f.py:etl", "concurrency_limit": limit}
            for name, limit in (("a", a), ("b", b))
        ]
        document = {
            "stack": "shop",
            "concurrency_limits": list(limits),
            "deployments": deployments,
        }
        return compiling.compiled(self.folder, document)

    async def apply(self, a: Any, b: Any, *limits: dict[str, Any]) -> Round:
        """Apply, as the plan said, after which nothing is left to do."""
        desired = self.compiled(a, b, *limits)
        done = await self.rounds.apply(desired)
        assert done.counted == done.plan.requests
        assert (await self.rounds.plan(desired)).is_empty
        return done

    async def under(self) -> dict[str, tuple[str, int] | None]:
        """The limit of each deployment; its own is called after it."""
        found: dict[str, tuple[str, int] | None] = {}
        for each in await self.rounds.client.deployments({}):
            limit = each.global_concurrency_limit
            if limit is None:
                found[each.name] = None
                continue
            is_own = limit.name == f"deployment:{each.id}"
            found[each.name] = ("own" if is_own else limit.name, limit.limit)
        return found

    async def limits(self) -> set[str]:
        """The names of all limits; those of deployments are all called alike."""
        answer = await self.rounds.http.post("/v2/concurrency_limits/filter", json={})
        return {each["name"].partition(":")[0] for each in answer.raise_for_status().json()} - {
            "deploy-lock"
        }


@pytest.fixture
async def scene(server: PrefectServer, tmp_path: Path) -> AsyncIterator[Scene]:
    (tmp_path / "f.py").write_text(FLOW)
    rounds = rounds_on(server)
    async with rounds.http:
        yield Scene(rounds, tmp_path)


async def test_two_deployments_are_made_under_a_limit_that_is_made_before(scene: Scene) -> None:
    done = await scene.apply(SHARED, SHARED, WAREHOUSE)

    assert [str(each.address) for each in done.plan.actions] == [
        "concurrency-limit/warehouse",
        "deployment/etl/a",
        "deployment/etl/b",
    ]
    assert await scene.under() == {"a": ("warehouse", 5), "b": ("warehouse", 5)}


async def test_another_number_is_one_write_to_the_limit_alone(scene: Scene) -> None:
    await scene.apply(SHARED, SHARED, WAREHOUSE)

    done = await scene.apply(SHARED, SHARED, {**WAREHOUSE, "limit": 7})

    assert done.counted.writes == 1
    assert await scene.under() == {"a": ("warehouse", 7), "b": ("warehouse", 7)}


@pytest.mark.parametrize(
    ("before", "after", "under"),
    [
        pytest.param(None, SHARED, ("warehouse", 5), id="none, shared"),
        pytest.param(3, SHARED, ("warehouse", 5), id="its own, shared"),
        pytest.param(SHARED, 3, ("own", 3), id="shared, its own"),
        pytest.param(SHARED, None, None, id="shared, none"),
        pytest.param(
            SHARED,
            {**SHARED, "collision_strategy": "CANCEL_NEW"},
            ("warehouse", 5),
            id="shared, with a strategy",
        ),
    ],
)
async def test_a_deployment_moves_and_nobody_elses_limit_changes(
    before: Any, after: Any, under: Any, scene: Scene
) -> None:
    await scene.apply(before, SHARED, WAREHOUSE)

    await scene.apply(after, SHARED, WAREHOUSE)

    assert await scene.under() == {"a": under, "b": ("warehouse", 5)}
    own = {"deployment"} if under == ("own", 3) else set()
    assert await scene.limits() == {"warehouse", *own}


async def test_a_limit_goes_after_the_deployments_that_share_it(scene: Scene) -> None:
    await scene.apply(SHARED, SHARED, WAREHOUSE)

    done = await scene.apply(None, None)

    assert str(done.plan.actions[-1].address) == "concurrency-limit/warehouse"
    assert await scene.under() == {"a": None, "b": None}
    assert await scene.limits() == set()


async def test_one_that_a_deployment_goes_on_using_is_not_deleted(scene: Scene) -> None:
    await scene.apply(SHARED, SHARED, WAREHOUSE)

    assert await refusals(scene, scene.compiled(SHARED, None)) == [
        "DEP605 deployment/etl/a uses concurrency-limit/warehouse, which left the files"
    ]


async def test_one_that_a_foreign_deployment_uses_is_not_deleted(scene: Scene) -> None:
    await scene.apply(None, None, WAREHOUSE)
    limit = await scene.rounds.client.concurrency_limit("warehouse")
    assert limit is not None
    flow = await scene.rounds.client.create_flow("other")
    body = {"name": "theirs", "flow_id": str(flow.id), "global_concurrency_limit_id": str(limit.id)}
    await scene.rounds.client.create_deployment(body)

    assert await refusals(scene, scene.compiled(None, None)) == [
        "DEP605 concurrency-limit/warehouse is used outside of this stack, by theirs"
    ]


async def test_one_that_is_somebody_elses_may_be_shared(scene: Scene) -> None:
    await scene.rounds.client.create_concurrency_limit("warehouse", {"limit": 2})

    await scene.apply(SHARED, None)

    assert await scene.under() == {"a": ("warehouse", 2), "b": None}


async def test_one_that_does_not_exist_is_refused(scene: Scene) -> None:
    assert await refusals(scene, scene.compiled(SHARED, None)) == [
        "DEP521 the server has no concurrency limit 'warehouse', and these files declare none"
    ]


async def refusals(scene: Scene, desired: DesiredState) -> list[str]:
    """The errors of a plan, whatever force it has."""
    report = Report()
    allowed = Allowed(force=True)
    await pipeline.plan(desired, scene.rounds.client, ORIGIN, allowed=allowed, report=report)
    return [f"{each.rule.code} {each.message}" for each in report if each.severity.name == "ERROR"]
