"""An environment variable that is no text.

What it finds:
    A number, true or false as the value of an environment variable, in `job_variables` or in a
    step.

Why it matters:
    Environment variables are text. The templates of Prefect's own work pools say so, and the
    server then refuses the deployment; elsewhere `true` arrives as `True`.

Example:
    work_pool: {name: k8s, job_variables: {env: {PORT: 5432}}}

Use instead:
    work_pool: {name: k8s, job_variables: {env: {PORT: "5432"}}}

Known limits:
    `yes`, `1.10` and the like are DEP004 and DEP010. A null takes a variable away and is left
    alone. It is a warning, since a pool's own template may allow it.
"""

from collections.abc import Iterator

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Manifest
from compiler.manifest.steps import steps_of
from compiler.manifest.texts import environment_of, variables_of
from compiler.manifest.written import boolean_in_disguise, in_quotes, number_in_disguise
from compiler.source.nodes import Scalar

RULE = Rule(code="DEP515", name="env-not-text", severity=Severity.WARNING, page=__doc__)


def check(manifest: Manifest, report: Report) -> None:
    """Report environment variables that are numbers or booleans."""
    for name, scalar in _variables(manifest):
        if not isinstance(scalar.value, bool | int | float):
            continue
        if boolean_in_disguise(scalar) or number_in_disguise(scalar):
            continue
        report.add(
            RULE,
            f"the environment variable {name!r} should be text",
            scalar.span,
            hint=f'put it in quotes: "{scalar.text}"',
            fix=in_quotes(scalar),
        )


def _variables(manifest: Manifest) -> Iterator[tuple[str, Scalar]]:
    for deployment in manifest.deployments:
        yield from variables_of(deployment)
    for step in steps_of(manifest):
        yield from environment_of(step)
