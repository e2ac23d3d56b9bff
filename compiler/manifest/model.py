"""What a person may write, as types.

`deploy.schema.json` is generated from these models, so that editors and this
program agree.  A key that is absent is not in `model_fields_set`: absent and
null mean different things (product rules, section 3.1).
"""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, StrictBool, StrictFloat, StrictInt, StrictStr

from compiler.manifest.automation import Automation, DeploymentTrigger
from compiler.manifest.grammar import Name, Settings, Written
from compiler.manifest.sla import Sla

_LARGEST = 2**31 - 1  # what a database keeps

InputName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$")]
Stack = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,62}$")]
Step = dict[str, JsonValue]
Steps = list[Step] | Step | None
Text = str | None
Primitive = StrictBool | StrictInt | StrictFloat | StrictStr
Share = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[str, Field(pattern=r"^(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?) ?%$")]
EarlierName = Annotated[str, Field(pattern=r"^[^/]+(/[^/]+)?$")]
VariableName = Annotated[str, Field(pattern="^[a-z0-9_-]{1,255}$")]
BlockPath = Annotated[str, Field(pattern="^[a-z0-9-]+/[a-z0-9-]+$")]
BlockName = Annotated[str, Field(pattern="^[a-z0-9-]{1,255}$")]
PoolType = Annotated[
    str,
    Field(min_length=1, examples=["process", "docker", "kubernetes"]),
]


class Schedule(Written):
    """When a deployment runs: exactly one of `cron`, `interval` and `rrule`."""

    cron: str | None = Field(None, description="A cron expression.", examples=["0 3 * * *"])
    interval: int | float | str | None = Field(
        None,
        description="Seconds, `HH:MM:SS`, or an ISO 8601 duration.",
        examples=[3600, "PT1H"],
    )
    rrule: str | None = Field(
        None, description="An RFC 5545 recurrence rule.", examples=["FREQ=DAILY;BYHOUR=6"]
    )
    timezone: str | None = Field(
        None, description="An IANA time zone; UTC if absent.", examples=["Europe/Berlin"]
    )
    day_or: bool | None = Field(
        None, description="Whether cron's day of month and day of week are alternatives."
    )
    anchor_date: str | None = Field(
        None, description="The date an interval counts from; the server's is kept if absent."
    )
    active: bool | None = Field(
        None, description="Whether it fires; left to the operators if absent."
    )
    parameters: Settings | None = Field(
        None, description="Parameters of the runs it makes, over the deployment's own."
    )
    slug: str | None = Field(None, description="Its name, unique in the deployment.")
    replaces: str | None = Field(None, description="The slug it had before it was renamed.")
    max_scheduled_runs: int | None = Field(
        None, ge=1, le=50, description="How many runs may be scheduled ahead."
    )


class ConcurrencyLimit(Written):
    """How many runs of a deployment may run at a time, and what the others do."""

    limit: int = Field(ge=1, le=_LARGEST, description="Runs at a time.")
    collision_strategy: Literal["ENQUEUE", "CANCEL_NEW"] | None = Field(
        None, description="What happens to a run that finds no place."
    )
    grace_period_seconds: int | None = Field(
        None, ge=60, le=_LARGEST, description="Seconds that a run keeps its place while it starts."
    )


class SharedLimit(Written):
    """A global concurrency limit whose slots the deployment's runs take."""

    global_: Name = Field(alias="global", description="The limit's name.")
    collision_strategy: Literal["ENQUEUE", "CANCEL_NEW"] | None = Field(
        None, description="What happens to a run that finds no place."
    )
    grace_period_seconds: int | None = Field(
        None, ge=60, le=_LARGEST, description="Seconds that a run keeps its place while it starts."
    )


class WorkPoolUse(Written):
    """Where a deployment's runs go."""

    name: str | None = Field(None, description="The work pool.")
    work_queue_name: str | None = Field(
        None, description="The queue; the pool's default if absent."
    )
    job_variables: Settings | None = Field(
        None, description="Values for the pool's base job template."
    )


