"""A text that YAML reads as another number.

What it finds:
    A number that is written in another way than YAML keeps it: `1.10` and `1_000` where text
    is meant, and in `parameters` the old base 8 and base 60, `017` and `12:30:00`.

Why it matters:
    `1.10` becomes 1.1, `017` becomes 15, and `12:30:00` becomes 45000. A version, a commit or
    a time of day has then another value than the file seems to say.

Example:
    labels: {release: 1.10}

Use instead:
    labels: {release: "1.10"}

Known limits:
    Other numbers among the parameters are taken as they are meant. What a template makes is
    text and is never changed.
"""

from collections.abc import Iterator

from compiler.diagnostics import Report, Rule, Safety, Severity
from compiler.manifest.values import Part, Values
from compiler.manifest.written import number_in_disguise, odd_number
from compiler.source.mend import in_quotes
from compiler.source.nodes import Scalar

RULE = Rule(code="DEP010", name="number-in-disguise", severity=Severity.WARNING, page=__doc__)


def check(values: Values, report: Report) -> None:
    """Report numbers that are written in another way than they are kept."""
    for scalar in _disguised(values):
        report.add(
            RULE,
            f"YAML reads {scalar.text!r} as the number {scalar.value}",
            scalar.span,
            hint=f'put it in quotes ("{scalar.text}") if it is text',
            fix=in_quotes(scalar, Safety.UNSAFE),
        )


def _disguised(values: Values) -> Iterator[Scalar]:
    yield from (scalar for _, scalar in values.texts if number_in_disguise(scalar))
    for leaf in values.leaves:
        if leaf.part is Part.PARAMETERS and odd_number(leaf.scalar):
            yield leaf.scalar
