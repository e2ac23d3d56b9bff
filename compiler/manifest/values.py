"""The values of a file one by one, gathered in one walk for all rules that look at each.

Some stand in places that take text and where YAML may have made something else of it:
environment variables, labels, and those job variables and arguments of steps that are names,
tags or versions.  The grammar takes any value there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from compiler.manifest.manifest import Manifest, Placed
from compiler.manifest.model import Deployment
from compiler.manifest.steps import SECTIONS, steps_of
from compiler.source.locate import Step, node_at
from compiler.source.nodes import Mapping, Node, Scalar, Sequence

_JOB_VARIABLES = frozenset({"image", "image_tag", "tag", "version", "namespace", "name"})
_ARGUMENTS = frozenset(
    {"branch", "bucket", "commit_sha", "container", "folder", "image_name", "repository", "tag"}
)
Named = tuple[str, Scalar]


class Part(Enum):
    """What a value is given to."""

    PARAMETERS = auto()
    LABELS = auto()
    JOB_VARIABLES = auto()
    STEPS = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value, and the steps that lead to it from the root of the file."""

    path: tuple[Step, ...]
    scalar: Scalar
    part: Part

    @property
    def name(self) -> str:
        """The nearest name above it."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """`leaves` are all values, in written order.

    `variables` are the environment variables of runs and steps, by name; `texts` these and
    all others that should be text.
    """

    leaves: tuple[Leaf, ...]
    variables: tuple[Named, ...]
    texts: tuple[Named, ...]


def values_of(manifest: Manifest) -> Values:
    """The values of a file, with everything laid over it."""
    variables = tuple(_variables(manifest))
    leaves: list[Leaf] = []
    _gather(manifest.document.node, (), Part.OTHER, leaves)
    return Values(
        leaves=tuple(leaves),
        variables=variables,
        texts=(*variables, *_other_texts(manifest)),
    )


_PARTS = {
    "parameters": Part.PARAMETERS,
    "labels": Part.LABELS,
    "job_variables": Part.JOB_VARIABLES,
    **dict.fromkeys(SECTIONS, Part.STEPS),
}
_HOLDS_DEPLOYMENTS = "deployments"


def _gather(node: Node, path: tuple[Step, ...], part: Part, found: list[Leaf]) -> None:
    match node:
        case Scalar():
            found.append(Leaf(path, node, part))
        case Sequence(items):
            for place, item in enumerate(items):
                _gather(item, (*path, place), part, found)
        case Mapping():
            for name, item in node:
                inside = part if part is not Part.OTHER else _part(name, path)
                _gather(item, (*path, name), inside, found)


def _part(name: str, path: tuple[Step, ...]) -> Part:
    """What the values below a key are given to: of a deployment, or steps for all of them."""
    is_looked_at = path[0] == _HOLDS_DEPLOYMENTS if path else name in SECTIONS
    return _PARTS.get(name, Part.OTHER) if is_looked_at else Part.OTHER


def _variables(manifest: Manifest) -> Iterator[Named]:
    for deployment in manifest.deployments:
        yield from _named(node_at(deployment.node, ("work_pool", "job_variables", "env")))
    for step in steps_of(manifest):
        yield from _named(step.inputs.get("env"))


def _other_texts(manifest: Manifest) -> Iterator[Named]:
    for deployment in manifest.deployments:
        yield from _named(node_at(deployment.node, ("labels",)))
        jobs = job_variables(deployment)
        yield from (one for one in _named(jobs) if one[0] in _JOB_VARIABLES)
    for step in steps_of(manifest):
        yield from (one for one in _named(step.inputs) if one[0] in _ARGUMENTS)


def job_variables(deployment: Placed[Deployment]) -> Node | None:
    """The deployment's job variables as they are written."""
    return node_at(deployment.node, ("work_pool", "job_variables"))


def _named(node: Node | None) -> Iterator[Named]:
    """Names and scalars of a mapping, or of a list of `{name: …, value: …}`."""
    match node:
        case Mapping():
            yield from ((name, item) for name, item in node if isinstance(item, Scalar))
        case Sequence(items):
            for item in items:
                value = item.get("value") if isinstance(item, Mapping) else None
                name = item.get("name") if isinstance(item, Mapping) else None
                if isinstance(value, Scalar) and isinstance(name, Scalar):
                    yield str(name.value), value
        case _:
            return