class Defaults(Written):
    """Laid under every deployment: tags are united, mappings merged, others replaced."""

    entrypoint: str | None = Field(
        None,
        description="Where the flow is: `path/file.py:function` or `package.module:function`.",
        examples=["flows/etl.py:etl"],
    )
    flow_name: str | None = Field(
        None, description="The flow's name, where its source is not at hand."
    )
    description: Text = Field(None, description="Markdown; the flow's docstring if absent.")
    version: Text = Field(None, description="Derived from the commit or the code if absent.")
    tags: list[str] | None = Field(None, description="Passed on to runs.")
    parameters: Settings | None = Field(None, description="Values for the flow's parameters.")
    enforce_parameter_schema: bool | None = Field(
        None, description="Whether the server refuses runs whose parameters do not fit."
    )
    schedule: Schedule | None = Field(
        None,
        description="One schedule (the older key).",
        json_schema_extra={"deprecated": True},  # pydantic's own warns at every access
    )
    schedules: list[Schedule] | None = Field(None, description="All its schedules.")
    paused: bool | None = Field(
        None, description="Whether nothing is scheduled; left to the operators if absent."
    )
    concurrency_limit: (
        Annotated[int, Field(ge=1, le=_LARGEST)] | ConcurrencyLimit | SharedLimit | None
    ) = Field(
        None,
        description="Runs at a time: a number, a mapping with a strategy, or `global` with the "
        "name of a limit that others share.",
    )
    work_pool: WorkPoolUse | None = Field(None, description="Where its runs go.")
    labels: dict[str, Primitive] | None = Field(
        None, description="Passed on to runs; can only be set at creation."
    )
    triggers: list[DeploymentTrigger] | None = Field(
        None, description="Automations that run it: what each of them waits for."
    )
    sla: list[Sla] | None = Field(None, description="Prefect Cloud only.")
    version_type: str | None = Field(None, description="Prefect Cloud only.")
    build: Steps = Field(None, description="Steps that make an image.")
    push: Steps = Field(None, description="Steps that publish an image.")
    pull: Steps = Field(None, description="Steps by which a worker gets the code.")
    protect: bool | None = Field(
        None,
        description="Whether it is kept when it leaves the files; remembered on the server "
        "until an apply with `false`.",
    )
    ignore: list[Name] | None = Field(
        None, description="Paths of values that are set at creation and then left to the server."
    )


class Deployment(Defaults):
    """One flow, and when, where and with what it runs."""

    name: Name = Field(description="Unique among the deployments of its flow.")
    renamed_from: EarlierName | None = Field(
        None,
        description="The name it had, or `flow/name` where it was another flow's; "
        "what has that name is deleted.",
    )


class WorkQueue(Written):
    """One queue of a work pool."""

    name: Name = Field(description="Unique in its pool.")
    priority: int | None = Field(None, ge=1, le=_LARGEST, description="Lower numbers go first.")
    concurrency_limit: int | None = Field(None, ge=0, le=_LARGEST, description="Runs at a time.")
    paused: bool | None = Field(None, description="Left to the operators if absent.")
    description: str | None = Field(None, description="What it is for.")
    protect: bool | None = Field(None, description="Whether it is kept when it leaves the files.")


class WorkPool(Written):
    """A kind of infrastructure, and the jobs that it starts."""

    name: Name = Field(description="Unique on the server.")
    type: PoolType = Field("process", description="A worker type; fixed at creation.")
    description: str | None = Field(None, description="What it is for.")
    concurrency_limit: int | None = Field(None, ge=0, le=_LARGEST, description="Runs at a time.")
    paused: bool | None = Field(None, description="Left to the operators if absent.")
    base_job_template: Settings | str | None = Field(
        None,
        description="The template, or the path of a JSON or YAML file that holds it; "
        "the type's own, taken once, if absent.",
    )
    base_job_template_patch: Settings | None = Field(
        None,
        description="Laid over the template, or over the type's own where none is given: "
        "mappings are merged, null removes a key, everything else replaces.",
        examples=[{"variables": {"properties": {"namespace": {"default": "flows"}}}}],
    )
    work_queues: list[WorkQueue] | None = Field(None, description="Queues of the pool.")
    protect: bool | None = Field(None, description="Whether it is kept when it leaves the files.")


class Variable(Written):
    """A Prefect variable: a value that flows and templates read by its name."""

    name: VariableName = Field(description="Unique on the server.")
    value: JsonValue = Field(description="Any JSON; everybody who may read the server may read it.")
    tags: list[str] | None = Field(None, description="For people to find it by.")
    protect: bool | None = Field(None, description="Whether it is kept when it leaves the files.")


class GlobalLimit(Written):
    """A global concurrency limit, whose slots flows and deployments take by its name."""

    name: Name = Field(description="Unique on the server.")
    limit: int = Field(ge=0, le=_LARGEST, description="How many slots there are.")
    slot_decay_per_second: Annotated[float, Field(ge=0)] | None = Field(
        None, description="How many taken slots become free each second; none if absent."
    )
    active: bool | None = Field(
        None, description="Whether it limits anything; left to the operators if absent."
    )
    protect: bool | None = Field(None, description="Whether it is kept when it leaves the files.")


class TagLimit(Written):
    """How many task runs with a tag may run at a time."""

    tag: Name = Field(description="The tag of the task runs.")
    limit: int = Field(ge=0, le=_LARGEST, description="Task runs at a time.")
    protect: bool | None = Field(None, description="Whether it is kept when it leaves the files.")


class Block(Written):
    """A block: what flows and steps load by its type and name, such as a secret."""

    name: BlockName = Field(description="Unique among the blocks of its type.")
    type: BlockName = Field(
        description="The slug of its type; fixed at creation.",
        examples=["secret", "slack-webhook"],
    )
    data: Settings | None = Field(
        None,
        description="Its values. A secret is `{{ $NAME }}`, `{$file: PATH}` or "
        "`{$command: [WORD, …]}`; another block is `{$block: TYPE/NAME}`.",
    )
    protect: bool | None = Field(None, description="Whether it is kept when it leaves the files.")


