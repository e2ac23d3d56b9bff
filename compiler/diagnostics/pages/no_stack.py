"""Nothing says which stack these files are.

What it finds:
    A plan or an apply without a stack: no `stack` in a file, no `--stack`, no `name` in a
    file, and no Git remote to take a name from.

Why it matters:
    The stack's name says what these files own on the server, and what may be deleted when it
    leaves them.

Example:
    $ deploy plan -f deploy.yaml

Use instead:
    $ deploy plan -f deploy.yaml --stack shop-analytics

Known limits:
    `deploy validate` needs no stack. A `name` or a repository's name is made fit: lower case,
    everything but letters and digits becomes `-`.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP106", name="no-stack", severity=Severity.ERROR, page=__doc__)
