"""A variable in the way of a shell, which nothing fills in.

What it finds:
    `$NAME` or `${NAME}` where no shell will ever see it: in names, tags, versions, entrypoints,
    parameters, the image of a job, and the arguments of Prefect's pull steps.

Why it matters:
    Prefect keeps it as it is written: the tag is `$STAGE`, and the image is called
    `shop/flows:${TAG}`.

Example:
    tags: ["stage:${STAGE}"]

Use instead:
    tags: ["stage:{{ $STAGE | default('test') }}"]

Known limits:
    Scripts, commands and environment variables are left alone: there a shell may fill it in. So
    are descriptions, and `$NAME` in the middle of a parameter's text.
"""

import re
from collections.abc import Iterator

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Manifest, Placed, parameter_sets
from compiler.manifest.model import Deployment
from compiler.manifest.step_functions import CORE
from compiler.manifest.steps import steps_of
from compiler.manifest.texts import job_variables
from compiler.manifest.written import leaves, replaced
from compiler.source.locate import node_at
from compiler.source.nodes import Node, Scalar

RULE = Rule(code="DEP310", name="shell-variable", severity=Severity.WARNING, page=__doc__)
_NAME = re.compile(
    r"(?<!\{ )(?<![\w$\\{])\$(?:\{(?P<braced>[A-Z_][A-Z0-9_]*)\}|"
    r"(?P<bare>[A-Z_][A-Z0-9_]*)\b)"
)
_KEYS = ("name", "entrypoint", "flow_name", "version", "tags")
_OF_POOL = ("name", "work_queue_name")
_OF_JOB = ("image", "namespace", "working_dir", "service_account_name")
_STEPS = frozenset({f"{CORE}.git_clone", f"{CORE}.set_working_directory"})


def check(manifest: Manifest, report: Report) -> None:
    """Report shell variables in places that are kept as they are written."""
    for scalar in _places(manifest):
        text = scalar.text
        found = _NAME.search(text)
        if found is None or "{{" in text:
            continue
        name = found["braced"] or found["bare"]
        in_braces = _NAME.sub(lambda one: f"{{{{ ${one['braced'] or one['bare']} }}}}", text)
        report.add(
            RULE,
            f"nothing fills in '{found[0]}' here: it stays as it is written",
            scalar.span,
            hint=f"write {{{{ ${name} }}}}",
            fix=replaced(scalar.span, f'"{in_braces}"') if '"' not in text else None,
        )


def _places(manifest: Manifest) -> Iterator[Scalar]:
    for deployment in manifest.deployments:
        for name in _KEYS:
            yield from _scalars(node_at(deployment.node, (name,)))
        for name in _OF_POOL:
            yield from _scalars(node_at(deployment.node, ("work_pool", name)))
        for name in _OF_JOB:
            jobs = job_variables(deployment)
            yield from _scalars(node_at(jobs, (name,)) if jobs is not None else None)
        yield from _parameters(deployment)
    for step in steps_of(manifest):
        if step.function in _STEPS:
            yield from _scalars(step.inputs)


def _parameters(deployment: Placed[Deployment]) -> Iterator[Scalar]:
    """Parameters that are a variable and nothing else."""
    for part in parameter_sets(deployment):
        for scalar in _scalars(node_at(part.node, ("parameters",))):
            if _NAME.fullmatch(scalar.text):
                yield scalar


def _scalars(node: Node | None) -> Iterator[Scalar]:
    return (scalar for _, scalar in leaves(node)) if node is not None else iter(())