class Input(Written):
    """An input that is more than a value: how it is given, and of which type."""

    default: JsonValue = Field(None, description="The value where none is given.")
    required: bool | None = Field(
        None, description="Whether it has to come from an environment, `--var` or a var file."
    )
    type: Literal["string", "integer", "number", "boolean", "array", "object"] | None = Field(
        None, description="What the value has to be; that of the default if absent."
    )
    description: str | None = Field(None, description="What it is for.")


class External(Written):
    """What these files refer to and another owner keeps."""

    work_pools: list[Name] | None = Field(None, description="Names of work pools.")
    blocks: list[BlockPath] | None = Field(
        None, description="Blocks, as `type/name`.", examples=[["secret/shop-token"]]
    )
    variables: list[Name] | None = Field(None, description="Names of Prefect variables.")


class DeleteLimits(Written):
    """How many of a kind may be deleted at once without `--force`."""

    share: Share | Percent | None = Field(
        None,
        description="Of all that the stack owns of the kind: a share of 1, or a percentage.",
        examples=[0.5, "50%"],
    )
    from_: Annotated[int, Field(ge=1, le=_LARGEST)] | None = Field(
        None, alias="from", description="How many the stack has to own for the share to count."
    )


class Policy(Written):
    """How far a run may go, for the whole stack."""

    prune: bool | None = Field(
        None, description="Whether what left the files is deleted; true if absent."
    )
    deletes: Literal["allow"] | DeleteLimits | None = Field(
        None,
        description="How many may be deleted at once: `allow` for any number, or limits; "
        "30 % from 5 on if absent.",
    )
    ignore: list[Name] | None = Field(
        None,
        description="Paths of values that are left to the server, for all deployments.",
    )


class Shared(Written):
    """What a file and an environment both may say."""

    stack: Stack | None = Field(
        None, description="Whose things these are: the scope of ownership and deletion."
    )
    build: Steps = Field(None, description="Steps that make an image, for all deployments.")
    push: Steps = Field(None, description="Steps that publish an image, for all deployments.")
    pull: Steps = Field(None, description="How workers get the code, for all deployments.")
    defaults: Defaults | None = Field(None, description="Laid under every deployment.")
    deployments: list[Deployment] | None = Field(None, description="What runs, and when.")
    work_pools: list[WorkPool] | None = Field(
        None, description="Where it runs: pools that this stack makes and keeps."
    )
    variables: list[Variable] | None = Field(
        None, description="Values that flows and templates read by their names."
    )
    concurrency_limits: list[GlobalLimit] | None = Field(
        None, description="Global concurrency limits."
    )
    tag_limits: list[TagLimit] | None = Field(
        None, description="How many task runs with a tag may run at a time."
    )
    blocks: list[Block] | None = Field(
        None, description="Blocks that flows, steps and other blocks load by type and name."
    )
    automations: list[Automation] | None = Field(
        None, description="What the server does by itself when events happen."
    )
    external: External | None = Field(
        None, description="What these files refer to and another owner keeps."
    )
    policy: Policy | None = Field(None, description="How far a run may go, for the whole stack.")


class Environment(Shared):
    """What differs in one environment: laid over the file by `deploy -e NAME`.

    Deployments and pools are found by their name; mappings are merged, other values replaced.
    """

    vars: dict[InputName, JsonValue] | None = Field(None, description="Values of inputs.")
    name_prefix: str | None = Field(
        None,
        description="Put in front of the names of all deployments, pools and automations of the "
        "stack; what code looks up by name (variables, blocks, limits) keeps its own.",
        examples=["dev-"],
    )
    server: str | None = Field(
        None,
        description="The API of the only server that this environment may be applied to.",
        examples=["https://prefect.example.com/api"],
    )


class Document(Shared):
    """A whole file: everything that `prefect.yaml` has, and more."""

    name: str | None = Field(None, description="The project's name.")
    prefect_version: str | None = Field(
        None, alias="prefect-version", description="Read and not used, as by Prefect."
    )
    include: list[Name] | None = Field(
        None,
        description="Further files of the same stack: paths and patterns, from this file's folder.",
        examples=[["teams/*/deploy.yaml"]],
    )
    vars: dict[InputName, Input | list[JsonValue] | Primitive | None] | None = Field(
        None, description="Inputs, `{{ vars.name }}`: a value, or a mapping that describes one."
    )
    environments: dict[Name, Environment] | None = Field(
        None, description="What differs where: `deploy -e NAME` lays one over the file."
    )
    definitions: JsonValue = Field(None, description="Anything: a place for YAML anchors.")


def keys_of(part: type[Written]) -> tuple[str, ...]:
    """The keys that a part of a document may have, as they are written."""
    return tuple(field.alias or name for name, field in part.model_fields.items())
