"""One method per endpoint that we use.  Raises nothing but `api.errors`.

Bodies hold JSON and nothing else. Deleting what is not there is no error: a delete
whose answer was lost is sent again.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeAlias, TypeVar
from urllib.parse import quote
from uuid import UUID

import httpx

from compiler.desired.json import Json
from reconciler.api import wire
from reconciler.api.answers import is_good, lost, refusal
from reconciler.api.connect import Connection
from reconciler.api.errors import NotFound, NotPrefect
from reconciler.api.pace import Pace
from reconciler.api.paging import read_offsets, read_pages
from reconciler.api.permit import Permit, asking, both
from reconciler.api.trace import Hearer, listen

Body: TypeAlias = Mapping[str, Json]
Payload: TypeAlias = Body | Sequence[Body] | None
T = TypeVar("T")
R = TypeVar("R", bound=wire.Identified)
_MOST_RUNS = 10_000  # of one schedule; what is asked for is there by then
_WORKSPACE = re.compile(r"/accounts/[^/]+/workspaces/[^/]+")


class PrefectClient:
    """The Prefect 3 REST API over a client made by `connect`; `hearer` is told of its requests."""

    def __init__(
        self, http: Connection, permit: Permit | None = None, *, hearer: Hearer | None = None
    ) -> None:
        self._http = http
        self._permit = permit
        if hearer is not None:
            listen(http, hearer)
        self._clock: datetime | None = None
        self._version: str | None = None
        self._route = http.route

    @property
    def pace(self) -> Pace:
        """How much may be asked of the server at once."""
        return self._http.pace

    @property
    def is_cloud(self) -> bool:
        """Whether it is a workspace of Prefect Cloud, which has no version."""
        return _WORKSPACE.search(self._http.base_url.path) is not None

    def permitted_by(self, permit: Permit) -> "PrefectClient":
        """Return a client that asks `permit` before each sending of what does not only look."""
        return PrefectClient(self._http, both(self._permit, permit))

    def clock(self) -> datetime | None:
        """Return the server's time at its last answer, to the second; None if it told none."""
        return self._clock

    def now(self) -> datetime:
        """Return that time; ours where the server tells none."""
        return self._clock or datetime.now(UTC)

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

    async def delete_automations_of(self, deployment_id: UUID) -> None:
        """DELETE /automations/owned-by/prefect.deployment.{deployment_id}."""
        await self._delete(f"DELETE /automations/owned-by/prefect.deployment.{deployment_id}")

    async def work_pools(self, names: Collection[str]) -> list[wire.WorkPoolOut]:
        """POST /work_pools/filter, those of `names` that exist."""
        body = {"work_pools": {"name": {"any_": sorted(names)}}}
        return await self._read_list(list[wire.WorkPoolOut], "POST /work_pools/filter", body=body)

    async def create_work_pool(self, body: Body) -> wire.WorkPoolOut:
        """POST /work_pools/."""
        return await self._ask(wire.WorkPoolOut, "POST /work_pools/", body=body)

    async def update_work_pool(self, name: str, body: Body) -> None:
        """PATCH /work_pools/{name}.  Fields not given are left as they are."""
        await self._send(f"PATCH /work_pools/{_quoted(name)}", body=body, repeatable=True)

    async def delete_work_pool(self, name: str) -> None:
        """DELETE /work_pools/{name}.  Its deployments stay, without a pool."""
        await self._delete(f"DELETE /work_pools/{_quoted(name)}")

    async def work_queues(self, pool: str) -> list[wire.WorkQueueOut]:
        """POST /work_pools/{pool}/queues/filter."""
        call = f"POST /work_pools/{_quoted(pool)}/queues/filter"
        return await self._read_list(list[wire.WorkQueueOut], call, body={})

    async def create_work_queue(self, pool: str, body: Body) -> wire.WorkQueueOut:
        """POST /work_pools/{pool}/queues."""
        return await self._ask(
            wire.WorkQueueOut, f"POST /work_pools/{_quoted(pool)}/queues", body=body
        )

    async def update_work_queue(self, pool: str, name: str, body: Body) -> None:
        """PATCH /work_pools/{pool}/queues/{name}.  A priority moves the other queues'."""
        call = f"PATCH /work_pools/{_quoted(pool)}/queues/{_quoted(name)}"
        await self._send(call, body=body, repeatable="name" not in body)

    async def delete_work_queue(self, pool: str, name: str) -> None:
        """DELETE /work_pools/{pool}/queues/{name}.  The default queue cannot be deleted."""
        await self._delete(f"DELETE /work_pools/{_quoted(pool)}/queues/{_quoted(name)}")

    async def variable(self, name: str) -> wire.VariableOut | None:
        """GET /variables/name/{name}.  None if there is none."""
        try:
            return await self._ask(wire.VariableOut, f"GET /variables/name/{_quoted(name)}")
        except NotFound:
            return None

    async def create_variable(self, name: str, value: Body) -> None:
        """POST /variables/.  A name that is taken is a Conflict."""
        await self._send("POST /variables/", body={"name": name, "value": value})

    async def update_variable(self, name: str, value: Body) -> None:
        """PATCH /variables/name/{name}."""
        call = f"PATCH /variables/name/{_quoted(name)}"
        await self._send(call, body={"value": value}, repeatable=True)

    async def concurrency_limit(self, id: UUID | str) -> wire.ConcurrencyLimitOut | None:
        """GET /v2/concurrency_limits/{id or name}.  None if there is none."""
        call = f"GET /v2/concurrency_limits/{_quoted(str(id))}"
        try:
            return await self._ask(wire.ConcurrencyLimitOut, call)
        except NotFound:
            return None

    async def create_concurrency_limit(self, name: str, limit: int) -> None:
        """POST /v2/concurrency_limits/.  A name that is taken is a Conflict."""
        await self._send("POST /v2/concurrency_limits/", body={"name": name, "limit": limit})

    async def update_concurrency_limit(self, id: UUID, body: Body) -> None:
        """PATCH /v2/concurrency_limits/{id}.  Fields not given are left as they are."""
        await self._send(f"PATCH /v2/concurrency_limits/{id}", body=body, repeatable=True)

    async def delete_concurrency_limit(self, id: UUID) -> None:
        """DELETE /v2/concurrency_limits/{id}.  Leases on it stay, and hold nothing any more."""
        await self._delete(f"DELETE /v2/concurrency_limits/{id}")

    async def acquire_lease(self, limit: str, *, seconds: float) -> wire.LeaseOut:
        """POST /v2/concurrency_limits/increment-with-lease, one slot of one limit.

        Raises:
            Locked: it is taken.
            NotFound, NotOffered: the server is older than 3.4.9 and has no leases.
        """
        call = "POST /v2/concurrency_limits/increment-with-lease"
        body: Body = {"names": [limit], "slots": 1, "lease_duration": seconds}
        return await self._ask(wire.LeaseOut, call, body=body)

    async def renew_lease(self, id: UUID, *, seconds: float) -> None:
        """POST /v2/concurrency_limits/leases/{id}/renew.

        Raises:
            Gone: it ran out, was released, or the server has been started anew since.
        """
        call = f"POST /v2/concurrency_limits/leases/{id}/renew"
        await self._send(call, body={"lease_duration": seconds}, repeatable=True)

    async def release_lease(self, id: UUID) -> None:
        """POST /v2/concurrency_limits/decrement-with-lease.  Of an unknown lease does nothing.

        Not repeated after a lost answer: two at once could free the slot of the next holder.
        """
        call = "POST /v2/concurrency_limits/decrement-with-lease"
        await self._send(call, body={"lease_id": str(id)})

    async def block_type(self, slug: str) -> wire.BlockTypeOut | None:
        """GET /block_types/slug/{slug}.  None if there is no such type."""
        try:
            return await self._ask(wire.BlockTypeOut, f"GET /block_types/slug/{_quoted(slug)}")
        except NotFound:
            return None

    async def create_block_type(self, body: Body) -> wire.BlockTypeOut:
        """POST /block_types/."""
        return await self._ask(wire.BlockTypeOut, "POST /block_types/", body=body)

    async def block_schemas(self, block_type_id: UUID) -> list[wire.BlockSchemaOut]:
        """POST /block_schemas/filter, those of one type, newest first."""
        body = {"block_schemas": {"block_type_id": {"any_": [str(block_type_id)]}}}
        kind = list[wire.BlockSchemaOut]
        return await self._read_list(kind, "POST /block_schemas/filter", body=body)

    async def create_block_schema(self, body: Body) -> wire.BlockSchemaOut:
        """POST /block_schemas/.  Returns the same schema if there is one."""
        return await self._ask(
            wire.BlockSchemaOut, "POST /block_schemas/", body=body, repeatable=True
        )

    async def block_document(self, type_slug: str, name: str) -> wire.BlockDocumentOut | None:
        """GET /block_types/slug/{type_slug}/block_documents/name/{name}.  None if there is none."""
        path = f"/block_types/slug/{_quoted(type_slug)}/block_documents/name/{_quoted(name)}"
        try:
            return await self._ask(wire.BlockDocumentOut, f"GET {path}")
        except NotFound:
            return None

    async def block_documents(self, type_slug: str) -> list[wire.BlockDocumentOut]:
        """GET /block_types/slug/{type_slug}/block_documents.  None of a type that is not there."""
        call = f"GET /block_types/slug/{_quoted(type_slug)}/block_documents"
        try:
            return await self._ask(list[wire.BlockDocumentOut], call)
        except NotFound:
            return []

    async def create_block_document(self, body: Body) -> wire.BlockDocumentOut:
        """POST /block_documents/.

        Raises:
            Conflict: one of that type and name exists.
        """
        return await self._ask(wire.BlockDocumentOut, "POST /block_documents/", body=body)

    async def update_block_document(self, id: UUID, data: Body) -> None:
        """PATCH /block_documents/{id}.  `data` replaces what was there as a whole."""
        body: Body = {"data": data, "merge_existing_data": False}
        await self._send(f"PATCH /block_documents/{id}", body=body, repeatable=True)

    async def _read_pages(self, kind: type[wire.Page[R]], call: str, *, body: Body) -> list[R]:
        try:
            return await read_pages(
                lambda page: self._ask(kind, call, body={**body, **page}, repeatable=True),
                call=call,
            )
        except NotFound as error:  # a list is never missing: this is another address
            raise NotPrefect(error.reason, call=call) from error

    async def _read_list(self, kind: type[list[R]], call: str, *, body: Body) -> list[R]:
        return await read_offsets(
            lambda part: self._ask(kind, call, body={**body, **part}, repeatable=True)
        )

    async def _delete(self, call: str) -> None:
        with suppress(NotFound):
            await self._send(call, repeatable=True)

    async def _ask(
        self, kind: type[T], call: str, *, body: Payload = None, repeatable: bool = False
    ) -> T:
        response = await self._send(call, body=body, repeatable=repeatable)
        try:
            return wire.parse(kind, response.content)
        except ValueError:  # whose text quotes the answer, and so perhaps a secret
            reason = "the answer has another form than that of a Prefect 3 server"
            raise NotPrefect(reason, call=call) from None

    async def _send(
        self, call: str, *, body: Payload = None, repeatable: bool = False
    ) -> httpx.Response:
        """Send `call` ("PATCH /deployments/…") and return its answer if it is a good one."""
        method, path = call.split(" ", maxsplit=1)
        repeatable = repeatable or method == "GET"
        request = self._http.build_request(
            method,
            path,
            content=None if body is None else json.dumps(body, default=dict),
            headers={} if body is None else {"Content-Type": "application/json"},
            extensions={
                "repeatable": repeatable,
                "call": call,
                "permit": asking(self._permit, call),
            },
        )
        try:
            response = await self._http.send(request)
        except httpx.RequestError as error:
            raise lost(error, call, self._route, repeatable=repeatable) from error
        self._clock = _date(response) or self._clock
        if not is_good(response):
            raise refusal(response, call, self._route, repeatable=repeatable)
        return response


def _quoted(name: str) -> str:
    return quote(name, safe="")


def _date(response: httpx.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return None
