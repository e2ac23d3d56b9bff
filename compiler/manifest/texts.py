"""Places that take text and where YAML may have made something else of it.

Environment variables, labels, and those job variables and arguments of steps that are
names, tags or versions.  The grammar takes any value there.
"""

from collections.abc import Iterator

from compiler.manifest.manifest import Manifest, Placed
from compiler.manifest.model import Deployment
from compiler.manifest.steps import Step, steps_of
from compiler.manifest.written import texts_of_mapping
from compiler.source.nodes import Mapping, Node, Scalar

_JOB_VARIABLES = frozenset({"image", "image_tag", "tag", "version", "namespace", "name"})
_ARGUMENTS = frozenset(
    {"branch", "bucket", "commit_sha", "container", "folder", "image_name", "repository", "tag"}
)


def texts_of(manifest: Manifest) -> Iterator[tuple[str, Scalar]]:
    """Each value that should be text, with its name."""
    for deployment in manifest.deployments:
        yield from variables_of(deployment)
        yield from texts_of_mapping(_get(deployment.node, "labels"))
        jobs = job_variables(deployment)
        yield from _named(jobs, _JOB_VARIABLES)
    for step in steps_of(manifest):
        yield from environment_of(step)
        yield from _named(step.inputs, _ARGUMENTS)


def variables_of(deployment: Placed[Deployment]) -> Iterator[tuple[str, Scalar]]:
    """The environment variables of a deployment's runs."""
    yield from texts_of_mapping(_get(job_variables(deployment), "env"))


def environment_of(step: Step) -> Iterator[tuple[str, Scalar]]:
    """The environment variables of a step."""
    yield from texts_of_mapping(step.inputs.get("env"))


def job_variables(deployment: Placed[Deployment]) -> Node | None:
    """The deployment's job variables as they are written."""
    return _get(_get(deployment.node, "work_pool"), "job_variables")


def _named(node: Node | None, names: frozenset[str]) -> Iterator[tuple[str, Scalar]]:
    yield from ((name, item) for name, item in texts_of_mapping(node) if name in names)


def _get(node: Node | None, name: str) -> Node | None:
    return node.get(name) if isinstance(node, Mapping) else None
