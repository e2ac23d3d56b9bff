"""One method per endpoint that we use.  Raises nothing but `api.errors`.

Bodies hold JSON and nothing else. Deleting what is not there is no error: a delete
whose answer was lost is sent again.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TypeAlias, TypeVar
from urllib.parse import quote
from uuid import UUID

import httpx

from compiler.desired.json import Json
from reconciler.api import wire
from reconciler.api.errors import (
    ApiError,
    NotFound,
    NotPrefect,
    Unanswered,
    Unreachable,
    from_status,
    reason_in,
)
from reconciler.api.paging import read_offsets, read_pages
from reconciler.api.retry import NEVER_SENT
from reconciler.api.trace import Hearer, listen

Body: TypeAlias = Mapping[str, Json]
Payload: TypeAlias = Body | Sequence[Body] | None
T = TypeVar("T")
R = TypeVar("R", bound=wire.Identified)


class PrefectClient:
    """The Prefect 3 REST API over a client made by `connect`; `hearer` is told of its requests."""

    def __init__(self, http: httpx.AsyncClient, hearer: Hearer | None = None) -> None:
        self._http = http
        if hearer is not None:
            listen(http, hearer)
        self._clock: datetime | None = None

    def clock(self) -> datetime | None:
        """Return the server's time at its last answer, to the second; None if it told none."""
        return self._clock

    async def server_version(self) -> str:
        """GET /admin/version, such as "3.8.8"."""
        return await self._ask(str, "GET /admin/version")

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
        """POST /deployments/.  Overwrites the deployment of that flow and name if there is one."""
        return await self._ask(wire.DeploymentOut, "POST /deployments/", body=body, repeatable=True)

    async def update_deployment(self, id: UUID, body: Body) -> None:
        """PATCH /deployments/{id}.  Fields not given are left as they are."""
        await self._send(f"PATCH /deployments/{id}", body=body, repeatable=True)

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

    async def schedule_runs(self, id: UUID, start_time: datetime | None) -> None:
        """POST /deployments/{id}/schedule.  Queues what is due from then, or from now, on.

        Runs that are there already are not doubled; a paused deployment gets runs too.
        """
        body = {} if start_time is None else {"start_time": start_time.isoformat()}
        await self._send(f"POST /deployments/{id}/schedule", body=body, repeatable=True)

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
            extensions={"repeatable": repeatable},
        )
        try:
            response = await self._http.send(request)
        except httpx.RequestError as error:
            raise _lost(error, call, repeatable=repeatable) from error
        self._clock = _date(response) or self._clock
        if not _is_good(response):
            raise _refusal(response, call, repeatable=repeatable)
        return response


def _quoted(name: str) -> str:
    return quote(name, safe="")


def _date(response: httpx.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return None


def _lost(error: httpx.RequestError, call: str, *, repeatable: bool) -> ApiError:
    reason = str(error) or type(error).__name__
    if repeatable or isinstance(error, NEVER_SENT):
        return Unreachable(reason, call=call)
    return Unanswered(reason, call=call)


def _is_good(response: httpx.Response) -> bool:
    return response.is_success and (not response.content or _is_json(response))


def _is_json(response: httpx.Response) -> bool:
    return "json" in response.headers.get("Content-Type", "")


def _refusal(response: httpx.Response, call: str, *, repeatable: bool) -> ApiError:
    status = response.status_code
    reason = _reason(response)
    if status in (502, 504) and not repeatable:
        return Unanswered(reason, call=call)
    if not _is_json(response) and status < 500 and status not in (401, 403, 408, 429):
        return NotPrefect(reason, call=call)
    return from_status(status, reason, call=call)


def _reason(response: httpx.Response) -> str:
    told = f"{response.status_code} {response.reason_phrase}"
    if response.has_redirect_location:
        return f"{told}, to {response.headers['Location']}"
    if not _is_json(response):
        return f"{told}, and no JSON" if response.content else told
    try:
        return reason_in(json.loads(response.content)) or told
    except ValueError:
        return told
