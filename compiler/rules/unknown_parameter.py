"""A parameter that the flow does not have.

What it finds:
    A name under `parameters`, of a deployment or one of its schedules or triggers, that
    the flow's function does not take. The function's parameters are shown.

Why it matters:
    Each run would fail before it begins, since its function takes no such argument.

Example:
    parameters:
      retries: 5

Use instead:
    parameters:
      retry: 5

Known limits:
    A flow with `**kwargs` takes anything, as does one whose function cannot be seen. That a
    required parameter is missing is DEP404.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.entrypoints.read import Declared
from compiler.manifest.fitting import properties_of
from compiler.manifest.manifest import all_parameter_sets
from compiler.manifest.misspelt import misspelt

RULE = Rule(
    code="DEP403", name="unknown-parameter", severity=Severity.ERROR, page=__doc__, is_opinion=True
)


def check(declared: Declared, report: Report) -> None:
    """Report parameters, a schedule's or trigger's too, that the flow's function does not take."""
    reading = declared.reading
    if reading is None or reading.flow is None or reading.flow.takes_any:
        return
    known = properties_of(reading.flow.parameter_schema)
    for part in all_parameter_sets(declared.deployment):
        given = part.value.parameters or {}
        for name, near, fix in misspelt(part.node, ("parameters",), given, known):
            report.add(
                RULE,
                f"{name!r} is no parameter of the flow {reading.flow_name!r}",
                part.key_at("parameters", name),
                hint=f"did you mean {near!r}?" if near else None,
                fix=fix,
                related=reading.definition(),
            )
