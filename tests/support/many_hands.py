"""One server in the hands of several: stacks from repositories, and people in the UI.

What is whose is noted here by who made it, and never asked of the tool.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compiler.desired.address import Address, deployment
from compiler.desired.json import Json
from compiler.diagnostics import Report
from compiler.plan.build import Allowed
from compiler.state.ledger import Origin
from reconciler import ledger, pipeline
from reconciler.api.client import PrefectClient
from reconciler.api.connect import Connection
from reconciler.api.wire import DeploymentOut
from tests.support.builders import STAMP
from tests.support.compiling import compiled
from tests.support.recording import Recorder, Role

FLOWS = '''
from prefect import flow

@flow
def etl(rows: int = 1):
    """Load."""
'''
REPOSITORIES: Mapping[str, tuple[str, Origin]] = {
    name: (stack, Origin(remote=f"git.example.com/{name}", files=("deploy.yaml",)))
    for name, stack in (("first", "shop"), ("second", "shop"), ("third", "sales"))
}
NAMES: Mapping[str, str] = {"shop": "abcd", "sales": "cdef"}
_HANDS = ("create", "copy", "edit", "untag", "delete", "pool")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All that the server holds: deployments by id, and pools by name."""

    deployments: Mapping[str, DeploymentOut]
    addresses: Mapping[str, Address]
    pools: Mapping[str, Mapping[str, Json]]

    def id_at(self, address: Address) -> str | None:
        """The id of what stands at an address."""
        return next((id for id, each in self.addresses.items() if each == address), None)


