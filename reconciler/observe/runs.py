"""Read the runs that a plan would touch, and say what it does to them.

Only of deployments that are written to or deleted: a plan with nothing to do asks nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from compiler.desired.address import Address, Kind
from compiler.plan.action import Delete, Update
from compiler.plan.build import Plan
from compiler.plan.impact import Impact, Runs, impacts
from reconciler.api import wire
from reconciler.api.client import PrefectClient
from reconciler.api.paging import parts

_DROPPED = frozenset({"Scheduled", "Late"})  # not those that wait for a slot or for another try
_UNDER_WAY = ("SCHEDULED", "PENDING", "RUNNING", "CANCELLING", "PAUSED")


async def read_impacts(client: PrefectClient, plan: Plan) -> Mapping[Address, Impact]:
    """What each step does to runs, by address; steps that do nothing to them are left out.

    Raises:
        ApiError: the server could not be read.
    """
    runs = await _runs(client, plan)
    return impacts(plan.actions, runs, client.now())


async def _runs(client: PrefectClient, plan: Plan) -> dict[Address, Runs]:
    """Of what is changed, the runs that the scheduler made; of what is deleted, all."""
    concerned = [each for each in plan.actions if each.address.kind is Kind.DEPLOYMENT]
    changed = {each.observed.id: each.address for each in concerned if isinstance(each, Update)}
    deleted = {each.observed.id: each.address for each in concerned if isinstance(each, Delete)}
    queued = await _read(client, sorted(changed), ("SCHEDULED",))
    left = await _read(client, sorted(deleted), _UNDER_WAY)
    return {
        **{changed[id]: _of(each for each in some if each.auto_scheduled) for id, some in queued},
        **{deleted[id]: _of(some) for id, some in left},
    }


async def _read(
    client: PrefectClient, ids: list[str], states: tuple[str, ...]
) -> Iterable[tuple[str, list[wire.FlowRunOut]]]:
    """Runs in one of these states, by the id of their deployment."""
    found: defaultdict[str, list[wire.FlowRunOut]] = defaultdict(list)
    for part in parts(ids):
        runs = await client.moving_flow_runs(
            {
                "deployments": {"id": {"any_": part}},
                "flow_runs": {"state": {"type": {"any_": list(states)}}},
            }
        )
        for run in runs:
            found[str(run.deployment_id)].append(run)
    return found.items()


def _of(runs: Iterable[wire.FlowRunOut]) -> Runs:
    queued, active = [], 0
    for run in runs:
        if run.state_name in _DROPPED and run.expected_start_time is not None:
            queued.append(run.expected_start_time)
        else:
            active += 1
    return Runs(queued=tuple(sorted(queued)), active=active)
