"""One of Prefect's references among the parameters that cannot be filled in.

What it finds:
    A `__prefect_kind` that is unknown, or that lacks its own key: `value` for `none`, `template`
    for `jinja`, `variable_name` for `workspace_variable`; and a `json` value that is no JSON.

Why it matters:
    Where the server fills it in, it answers 400, or takes the parameter away without a word.

Example:
    parameters:
      source: {__prefect_kind: jinja, value: "{{ flow_run.name }}"}

Use instead:
    parameters:
      source: web

Known limits:
    Whether a variable exists, and what a template refers to, is known only to the server.
"""

import json
from collections.abc import Iterator, Mapping

from compiler.desired.json import Json
from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed, parameter_sets
from compiler.manifest.model import Deployment
from compiler.source.locate import Step

RULE = Rule(code="DEP421", name="unusable-reference", severity=Severity.WARNING, page=__doc__)
_KIND = "__prefect_kind"
_NEEDS = {
    "none": "value",
    "json": "value",
    "jinja": "template",
    "workspace_variable": "variable_name",
}


def check(deployment: Placed[Deployment], report: Report) -> None:
    """Report references that the server cannot fill in."""
    for part in parameter_sets(deployment):
        for path, reference in _references(part.value.parameters or {}, ("parameters",)):
            reason = _complaint(reference)
            if reason is not None:
                report.add(RULE, f"the reference {reason}", part.at(*path))


def _references(
    value: Json, path: tuple[Step, ...]
) -> Iterator[tuple[tuple[Step, ...], Mapping[str, Json]]]:
    match value:
        case Mapping():
            if _KIND in value:
                yield path, value
            for name, item in value.items():
                yield from _references(item, (*path, name))
        case list():
            for place, item in enumerate(value):
                yield from _references(item, (*path, place))
        case _:
            return


def _complaint(reference: Mapping[str, Json]) -> str | None:
    kind = reference[_KIND]
    needed = _NEEDS.get(str(kind))
    if needed is None:
        return f"is of the kind {kind!r}, and there are {', '.join(_NEEDS)}"
    if needed not in reference:
        return f"of the kind {kind!r} has no {needed!r}"
    value = reference[needed]
    if kind == "json" and isinstance(value, str) and not _is_json(value):
        return "of the kind 'json' has a value that is no JSON"
    return None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
