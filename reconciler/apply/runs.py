"""No scheduled run is lost by a write, and none doubled.

Every write to a deployment makes the server drop what it has queued for the future; when a
schedule goes, also what is late. Both are asked for again, by the time at which they are due:
the server makes no run twice for the same schedule and time. A deployment that takes
another's place has other schedules: of it are asked for the times that the other one has
not begun. Source: docs/explanation/server.md.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from compiler.firing.schedule import Schedule
from compiler.plan.backlog import stretches
from reconciler.api import wire
from reconciler.api.client import PrefectClient

_CLOCK_STEP = timedelta(seconds=1)  # the `Date` header's resolution
_TICK = timedelta(milliseconds=1)
_DROPPED = frozenset({"Scheduled", "Late"})  # not those that wait for a slot or for another try


def just_before(client: PrefectClient) -> datetime:
    """The server's time, a second back: a run due from then on is not lost."""
    return client.now() - _CLOCK_STEP


async def late_times(client: PrefectClient, id: UUID) -> tuple[datetime, ...]:
    """When the runs of a deployment's schedules were due that have not begun."""
    found = await client.moving_flow_runs(
        {
            "deployments": {"id": {"any_": [str(id)]}},
            "flow_runs": {
                "state": {"type": {"any_": ["SCHEDULED"]}},
                "expected_start_time": {"before_": client.now().isoformat()},
            },
        }
    )
    return _times(run for run in found if run.state_name in _DROPPED)


async def begun_times(client: PrefectClient, id: UUID, since: datetime) -> tuple[datetime, ...]:
    """When the runs of a deployment's schedules were due that the server still holds."""
    found = await client.moving_flow_runs(
        {
            "deployments": {"id": {"any_": [str(id)]}},
            "flow_runs": {"expected_start_time": {"after_": since.isoformat()}},
        }
    )
    return _times(found)


def _times(runs: Iterable[wire.FlowRunOut]) -> tuple[datetime, ...]:
    due = [run.expected_start_time for run in runs if run.auto_scheduled]
    return tuple(sorted({each for each in due if each is not None}))


async def ask_for_late(
    client: PrefectClient, id: UUID, late: Sequence[datetime], schedules: Sequence[Schedule]
) -> None:
    """Ask for the runs that were due at these times, of those schedules that fire then."""
    for one in stretches(late, schedules):
        await client.schedule_runs(id, one.start, one.end)


async def ask_in_place_of(
    client: PrefectClient,
    id: UUID,
    begun: Sequence[datetime],
    *,
    since: datetime,
) -> None:
    """Ask for what is due since then, after what the deployment before has begun."""
    start = max([since, *(each + _TICK for each in begun)])
    await client.schedule_runs(id, start)