@dataclass(slots=True)
class Hands:
    """Takes random steps, each of which is checked.

    `mine` are the ids of what each stack made or rightly took.
    """

    http: Connection
    recorder: Recorder
    folder: Path
    chance: random.Random
    mine: dict[str, set[str]] = field(default_factory=lambda: {"shop": set(), "sales": set()})
    pools: dict[str, set[str]] = field(default_factory=lambda: {"shop": set(), "sales": set()})
    home: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    applied: int = 0
    made: int = 0

    async def step(self) -> None:
        """Do anything."""
        if self.chance.random() < 0.5:
            await self._apply(self.chance.choice(sorted(REPOSITORIES)))
        else:
            await self._by_hand(self.chance.choice(_HANDS))

    @property
    def client(self) -> PrefectClient:
        """The tool's client, whose requests are noted."""
        return PrefectClient(self.http)

    async def _apply(self, repository: str) -> None:
        stack, origin = REPOSITORIES[repository]
        takes_over = self.chance.random() < 0.1
        desired = compiled(self.folder, self._file(stack))
        wanted = {each.address for each in desired.resources}
        before, report = await self.held(), Report()
        self.recorder.calls.clear()
        planned = await pipeline.plan(
            desired,
            self.client,
            origin,
            allowed=Allowed(force=True, take_over=takes_over),
            report=report,
        )
        home = self.home.get(stack, repository)
        if home != repository and not takes_over:
            told = " ".join(each.message for each in report)
            assert home in told, told
            assert repository in told, told
        if report.has_errors or planned.is_empty:
            assert [call for call in self.recorder.calls if call.role is not Role.READ] == []
            self.refused += report.has_errors
            return
        done = await pipeline.apply(planned, desired, self.client, STAMP, report=report)
        assert done.all_done, [each.message for each in report]
        self.home[stack] = repository
        if not wanted:  # who has nothing is nowhere
            del self.home[stack]
        self.applied += 1
        await self._check(stack, wanted, before, await self.held())

    def _file(self, stack: str) -> dict[str, Any]:
        names = [name for name in NAMES[stack] if self.chance.random() < 0.6]
        pools = [{"name": f"of-{stack}"}] if self.chance.random() < 0.7 else []
        place = {"work_pool": {"name": f"of-{stack}"}} if pools else {}
        return {
            "stack": stack,
            "work_pools": pools,
            "deployments": [
                {
                    "name": name,
                    "entrypoint": "flows.py:etl",
                    "tags": self.chance.sample(["x", "y"], self.chance.randint(0, 2)),
                    "parameters": {"rows": self.chance.randint(1, 3)},
                    **(place if self.chance.random() < 0.5 else {}),
                }
                for name in names
            ],
        }

    async def _check(self, stack: str, wanted: set[Address], before: Held, after: Held) -> None:
        """Nobody else's thing is changed, and of the stack's own is there what is wanted."""
        mark = f"deploy:{stack}"
        taken = {
            id
            for id, each in before.deployments.items()
            if before.addresses[id] in wanted and mark in each.tags
        }
        own = (self.mine[stack] & before.deployments.keys()) | taken
        others = before.deployments.keys() - own
        assert {id: after.deployments.get(id) for id in others} == {
            id: before.deployments[id] for id in others
        }
        foreign = before.pools.keys() - self.pools[stack]
        assert {name: after.pools.get(name) for name in foreign} == {
            name: before.pools[name] for name in foreign
        }
        there = {id for id, each in after.addresses.items() if each in wanted}
        assert {id for id in own if before.addresses[id] in wanted} <= there
        assert after.deployments.keys() - before.deployments.keys() <= there
        assert {after.addresses[id] for id in there} == {
            each for each in wanted if each.kind.value == "deployment"
        }
        assert all(mark in after.deployments[id].tags for id in there)
        kept = before.pools.keys() & after.pools.keys()
        assert all(before.pools[name]["id"] == after.pools[name]["id"] for name in kept)
        self.mine[stack] = there
        self.pools[stack] = {each.name for each in wanted if each.kind.value == "work-pool"}
        noted = await ledger.load(self.client, stack)
        assert noted is not None
        assert set(noted.ids) == wanted
        assert there <= set(noted.ids.values())

    async def _by_hand(self, what: str) -> None:
        held = await self.held()
        some = self.chance.choice(sorted(held.deployments)) if held.deployments else None
        name = self.chance.choice("abcdefgh")
        match what:
            case "create":
                await self._create(name, {"tags": ["theirs"], "parameters": {"rows": 9}})
            case "copy" if some is not None:
                one = held.deployments[some]
                await self._create(name, {"tags": one.tags, "parameters": one.parameters})
            case "edit" if some is not None:
                body: dict[str, Json] = {"parameters": {"rows": 7}, "description": "By hand."}
                await self._send("PATCH", f"/deployments/{some}", body)
            case "untag" if some is not None:
                await self._send("PATCH", f"/deployments/{some}", {"tags": ["hers"]})
            case "delete" if some is not None:
                await self._send("DELETE", f"/deployments/{some}")
            case "pool":
                self.made += 1
                body = {"name": f"theirs-{self.made}", "type": "process"}
                await self._send("POST", "/work_pools/", body)
            case _:
                pass

    async def _create(self, name: str, fields: Mapping[str, Json]) -> None:
        """Make a deployment under a name that is free."""
        held = await self.held()
        if held.id_at(deployment("etl", name)) is None:
            flow = await self.client.create_flow("etl")
            await self._send(
                "POST", "/deployments/", {"name": name, "flow_id": str(flow.id), **fields}
            )

    async def _send(self, method: str, path: str, body: Mapping[str, Json] | None = None) -> None:
        (await self.http.request(method, path, json=body)).raise_for_status()

    async def held(self) -> Held:
        """What there is."""
        deployments = await self.client.deployments({})
        flows = {flow.id: flow.name for flow in await self.client.flows({})}
        pools = (await self.http.post("/work_pools/filter", json={})).raise_for_status().json()
        return Held(
            deployments={str(each.id): each for each in deployments},
            addresses={
                str(each.id): deployment(flows[each.flow_id], each.name) for each in deployments
            },
            pools={each["name"]: {key: each[key] for key in ("id", "updated")} for each in pools},
        )
