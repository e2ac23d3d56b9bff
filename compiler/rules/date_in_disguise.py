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
from itertools import chain

from compiler.diagnostics import Report, Rule, Safety, Severity
from compiler.manifest.values import Part, Values
from compiler.manifest.written import date_in_disguise
from compiler.source.mend import in_quotes
from compiler.source.nodes import Scalar

RULE = Rule(code="DEP011", name="date-in-disguise", severity=Severity.WARNING, page=__doc__)


def check(values: Values, report: Report) -> None:
    """Report dates that are kept in another form than they were written in."""
    for scalar in _dates(values):
        report.add(
            RULE,
            f"YAML reads {scalar.text!r} as the date {scalar.value}",
            scalar.span,
            hint="put it in quotes if it should stay as it is written",
            fix=in_quotes(scalar, Safety.UNSAFE),
        )


def _dates(values: Values) -> Iterator[Scalar]:
    texts = (scalar for _, scalar in values.texts)
    given = (leaf.scalar for leaf in values.leaves if leaf.part is Part.PARAMETERS)
    yield from filter(date_in_disguise, chain(texts, given))
