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

import json

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Manifest
from compiler.manifest.written import is_plain, leaves, replaced

RULE = Rule(code="DEP013", name="curly-quotes", severity=Severity.WARNING, page=__doc__)
_OPENING, _CLOSING = "“”„‘’‚«", "“”‘’»"


def check(manifest: Manifest, report: Report) -> None:
    """Report values that begin and end with a typographic quote."""
    for _, scalar in leaves(manifest.document.node):
        text = scalar.text
        if len(text) < 2 or text[0] not in _OPENING or text[-1] not in _CLOSING:
            continue
        inner = json.dumps(text[1:-1], ensure_ascii=False)
        report.add(
            RULE,
            f"the quotes of {text} are part of the value",
            scalar.span,
            hint="YAML's quotes are \" and '",
            fix=replaced(scalar.span, inner) if is_plain(scalar) else None,
        )
