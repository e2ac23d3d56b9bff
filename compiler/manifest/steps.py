"""The steps of `build`, `push` and `pull`, and those that Prefect's own packages have.

A step is a mapping of one key, the function's full name, to its arguments.  `id` and
`requires` stand among the arguments and are not given to the function.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.manifest.manifest import Manifest, Placed
from compiler.manifest.model import Deployment, Document
from compiler.manifest.step_functions import CORE
from compiler.source.nodes import Mapping, Node, Scalar, Sequence

SECTIONS = ("build", "push", "pull")
RESERVED = ("id", "requires")
CLONING = frozenset(
    {
        f"{CORE}.git_clone",
        f"{CORE}.agit_clone",
        f"{CORE}.pull_from_remote_storage",
        f"{CORE}.pull_with_block",
        "prefect_aws.deployments.steps.pull_from_s3",
        "prefect_gcp.deployments.steps.pull_from_gcs",
        "prefect_azure.deployments.steps.pull_from_azure_blob_storage",
    }
)
SET_DIRECTORY = f"{CORE}.set_working_directory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One well-formed step: its function's name, and its arguments."""

    name: Scalar
    inputs: Mapping

    @property
    def function(self) -> str:
        """The function's full name."""
        return str(self.name.value)

    @property
    def id(self) -> Scalar | None:
        """What later steps call its outputs by, if it is text."""
        found = self.inputs.get("id")
        return found if isinstance(found, Scalar) else None


def sections_of(manifest: Manifest) -> Iterator[tuple[str, Node]]:
    """Every list of steps that the file has, with the section's name."""
    yield from sections_in(manifest.document)
    for deployment in manifest.deployments:
        yield from sections_in(deployment)


def sections_in(part: Placed[Document] | Placed[Deployment]) -> Iterator[tuple[str, Node]]:
    """The lists of steps of a document, or of one of its deployments."""
    for name in SECTIONS:
        section = part.node.get(name) if isinstance(part.node, Mapping) else None
        if section is not None:
            yield name, section


def items_of(section: Node) -> tuple[Node, ...]:
    """The steps as they are written: a list of them, or one alone."""
    match section:
        case Sequence(items):
            return items
        case Mapping(entries) if entries:
            return (section,)
        case _:
            return ()


def steps_in(section: Node) -> tuple[Step, ...]:
    """The steps that have the form of one."""
    return tuple(step for item in items_of(section) if (step := _step(item)) is not None)


def steps_of(manifest: Manifest) -> Iterator[Step]:
    """Every well-formed step of the file."""
    for _, section in sections_of(manifest):
        yield from steps_in(section)


def pull_of(deployment: Placed[Deployment], document: Placed[Document]) -> tuple[Step, ...]:
    """The steps by which a worker gets the deployment's code; none where none are given."""
    sections = {**dict(sections_in(document)), **dict(sections_in(deployment))}
    return steps_in(sections["pull"]) if "pull" in sections else ()


def begins_in_a_clone(steps: tuple[Step, ...]) -> bool:
    """Whether a worker gets the code from elsewhere and begins in its root."""
    names = {step.function for step in steps}
    return not CLONING.isdisjoint(names) and SET_DIRECTORY not in names


def _step(item: Node) -> Step | None:
    if not isinstance(item, Mapping) or len(item.entries) != 1:
        return None
    name, inputs = item.entries[0]
    return Step(name=name, inputs=inputs) if isinstance(inputs, Mapping) else None
