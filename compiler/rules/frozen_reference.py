"""A reference among the parameters that the server fills in once.

What it finds:
    A parameter with `__prefect_kind: jinja` or `workspace_variable`.

Why it matters:
    The server fills it in when a deployment is changed and keeps the result: a variable that
    changes later is not seen, and the plan sees another value on the server than in the file.

Example:
    parameters:
      source: {__prefect_kind: workspace_variable, variable_name: source}

Use instead:
    parameters:
      source: web

Known limits:
    At creation the server keeps the reference; it is the first change that freezes it.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP422", name="frozen-reference", severity=Severity.WARNING, page=__doc__)
_FILLED_IN = {"jinja": "template", "workspace_variable": "variable_name"}


def check(deployment: Placed[Deployment], report: Report) -> None:
    """Report references whose value the server keeps in their place."""
    for name, value in (deployment.value.parameters or {}).items():
        if not isinstance(value, dict):
            continue
        needed = _FILLED_IN.get(str(value.get("__prefect_kind")))
        if needed is not None and needed in value:
            report.add(
                RULE,
                f"the server fills in {name!r} once and keeps the result",
                deployment.key_at("parameters", name),
                hint="read the variable in the flow instead",
            )
