"""What a person wrote, validated, with the place of every value."""

from collections.abc import Iterator
from collections.abc import Mapping as Values
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

from compiler.desired.json import Json
from compiler.desired.steps import Waiting
from compiler.diagnostics import Span
from compiler.manifest.automation import Action, Automation, DeploymentTrigger
from compiler.manifest.draft import Draft
from compiler.manifest.grammar import Written
from compiler.manifest.model import (
    Block,
    Deployment,
    Document,
    GlobalLimit,
    Schedule,
    TagLimit,
    Variable,
    WorkPool,
    WorkQueue,
)
from compiler.manifest.sla import Sla
from compiler.source.locate import Step, key_span, span_of
from compiler.source.nodes import Mapping, Node, Sequence

Part = TypeVar("Part", bound=Written)


@dataclass(frozen=True, slots=True)
class Placed(Generic[Part]):
    """A part of a document, and the nodes it was made from."""

    value: Part
    node: Node

    def has(self, name: str) -> bool:
        """Whether the key was written, be it null."""
        return name in self.value.model_fields_set

    def at(self, *path: Step) -> Span:
        """Where the value at `path` inside this part was written."""
        return span_of(self.node, path)

    def key_at(self, *path: Step) -> Span:
        """Where the key at the end of `path` was written."""
        return key_span(self.node, path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a file's templates took, and what they wait for.

    `filled` are environment variables and inputs, by name; `waiting` is what only the
    outputs of build and push steps will fill in, `outputs` what those are called by, and
    `step_ids` what the steps are.
    """

    filled: Values[str, str]
    waiting: tuple[Waiting, ...] = ()
    outputs: frozenset[str] = frozenset()
    step_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One file, with everything laid over it; `server` is the one to which it is pinned.

    `prefix` stands in front of the names of all that it declares and that takes one.
    """

    draft: Draft
    document: Placed[Document]
    deployments: tuple[Placed[Deployment], ...]
    work_pools: tuple[Placed[WorkPool], ...]
    variables: tuple[Placed[Variable], ...]
    concurrency_limits: tuple[Placed[GlobalLimit], ...]
    tag_limits: tuple[Placed[TagLimit], ...]
    blocks: tuple[Placed[Block], ...]
    automations: tuple[Placed[Automation], ...]
    taken: Taken
    server: Node | None = None
    prefix: str = ""

    @property
    def path(self) -> Path:
        """The file's absolute path."""
        return self.draft.path

    @property
    def lenient(self) -> bool:
        """Whether unknown keys are warnings, as in a `prefect.yaml`."""
        return self.draft.lenient

    @property
    def is_asked_for(self) -> bool:
        """Whether the caller named the file, rather than another file."""
        return self.draft.included_by is None

    @property
    def is_understood(self) -> bool:
        """False where deployments were skipped, or may have been."""
        return self.draft.is_understood


def manifest(
    document: Document,
    root: Node,
    *,
    draft: Draft,
    taken: Taken,
    server: Node | None = None,
    prefix: str = "",
) -> Manifest:
    """The manifest of a typed document, with the nodes that it was made from."""
    return Manifest(
        draft=draft,
        document=Placed(document, root),
        deployments=_placed(document.deployments, root, "deployments"),
        work_pools=_placed(document.work_pools, root, "work_pools"),
        variables=_placed(document.variables, root, "variables"),
        concurrency_limits=_placed(document.concurrency_limits, root, "concurrency_limits"),
        tag_limits=_placed(document.tag_limits, root, "tag_limits"),
        blocks=_placed(document.blocks, root, "blocks"),
        automations=_placed(document.automations, root, "automations"),
        taken=taken,
        server=server,
        prefix=prefix,
    )


def _placed(values: list[Part] | None, root: Node, name: str) -> tuple[Placed[Part], ...]:
    listed = root.get(name) if isinstance(root, Mapping) else None
    nodes = listed.items if isinstance(listed, Sequence) else ()
    return tuple(map(Placed, values or (), nodes))


def parameter_sets(
    deployment: Placed[Deployment],
) -> tuple[Placed[Deployment] | Placed[Schedule], ...]:
    """Whatever gives parameters to a deployment's runs: itself, then its schedules."""
    return (deployment, *schedules_of(deployment))


def triggers_of(deployment: Placed[Deployment]) -> tuple[Placed[DeploymentTrigger], ...]:
    """A deployment's triggers, in order."""
    return _placed(deployment.value.triggers, deployment.node, "triggers")


ParameterSet: TypeAlias = Placed[Deployment] | Placed[Schedule] | Placed[DeploymentTrigger]


def all_parameter_sets(deployment: Placed[Deployment]) -> tuple[ParameterSet, ...]:
    """The same, then its triggers, whose parameters are filled in when they fire."""
    return (*parameter_sets(deployment), *triggers_of(deployment))


def parameters_of(deployment: Placed[Deployment]) -> Iterator[tuple[ParameterSet, str, Json]]:
    """Every parameter that is given to a deployment's runs, and by what."""
    for part in all_parameter_sets(deployment):
        yield from ((part, name, value) for name, value in (part.value.parameters or {}).items())


def schedules_of(deployment: Placed[Deployment]) -> tuple[Placed[Schedule], ...]:
    """A deployment's schedules under either key, in order; `schedule: {}` is none."""
    value, node = deployment.value, deployment.node
    placed = _placed(value.schedules, node, "schedules")
    one = node.get("schedule") if isinstance(node, Mapping) else None
    if placed or value.schedule is None or one is None or not value.schedule.model_fields_set:
        return placed
    return (Placed(value.schedule, one),)


def slas_of(deployment: Placed[Deployment]) -> tuple[Placed[Sla], ...]:
    """What is promised of a deployment's runs, in order."""
    return _placed(deployment.value.sla, deployment.node, "sla")


def queues_of(pool: Placed[WorkPool]) -> tuple[Placed[WorkQueue], ...]:
    """A work pool's declared queues, in order."""
    return _placed(pool.value.work_queues, pool.node, "work_queues")


ACTION_KEYS = ("actions", "actions_on_trigger", "actions_on_resolve")


def actions_of(automation: Placed[Automation]) -> tuple[Placed[Action], ...]:
    """Everything that an automation does, under whichever key."""
    return tuple(
        action
        for name in ACTION_KEYS
        for action in _placed(getattr(automation.value, name), automation.node, name)
    )
