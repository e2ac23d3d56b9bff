"""A base job template that the server refuses.

What it finds:
    A template without `job_configuration` or without `variables`, one whose configuration has a
    placeholder that is no variable, and a default that does not fit its own variable.

Why it matters:
    The server refuses to make the pool.

Example:
    work_pools:
      - name: local
        base_job_template:
          job_configuration: {image: "{{ imagee }}"}
          variables: {properties: {image: {type: string}}}

Use instead:
    work_pools:
      - name: local
        base_job_template:
          job_configuration: {image: "{{ image }}"}
          variables: {properties: {image: {type: string}}}

Known limits:
    A reference to a block or a variable can be the default of a variable, not stand in the
    configuration itself; such a default is not checked. An empty template is taken, and
    filled in by the first worker.
"""

import json
import re
from collections.abc import Iterator, Mapping

from compiler.desired.json import Json
from compiler.diagnostics import Report, Rule, Severity
from compiler.diagnostics.spelling import nearest
from compiler.manifest.fitting import misfits, properties_of
from compiler.manifest.manifest import Placed
from compiler.manifest.model import WorkPool

RULE = Rule(code="DEP510", name="job-template", severity=Severity.ERROR, page=__doc__)
_PLACEHOLDER = re.compile(r"\{\{\s*([\w.\-\[\]$]+)\s*\}\}")
_PARTS = ("job_configuration", "variables")


def check(template: Json, pool: Placed[WorkPool], report: Report) -> None:
    """Report what the server would refuse in the template of a pool."""
    if not isinstance(template, Mapping) or not template:
        return
    at = pool.at("base_job_template")
    missing = [name for name in _PARTS if not template.get(name)]
    if missing:
        report.add(RULE, f"a base job template needs {' and '.join(map(repr, missing))}", at)
        return
    variables = template["variables"]
    known = properties_of(variables)
    for message, hint in (
        *_undeclared(template["job_configuration"], known),
        *_defaults(variables, known),
    ):
        report.add(RULE, message, at, hint=hint)


def _undeclared(configuration: Json, known: Mapping[str, Json]) -> Iterator[tuple[str, str | None]]:
    found = _PLACEHOLDER.findall(json.dumps(configuration))
    for name in dict.fromkeys(found):
        if name in known:
            continue
        near = nearest(name, known)
        hint = f"did you mean {near[0]!r}?" if near else "add it to the properties of 'variables'"
        yield f"the template uses {name!r}, which is none of its variables", hint


def _defaults(variables: Json, known: Mapping[str, Json]) -> Iterator[tuple[str, str | None]]:
    within = variables if isinstance(variables, Mapping) else {}
    for name, part in known.items():
        default = part.get("default") if isinstance(part, Mapping) else None
        if default is None or (isinstance(default, Mapping) and "$ref" in default):
            continue
        if misfits(part, default, within=within):
            yield f"the default of the variable {name!r} does not fit it", None
