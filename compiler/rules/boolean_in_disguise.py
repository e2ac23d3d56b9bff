"""A word that YAML reads as true or false.

What it finds:
    `yes`, `no`, `on` or `off` without quotes where text or anything at all may stand: in
    environment variables, labels, and the arguments of steps that take text.

Why it matters:
    YAML's old types make booleans of these words: the country code `no` becomes false, and
    a variable that should be `on` becomes `True` or is refused by the server.

Example:
    labels: {country: no}

Use instead:
    labels: {country: "no"}

Known limits:
    Where true or false is meant, such as `active: yes`, nothing is found. In `parameters`
    the flow's types are known, and DEP405 says it.
"""

from compiler.diagnostics import Report, Rule, Safety, Severity
from compiler.manifest.values import Values
from compiler.manifest.written import boolean_in_disguise
from compiler.source.mend import in_quotes

RULE = Rule(code="DEP004", name="boolean-in-disguise", severity=Severity.WARNING, page=__doc__)


def check(values: Values, report: Report) -> None:
    """Report words that became booleans where text is meant."""
    for name, scalar in values.texts:
        if boolean_in_disguise(scalar):
            read = "true" if scalar.value else "false"
            report.add(
                RULE,
                f"YAML reads {scalar.text!r} as {read}, and {name!r} should be text",
                scalar.span,
                hint=f'put it in quotes: "{scalar.text}"',
                fix=in_quotes(scalar, Safety.UNSAFE),
            )
