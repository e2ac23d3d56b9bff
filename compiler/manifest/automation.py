"""What a person may write of automations: what they wait for, and what they do then.

One model says all that triggers may have, and one all that actions may: which keys go
together is for rules to say, in words (`compiler/rules/trigger_shape.py`, `action_shape.py`).
"""

from typing import Annotated, Literal

from pydantic import Field

from compiler.manifest.grammar import Name, Settings, Written

Labels = dict[str, str | list[str]]
Seconds = int | float | str
State = Literal[
    "SCHEDULED",
    "PENDING",
    "RUNNING",
    "COMPLETED",
    "FAILED",
    "CANCELLED",
    "CRASHED",
    "PAUSED",
    "CANCELLING",
]
ActionType = Literal[
    "do-nothing",
    "run-deployment",
    "pause-deployment",
    "resume-deployment",
    "cancel-flow-run",
    "suspend-flow-run",
    "resume-flow-run",
    "delete-flow-run",
    "change-flow-run-state",
    "pause-work-pool",
    "resume-work-pool",
    "pause-work-queue",
    "resume-work-queue",
    "pause-automation",
    "resume-automation",
    "send-notification",
    "call-webhook",
    "declare-incident",
]


class Metric(Written):
    """What is measured, and when it is too much or too little."""

    name: Literal["lateness", "duration", "successes"] = Field(description="What is measured.")
    threshold: int | float = Field(description="What the measured value is compared with.")
    operator: Literal["<", "<=", ">", ">="] = Field(description="How it is compared.")
    range: Seconds | None = Field(
        None, description="Over how long it is measured: seconds, `HH:MM:SS` or ISO 8601."
    )
    firing_for: Seconds | None = Field(
        None, description="How long it has to stay so: seconds, `HH:MM:SS` or ISO 8601."
    )


class Trigger(Written):
    """What an automation waits for: events, their absence, a metric, or several of these."""

    type: Literal["event", "metric", "compound", "sequence"] | None = Field(
        None, description="`event` if absent, unless its other keys say more."
    )
    posture: Literal["Reactive", "Proactive", "Metric"] | None = Field(
        None, description="`Reactive` waits for events, `Proactive` for their absence."
    )
    match: Labels | None = Field(
        None,
        description="Labels of the resource that an event is about; "
        "`prefect.deployment.flow/name` stands for the id of a deployment.",
    )
    match_related: Labels | list[Labels] | None = Field(
        None, description="Labels of resources that an event has to do with."
    )
    after: list[str] | None = Field(
        None, description="Events after which the trigger begins to wait."
    )
    expect: list[str] | None = Field(
        None, description="Events that it waits for; `*` at the end stands for anything."
    )
    for_each: list[str] | None = Field(
        None, description="Labels for whose values it waits separately."
    )
    threshold: int | None = Field(None, ge=1, description="How many events it takes.")
    within: Seconds | None = Field(
        None, description="In which time: seconds, `HH:MM:SS` or an ISO 8601 duration."
    )
    require: Annotated[int, Field(ge=1)] | Literal["any", "all"] | None = Field(
        None, description="How many of `triggers` have to fire: a number, `any` or `all`."
    )
    triggers: list["Trigger"] | None = Field(
        None, description="The triggers that this one is made of."
    )
    metric: Metric | None = Field(None, description="Prefect Cloud only.")


class DeploymentTrigger(Trigger):
    """A trigger of a deployment: what its automation is called, and how the run is made."""

    name: Name | None = Field(None, description="What its automation is called on the server.")
    description: str | None = Field(None, description="What it is for.")
    enabled: bool | None = Field(
        None, description="Whether it is looked at; left to the operators if absent."
    )
    parameters: Settings | None = Field(
        None, description="Parameters of the run; `{{ event.payload.x }}` is filled in then."
    )
    job_variables: Settings | None = Field(None, description="Job variables of the run.")
    schedule_after: Seconds | None = Field(
        None, description="How long the run waits: seconds, `HH:MM:SS` or ISO 8601."
    )


class Action(Written):
    """What an automation does; what it is done to is named, or told by the event."""

    type: ActionType = Field(description="What is done.")
    source: Literal["selected", "inferred"] | None = Field(
        None, description="`inferred`: it is done to what the event is about."
    )
    deployment: Name | None = Field(None, description="A deployment: `flow/name`, or its name.")
    deployment_id: str | None = Field(None, description="The same by the server's id.")
    work_pool: Name | None = Field(None, description="A work pool, by its name.")
    work_pool_id: str | None = Field(None, description="The same by the server's id.")
    work_queue: Name | None = Field(None, description="A work queue: `pool/queue`.")
    work_queue_id: str | None = Field(None, description="The same by the server's id.")
    automation: Name | None = Field(None, description="An automation, by its name.")
    automation_id: str | None = Field(None, description="The same by the server's id.")
    block_document: Name | None = Field(None, description="A block: `type/name`.")
    block_document_id: str | None = Field(None, description="The same by the server's id.")
    parameters: Settings | None = Field(
        None, description="Parameters of the run; `{{ event.payload.x }}` is filled in then."
    )
    job_variables: Settings | None = Field(None, description="Job variables of the run.")
    schedule_after: Seconds | None = Field(
        None, description="How long the run waits: seconds, `HH:MM:SS` or ISO 8601."
    )
    state: State | None = Field(None, description="The state that the run gets.")
    name: str | None = Field(None, description="What that state is called.")
    message: str | None = Field(None, description="What the run's page says of it.")
    force: bool | None = Field(
        None, description="Whether it is done though the run's state does not allow it."
    )
    subject: str | None = Field(None, description="The subject of the notification; a template.")
    body: str | None = Field(None, description="The text of the notification; a template.")
    payload: str | None = Field(None, description="What the webhook is called with; a template.")


class Automation(Written):
    """Something that the server does by itself when events happen, or do not."""

    name: Name = Field(description="Unique in the stack.")
    description: str | None = Field(None, description="What it is for.")
    enabled: bool | None = Field(
        None, description="Whether it is looked at; left to the operators if absent."
    )
    tags: list[str] | None = Field(None, description="For people to find it by.")
    trigger: Trigger | None = Field(None, description="What it waits for.")
    actions: list[Action] | None = Field(None, description="What is done when it fires.")
    actions_on_trigger: list[Action] | None = Field(
        None, description="What is done besides when it begins to be true."
    )
    actions_on_resolve: list[Action] | None = Field(
        None, description="What is done when it is no longer true."
    )
    protect: bool | None = Field(None, description="Whether it is kept when it leaves the files.")
