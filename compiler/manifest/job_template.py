"""What the server would refuse in a base job template.

Source: prefect.server.models.workers and prefect.server.schemas.core.
"""

import json
import re
from collections.abc import Iterator, Mapping

from compiler.desired.json import Json
from compiler.diagnostics.spelling import nearest
from compiler.manifest.fitting import misfits, properties_of

PARTS = ("job_configuration", "variables")
_PLACEHOLDER = re.compile(r"\{\{\s*([\w.\-\[\]$]+)\s*\}\}")


def flaws(template: Json) -> Iterator[tuple[str, str | None]]:
    """What is wrong with a template, each with a hint or None; an empty one is right."""
    if not isinstance(template, Mapping) or not template:
        return
    missing = [name for name in PARTS if not template.get(name)]
    if missing:
        yield f"a base job template needs {' and '.join(map(repr, missing))}", None
        return
    variables = template["variables"]
    known = properties_of(variables)
    yield from _undeclared(template["job_configuration"], known)
    yield from _defaults(variables, known)


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
