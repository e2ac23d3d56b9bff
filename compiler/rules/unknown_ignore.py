"""A path of `ignore` names no value of a deployment.

What it finds:
    A path in `ignore` or `policy.ignore` whose keys are not those of a deployment, or a text
    that is no path.

Why it matters:
    What is misspelt is not ignored: the next apply puts the value back that was to be left to
    the server.

Example:
    ignore: [paramters.source]

Use instead:
    ignore: [parameters.source]
    parameters: {source: web}

Known limits:
    Below `parameters` and `job_variables` any key is one. A key that has a dot or a bracket in
    it is put in quotes: `parameters["a.b"]`. Items of a list have no paths: it is left to the
    server as a whole, or not at all.
"""

from collections.abc import Iterable

from compiler.diagnostics import Report, Rule, Severity
from compiler.diagnostics.spelling import nearest
from compiler.manifest.ignoring import DEPLOYMENT, NEVER, Entry, Steps, Stranger, server_paths

RULE = Rule(code="DEP234", name="unknown-ignore", severity=Severity.ERROR, page=__doc__)


def check(entries: Iterable[Entry], report: Report) -> None:
    """Report paths that lead nowhere."""
    for entry in entries:
        if entry.steps is None:
            hint = 'write keys with dots between them: parameters.rows, parameters["a.b"]'
            report.add(RULE, f"{entry.text!r} is no path", entry.at, hint=hint)
            continue
        found = server_paths(entry.steps)
        if isinstance(found, Stranger) and entry.steps[0] not in NEVER:
            _refuse(entry, entry.steps, found, report)


def _refuse(entry: Entry, steps: Steps, found: Stranger, report: Report) -> None:
    wrong, around = steps[found.place], ".".join(steps[: found.place])
    what = repr(around) if around else "a deployment"
    report.add(
        RULE, f"{what} has no {wrong!r} to ignore", entry.at, hint=_hint(wrong, around, found)
    )


def _hint(wrong: str, around: str, found: Stranger) -> str:
    inside = next((name for name, part in DEPLOYMENT.keys.items() if wrong in part.keys), None)
    if not around and inside is not None:
        return f"did you mean '{inside}.{wrong}'?"
    near = nearest(wrong, found.known)
    if near:
        return f"did you mean '{around}.{near[0]}'?" if around else f"did you mean {near[0]!r}?"
    if not found.known:
        return f"ignore all of {around!r}"
    return f"it can be: {', '.join(found.known)}"
