"""A value that the type of its block does not know.

What it finds:
    A key in the `data` of a block that the schema of its type does not have.

Why it matters:
    The server keeps it, and nobody reads it: it is probably misspelt.

Example:
    blocks:
      - {name: hook, type: slack-webhook, data: {url: {$file: slack-url}, notify_typ: failure}}

Use instead:
    blocks:
      - {name: hook, type: slack-webhook, data: {url: {$file: slack-url}, notify_type: failure}}

Known limits:
    It takes a server, so `deploy validate` does not find it. Only keys at the top of the data
    are looked at.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP625", name="idle-block-value", severity=Severity.WARNING, page=__doc__)
