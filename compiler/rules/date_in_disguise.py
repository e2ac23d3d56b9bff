"""A text that YAML reads as a date and writes in another way.

What it finds:
    A date with a time, without quotes, that is not written as YAML keeps it, such as
    `2026-01-31 09:00:00`, where text is meant or a parameter is given.

Why it matters:
    The value that is stored and given to the flow is another text than the file's:
    `2026-01-31 09:00:00` becomes `2026-01-31T09:00:00`.

Example:
    parameters:
      source: 2026-01-31 09:00:00

Use instead:
    parameters:
      source: "2026-01-31 09:00:00"

Known limits:
    `2026-01-31` keeps its form and is not reported.
"""

from collections.abc import Iterator

from compiler.diagnostics import Report, Rule, Safety, Severity
from compiler.manifest.manifest import Manifest, parameter_sets
from compiler.manifest.texts import texts_of
from compiler.manifest.written import date_in_disguise, in_quotes, is_template, leaves
from compiler.source.nodes import Mapping, Scalar

RULE = Rule(code="DEP011", name="date-in-disguise", severity=Severity.WARNING, page=__doc__)


def check(manifest: Manifest, report: Report) -> None:
    """Report dates that are kept in another form than they were written in."""
    for scalar in _dates(manifest):
        report.add(
            RULE,
            f"YAML reads {scalar.text!r} as the date {scalar.value}",
            scalar.span,
            hint="put it in quotes if it should stay as it is written",
            fix=in_quotes(scalar, safety=Safety.UNSAFE),
        )


def _dates(manifest: Manifest) -> Iterator[Scalar]:
    scalars = [scalar for _, scalar in texts_of(manifest)]
    for deployment in manifest.deployments:
        for part in parameter_sets(deployment):
            given = part.node.get("parameters") if isinstance(part.node, Mapping) else None
            if given is not None:
                scalars += [scalar for _, scalar in leaves(given)]
    yield from (each for each in scalars if date_in_disguise(each) and not is_template(each))
