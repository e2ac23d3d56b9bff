"""There is no stack of that name to move things from.

What it finds:
    `deploy adopt --from-stack NAME` where the server has neither a memory of that stack nor
    a deployment with its tag.

Why it matters:
    A misspelt name would leave everything where it is, and the next apply would be refused
    for things that belong to the other stack.

Example:
    $ deploy adopt --from-stack shp

Use instead:
    $ deploy adopt --from-stack shop

Known limits:
    A stack that owns nothing any more is known as long as its memory is on the server.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP613", name="unknown-stack", severity=Severity.ERROR, page=__doc__)
