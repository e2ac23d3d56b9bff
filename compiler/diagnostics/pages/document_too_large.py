"""Aliases make the document grow beyond measure.

What it finds:
    A document of more than a million values when every alias is written out, or one that is
    nested too deeply to be read.

Why it matters:
    A few lines of aliases of aliases can stand for more values than there is memory for.

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
    The bound is fixed; ten thousand deployments of twenty lines stay well below it.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP008", name="document-too-large", severity=Severity.ERROR, page=__doc__)
