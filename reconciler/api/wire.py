"""What the server answers, as far as we read it.  The only importer of pydantic here.

What we do not know is ignored, so that a newer server stays readable. JSON inside
JSON (`parameters`, schemas, templates) is passed on as it came.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, TypeAdapter

from compiler.desired.json import Json

if TYPE_CHECKING:
    Verbatim = Json
else:  # a JSON parser has just made it: nothing is left to validate
    Verbatim = Any

T = TypeVar("T")
R = TypeVar("R", bound="Identified")


class _Answer(BaseModel):
    model_config = ConfigDict(
        extra="ignore", frozen=True, hide_input_in_errors=True, defer_build=True
    )


class Identified(_Answer):
    """Anything that the server has given an id."""

    id: UUID


class CsrfToken(_Answer):
    """What proves that a request comes from this client."""

    token: str


class VariableOut(Identified):
    """A Prefect variable."""

    name: str
    value: Verbatim = None
    tags: list[str] = []


class ArtifactOut(Identified):
    """One version of an artifact; its data may be anything."""

    data: Verbatim = None


class ScheduleOut(Identified):
    """One schedule of a deployment; `slug` is None where nobody gave it one."""

    schedule: dict[str, Verbatim]
    active: bool = True
    parameters: dict[str, Verbatim] = {}
    slug: str | None = None
    max_scheduled_runs: int | None = None
    created: datetime | None = None


class LimitOut(Identified):
    """The global concurrency limit behind a deployment, its own or a shared one."""

    name: str
    limit: int


class ConcurrencyLimitOut(LimitOut):
    """A global concurrency limit, and how many of its slots are taken."""

    active: bool = True
    active_slots: int = 0
    slot_decay_per_second: float = 0.0


class TagLimitOut(Identified):
    """How many task runs with a tag may run at a time."""

    tag: str
    concurrency_limit: int


class LeaseOut(_Answer):
    """Slots taken for a time; no limit of that name, none in `limits`, and nothing is taken."""

    lease_id: UUID
    limits: list[LimitOut]


class DeploymentSeen(Identified):
    """A deployment, of which only matters when it was written to."""

    updated: datetime | None = None


class DeploymentOut(Identified):
    """A deployment; `schedules` come last touched first."""

    name: str
    flow_id: UUID
    created: datetime | None = None
    updated: datetime | None = None
    description: str | None = None
    version: str | None = None
    tags: list[str] = []
    labels: dict[str, Verbatim] = {}
    parameters: dict[str, Verbatim] = {}
    parameter_openapi_schema: dict[str, Verbatim] | None = None
    enforce_parameter_schema: bool = False
    paused: bool = False
    schedules: list[ScheduleOut] = []
    work_pool_name: str | None = None
    work_queue_name: str | None = None
    job_variables: dict[str, Verbatim] = {}
    pull_steps: list[dict[str, Verbatim]] | None = None
    entrypoint: str | None = None
    path: str | None = None
    concurrency_options: dict[str, Verbatim] | None = None
    global_concurrency_limit: LimitOut | None = None


class FlowOut(Identified):
    """A flow: little more than a name that deployments share."""

    name: str
    created: datetime | None = None
    tags: list[str] = []
    labels: dict[str, Verbatim] = {}


class WorkPoolOut(Identified):
    """A work pool; `concurrency_limit` None is unlimited."""

    name: str
    type: str
    description: str | None = None
    base_job_template: dict[str, Verbatim] = {}
    is_paused: bool = False
    concurrency_limit: int | None = None
    default_queue_id: UUID | None = None
    created: datetime | None = None
    updated: datetime | None = None


class WorkQueueOut(Identified):
    """A queue of a work pool; 1 is the highest priority."""

    name: str
    description: str | None = None
    is_paused: bool = False
    concurrency_limit: int | None = None
    priority: int = 1
    work_pool_id: UUID | None = None
    work_pool_name: str | None = None
    created: datetime | None = None


class AutomationOut(Identified):
    """An automation; who owns it the server does not tell."""

    name: str
    description: str = ""
    enabled: bool = True
    tags: list[str] = []
    trigger: dict[str, Verbatim] = {}
    actions: list[Verbatim] = []
    actions_on_trigger: list[Verbatim] = []
    actions_on_resolve: list[Verbatim] = []
    created: datetime | None = None


class WorkerMetadata(_Answer):
    """What the server knows of one type of worker."""

    type: str
    default_base_job_configuration: dict[str, Verbatim] = {}


class FlowRunOut(Identified):
    """A run, wanted or done; `expected_start_time` is when it is or was due."""

    name: str
    deployment_id: UUID | None = None
    state_type: str | None = None
    state_name: str | None = None
    expected_start_time: datetime | None = None
    auto_scheduled: bool = False
    created: datetime | None = None


class BlockTypeOut(Identified):
    """A kind of block document."""

    name: str
    slug: str


class BlockSchemaOut(Identified):
    """A form of the documents of one block type."""

    block_type_id: UUID
    checksum: str
    fields: dict[str, Verbatim] = {}
    version: str | None = None
    created: datetime | None = None


class ReferredOut(Identified):
    """A block that another one refers to."""

    name: str | None = None
    block_type: BlockTypeOut | None = None


class BlockReferenceOut(_Answer):
    """A reference from one block to another."""

    block_document: ReferredOut


class BlockDocumentOut(Identified):
    """A block document; values that its schema calls secret come back masked, unless asked for."""

    name: str | None = None
    data: dict[str, Verbatim] = {}
    block_type_id: UUID
    block_type: BlockTypeOut | None = None
    block_schema_id: UUID
    block_schema: BlockSchemaOut | None = None
    block_document_references: dict[str, BlockReferenceOut] = {}
    is_anonymous: bool = False
    created: datetime | None = None
    updated: datetime | None = None


class NamedBlockOut(Identified):
    """A block document by its type and name, without what it holds."""

    name: str | None = None
    block_type: BlockTypeOut


class Page(_Answer, Generic[R]):
    """One page of `pages`; `count` is how many there are in all."""

    results: list[R]
    count: int
    pages: int


_READERS: dict[
    object, TypeAdapter[Any]
] = {}  # to make one takes as long as to read a hundred answers


def parse(kind: type[T], body: bytes) -> T:
    """Read an answer as a `kind`.

    Raises:
        ValueError: it is not JSON, or not of that form.
    """
    reader = _READERS.get(kind) or _READERS.setdefault(kind, TypeAdapter(kind))
    read: T = reader.validate_json(body)
    return read
