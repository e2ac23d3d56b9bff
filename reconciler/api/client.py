"""One method per endpoint that we use; those of smaller things stand in files of their own."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from compiler.desired.json import Json
from reconciler.api import wire
from reconciler.api.asker import Body, quoted
from reconciler.api.automations import AutomationsClient
from reconciler.api.blocks import BlocksClient
from reconciler.api.errors import NotFound, NotPrefect
from reconciler.api.limits import LimitsClient
from reconciler.api.telling import TellingClient
from reconciler.api.variables import VariablesClient

T = TypeVar("T")
MOST_DELETED = 50  # deployments, that the server deletes together
_MOST_RUNS = 10_000  # of one schedule; what is asked for is there by then


class PrefectClient(VariablesClient, LimitsClient, BlocksClient, AutomationsClient, TellingClient):
    """The Prefect 3 REST API over a client made by `connect`."""

    async def server_version(self) -> str:
        """GET /admin/version, such as "3.8.8"; asked once."""
        call = "GET /admin/version"
        if self._version is None:
            try:
                self._version = await self._ask(str, call)
            except NotFound as error:  # every server of Prefect's has one
                raise NotPrefect(error.reason, call=call) from error
        return self._version

    async def worker_metadata(self) -> dict[str, dict[str, wire.WorkerMetadata]]:
        """GET /collections/views/aggregate-worker-metadata, by package, then by worker type."""
        kind = dict[str, dict[str, wire.WorkerMetadata]]
        return await self._ask(kind, "GET /collections/views/aggregate-worker-metadata")

    async def flows(self, matching: Body) -> list[wire.FlowOut]:
        """POST /flows/paginate, all pages, by name."""
        body = {"sort": "NAME_ASC", **matching}
        return await self._read_pages(wire.Page[wire.FlowOut], "POST /flows/paginate", body=body)

    async def create_flow(self, name: str) -> wire.FlowOut:
        """POST /flows/.  Returns the flow of that name if there is one."""
        return await self._ask(wire.FlowOut, "POST /flows/", body={"name": name}, repeatable=True)

    async def flow_runs(self, matching: Body) -> list[wire.FlowRunOut]:
        """POST /flow_runs/paginate, all pages."""
        kind = wire.Page[wire.FlowRunOut]
        return await self._read_pages(kind, "POST /flow_runs/paginate", body=matching)

    async def moving_flow_runs(self, matching: Body) -> list[wire.FlowRunOut]:
        """POST /flow_runs/filter, to its end, newest first.

        Not counted against a total: runs come and go while they are read.
        """
        call, body = "POST /flow_runs/filter", {"sort": "ID_DESC", **matching}
        return await self._read_list(list[wire.FlowRunOut], call, body=body)

    async def deployments(self, matching: Body) -> list[wire.DeploymentOut]:
        """POST /deployments/paginate, all pages, by name."""
        kind, body = wire.Page[wire.DeploymentOut], {"sort": "NAME_ASC", **matching}
        return await self._read_pages(kind, "POST /deployments/paginate", body=body)

    async def deployments_as(
        self, take: Callable[[wire.DeploymentOut], T], matching: Body
    ) -> list[T]:
        """`deployments`, each taken as its page comes: ten thousand answers are 80 MB."""
        call, taken = "POST /deployments/paginate", dict[UUID, T]()

        async def ask(page: Body) -> wire.Page[wire.Identified]:
            body: Body = {"sort": "NAME_ASC", **matching, **page}
            kind = wire.Page[wire.DeploymentOut]
            read = await self._ask(kind, call, body=body, repeatable=True)
            taken.update((each.id, take(each)) for each in read.results)
            ids = [wire.Identified(id=each.id) for each in read.results]
            return wire.Page(results=ids, count=read.count, pages=read.pages)

        return [taken[each.id] for each in await self._through_pages(ask, call)]

    async def create_deployment(self, body: Body) -> wire.DeploymentOut:
        """POST /deployments/.  Overwrites the deployment of that flow and name if there is one.

        Not repeated after a lost answer: schedules would be made anew, and with them runs.
        """
        return await self._ask(wire.DeploymentOut, "POST /deployments/", body=body)

    async def update_deployment(self, id: UUID, body: Body) -> None:
        """PATCH /deployments/{id}.  Fields not given are left as they are."""
        await self._send(f"PATCH /deployments/{id}", body=body, repeatable=True)

    async def pause_deployment(self, id: UUID) -> None:
        """POST /deployments/{id}/pause_deployment.  Drops all its queued runs, also late ones."""
        await self._send(f"POST /deployments/{id}/pause_deployment", repeatable=True)

    async def delete_deployment(self, id: UUID) -> None:
        """DELETE /deployments/{id}.  Takes a linked global concurrency limit with it."""
        await self._delete(f"DELETE /deployments/{id}")

    async def delete_deployments(self, ids: Collection[UUID]) -> None:
        """POST /deployments/bulk_delete.  Fifty at most; takes linked limits with it as well.

        Raises:
            NotFound: the server is too old for it.
        """
        assert 0 < len(ids) <= MOST_DELETED  # without ids it would delete any fifty
        matching = {"id": {"any_": sorted(map(str, ids))}}
        call = "POST /deployments/bulk_delete"
        await self._send(call, body={"deployments": matching}, repeatable=True)

    async def add_schedules(self, id: UUID, schedules: Sequence[Body]) -> list[wire.ScheduleOut]:
        """POST /deployments/{id}/schedules.  Leaves the runs of the others queued."""
        call = f"POST /deployments/{id}/schedules"
        return await self._ask(list[wire.ScheduleOut], call, body=schedules)

    async def update_schedule(self, id: UUID, schedule_id: UUID, body: Body) -> None:
        """PATCH /deployments/{id}/schedules/{schedule_id}.  `parameters` not given are cleared."""
        call = f"PATCH /deployments/{id}/schedules/{schedule_id}"
        await self._send(call, body=body, repeatable=True)

    async def delete_schedule(self, id: UUID, schedule_id: UUID) -> None:
        """DELETE /deployments/{id}/schedules/{schedule_id}."""
        await self._delete(f"DELETE /deployments/{id}/schedules/{schedule_id}")

    async def schedule_runs(self, id: UUID, start: datetime, end: datetime | None = None) -> None:
        """POST /deployments/{id}/schedule.  Queues what is due from `start` on, as it always does.

        Until `end`, all of it.  Runs that are there already are not doubled; a paused
        deployment gets runs too.
        """
        body: dict[str, Json] = {"start_time": start.isoformat()}
        if end is not None:
            body["end_time"] = end.isoformat()
            body |= {"min_time": (end - start).total_seconds(), "max_runs": _MOST_RUNS}
        await self._send(f"POST /deployments/{id}/schedule", body=body, repeatable=True)

    async def delete_flow_run(self, id: UUID) -> None:
        """DELETE /flow_runs/{id}."""
        await self._delete(f"DELETE /flow_runs/{id}")

    async def work_pools(self, names: Collection[str] | None = None) -> list[wire.WorkPoolOut]:
        """POST /work_pools/filter, those of `names` that exist; all if None."""
        body: Body = {} if names is None else {"work_pools": {"name": {"any_": sorted(names)}}}
        return await self._read_list(list[wire.WorkPoolOut], "POST /work_pools/filter", body=body)

    async def work_pools_by_id(self, ids: Collection[str]) -> list[wire.WorkPoolOut]:
        """POST /work_pools/filter, those with one of these ids that exist."""
        body = {"work_pools": {"id": {"any_": sorted(ids)}}}
        return await self._read_list(list[wire.WorkPoolOut], "POST /work_pools/filter", body=body)

    async def work_queue(self, id: UUID) -> wire.WorkQueueOut | None:
        """GET /work_queues/{id}.  None if there is none."""
        try:
            return await self._ask(wire.WorkQueueOut, f"GET /work_queues/{id}")
        except NotFound:
            return None

    async def create_work_pool(self, body: Body) -> wire.WorkPoolOut:
        """POST /work_pools/."""
        return await self._ask(wire.WorkPoolOut, "POST /work_pools/", body=body)

    async def update_work_pool(self, name: str, body: Body) -> None:
        """PATCH /work_pools/{name}.  Fields not given are left as they are."""
        await self._send(f"PATCH /work_pools/{quoted(name)}", body=body, repeatable=True)

    async def delete_work_pool(self, name: str) -> None:
        """DELETE /work_pools/{name}.  Its deployments stay, without a pool."""
        await self._delete(f"DELETE /work_pools/{quoted(name)}")

    async def work_queues(self, pool: str) -> list[wire.WorkQueueOut]:
        """POST /work_pools/{pool}/queues/filter."""
        call = f"POST /work_pools/{quoted(pool)}/queues/filter"
        return await self._read_list(list[wire.WorkQueueOut], call, body={})

    async def create_work_queue(self, pool: str, body: Body) -> wire.WorkQueueOut:
        """POST /work_pools/{pool}/queues."""
        return await self._ask(
            wire.WorkQueueOut, f"POST /work_pools/{quoted(pool)}/queues", body=body
        )

    async def update_work_queue(self, pool: str, name: str, body: Body) -> None:
        """PATCH /work_pools/{pool}/queues/{name}.  A priority moves the other queues'."""
        call = f"PATCH /work_pools/{quoted(pool)}/queues/{quoted(name)}"
        await self._send(call, body=body, repeatable="name" not in body)

    async def delete_work_queue(self, pool: str, name: str) -> None:
        """DELETE /work_pools/{pool}/queues/{name}.  The default queue cannot be deleted."""
        await self._delete(f"DELETE /work_pools/{quoted(pool)}/queues/{quoted(name)}")
