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

from compiler.diagnostics import Report, Rule, Safety, Severity
from compiler.manifest.values import Values
from compiler.manifest.written import boolean_in_disguise, number_in_disguise
from compiler.source.mend import in_quotes

RULE = Rule(code="DEP515", name="env-not-text", severity=Severity.WARNING, page=__doc__)


def check(values: Values, report: Report) -> None:
    """Report environment variables that are numbers or booleans."""
    for name, scalar in values.variables:
        if not isinstance(scalar.value, bool | int | float):
            continue
        if boolean_in_disguise(scalar) or number_in_disguise(scalar):
            continue
        report.add(
            RULE,
            f"the environment variable {name!r} should be text",
            scalar.span,
            hint=f'put it in quotes: "{scalar.text}"',
            fix=in_quotes(scalar, Safety.SAFE),
        )
