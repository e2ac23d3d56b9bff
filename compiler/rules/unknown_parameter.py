"""A parameter that the flow does not have.

What it finds:
    A name under `parameters`, of a deployment or one of its schedules, that the flow's
    function does not take. The function's parameters are shown.

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

from collections.abc import Mapping

from compiler.desired.json import Json
from compiler.diagnostics import Label, Report, Rule, Severity
from compiler.diagnostics.spelling import nearest
from compiler.entrypoints.read import Declared
from compiler.manifest.manifest import parameter_sets
from compiler.source.mend import renamed

RULE = Rule(
    code="DEP403", name="unknown-parameter", severity=Severity.ERROR, page=__doc__, is_opinion=True
)


def check(declared: Declared, report: Report) -> None:
    """Report parameters, a schedule's too, that the flow's function does not take."""
    reading = declared.reading
    if reading is None or reading.flow is None or reading.flow.takes_any:
        return
    known = _names(reading.flow.parameter_schema)
    defined = reading.defined_at()
    label = "defined here: " + reading.flow.signature
    for part in parameter_sets(declared.deployment):
        for name in part.value.parameters or {}:
            if name in known:
                continue
            near = nearest(name, known)
            hint = f"did you mean {near[0]!r}?" if near else None
            report.add(
                RULE,
                f"{name!r} is no parameter of the flow {reading.flow_name!r}",
                part.key_at("parameters", name),
                hint=hint,
                fix=renamed(part.node, ("parameters", name), near[0]) if near else None,
                related=[Label(defined, label)] if defined else [],
            )


def _names(schema: Mapping[str, Json]) -> tuple[str, ...]:
    properties = schema.get("properties")
    return tuple(properties) if isinstance(properties, Mapping) else ()
