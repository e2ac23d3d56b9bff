"""Aliases or templates make the document grow beyond measure.

What it finds:
    A document whose aliases, written out, are far longer than itself; templates and defaults
    that make far more of the files than is in them; more than twenty inputs each made of the
    next; and what is nested too deeply to be read.

Why it matters:
    A few lines of aliases of aliases, or of inputs made of inputs, can stand for more values
    than there is memory for.

Example:
    definitions:
      a: &a [x, x, x, x, x, x, x, x, x, x]
      b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
      c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
      d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
      e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
      f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]

Use instead:
    definitions:
      a: &a [x, x, x]
      b: [*a, *a]

Known limits:
    Short files may grow to a hundred thousand values, long ones to two values a letter: ten
    thousand deployments that share defaults of a hundred lines stay below it.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP008", name="document-too-large", severity=Severity.ERROR, page=__doc__)
