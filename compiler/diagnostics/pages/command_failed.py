"""A command that does not say a value of a block.

What it finds:
    A `$command` that is not found, ends with another exit code than 0, takes longer than its
    `timeout`, or says nothing, no UTF-8 text, or, with `as: json`, no JSON.

Why it matters:
    The block would be written without its value.

Example:
    blocks:
      - name: shop
        type: secret
        data: {value: {$command: [vault, kv, get, -field=tokne, secret/shop]}}

Use instead:
    blocks:
      - name: shop
        type: secret
        data: {value: {$command: [vault, kv, get, -field=token, secret/shop]}}

Known limits:
    What the command says on standard error is not shown, since it may hold a secret: run it by
    hand to see it. Commands are run when a plan is made, each once, and never by
    `deploy validate` and `deploy render`.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP324", name="command-failed", severity=Severity.ERROR, page=__doc__)
