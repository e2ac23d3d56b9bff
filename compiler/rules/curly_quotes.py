"""Curly quotes around a value.

What it finds:
    A value between typographic quotes, as word processors and web pages write them.

Why it matters:
    They are no quotes to YAML: they become part of the value, and a deployment is called
    `“nightly”`.

Example:
    deployments:
      - {name: “nightly”, entrypoint: "flows/etl.py:etl"}

Use instead:
    deployments:
      - {name: "nightly", entrypoint: "flows/etl.py:etl"}

Known limits:
    Quotes inside a longer text, such as a description, are left alone.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.values import Values
from compiler.source.mend import respelled

RULE = Rule(code="DEP013", name="curly-quotes", severity=Severity.WARNING, page=__doc__)
_OPENING, _CLOSING = "“”„‘’‚«", "“”‘’»"


def check(values: Values, report: Report) -> None:
    """Report values that begin and end with a typographic quote."""
    for leaf in values.leaves:
        text = leaf.scalar.text
        if len(text) < 2 or text[0] not in _OPENING or text[-1] not in _CLOSING:
            continue
        report.add(
            RULE,
            f"the quotes of {text} are part of the value",
            leaf.scalar.span,
            hint="YAML's quotes are \" and '",
            fix=respelled(leaf.scalar, text, text[1:-1]),
        )
