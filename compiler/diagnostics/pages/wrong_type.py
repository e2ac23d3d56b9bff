"""A value of another type, or out of the range that its key takes.

What it finds:
    A list where a mapping is meant, a number where text is meant, a value that is not one of
    those allowed, too small or too large; also where a template's result does not fit.

Why it matters:
    The server would refuse it or, worse, take it for something else: `version: 1.10` is the
    number 1.1, and `yes` is true.

Example:
    version: 1.10
    tags: shop

Use instead:
    version: "1.10"
    tags: [shop]

Known limits:
    What YAML made of a value is all that is known: a number that should have been text shows
    only where text is meant. The contents of steps and job variables are not checked.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP102", name="wrong-type", severity=Severity.ERROR, page=__doc__)
