"""A block without a value that its type needs.

What it finds:
    A block whose `data` lacks a key that the schema of its type requires.

Why it matters:
    The server takes it; whoever loads the block fails.

Example:
    blocks:
      - {name: hook, type: slack-webhook, data: {notify_type: failure}}

Use instead:
    blocks:
      - {name: hook, type: slack-webhook, data: {url: {$file: slack-url}}}

Known limits:
    It takes a server, so `deploy validate` does not find it. The newest schema that the server
    has of the type counts.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP624", name="missing-block-value", severity=Severity.ERROR, page=__doc__)
