"""A reference among the parameters that scheduled runs are given as it stands.

What it finds:
    A value with `__prefect_kind` among the parameters of an active schedule, or of a deployment
    that has one.

Why it matters:
    The server fills such references in when a run is asked for, not when its scheduler makes
    one: the flow is then given the mapping instead of the value, and fails or goes wrong.

Example:
    parameters:
      source: {__prefect_kind: workspace_variable, variable_name: source}
    schedules:
      - cron: "0 3 * * *"

Use instead:
    parameters:
      source: web
    schedules:
      - cron: "0 3 * * *"

Known limits:
    A reference that a schedule's own parameters replace is not reported.
"""

from collections.abc import Mapping

from compiler.desired.json import Json
from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed, schedules_of
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP422", name="unfilled-reference", severity=Severity.WARNING, page=__doc__)


def check(deployment: Placed[Deployment], report: Report) -> None:
    """Report references that no scheduled run would see filled in."""
    common = deployment.value.parameters or {}
    for schedule in schedules_of(deployment):
        if schedule.value.active is False:
            continue
        own = schedule.value.parameters or {}
        for name, value in {**common, **own}.items():
            if _is_reference(value):
                part = schedule if name in own else deployment
                report.add(
                    RULE,
                    f"scheduled runs are given {name!r} as it stands, not filled in",
                    part.key_at("parameters", name),
                    hint="give the value, or read the variable in the flow",
                )


def _is_reference(value: Json) -> bool:
    return isinstance(value, Mapping) and "__prefect_kind" in value
