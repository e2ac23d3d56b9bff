"""The secret of the webhooks, or the token of the page, stands in the file.

What it finds:
    A `webhook.secret` or a `token` that is not taken from an environment variable.

Why it matters:
    Whoever can read the file could sign deliveries, or suspend stacks, and a controller's file
    is often in a repository itself.

Example:
    # controller.yaml
    webhook: {secret: hunter2-and-more}
    stacks:
      - {name: shop, repository: "https://example.com/shop/flows.git"}

Use instead:
    # controller.yaml
    webhook: {secret: "{{ $WEBHOOK_SECRET | default('only for this example') }}"}
    stacks:
      - {name: shop, repository: "https://example.com/shop/flows.git"}

Known limits:
    A `default` is not looked at. Leave it out, so that a controller without its secret does not
    start.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP806", name="secret-in-file", severity=Severity.ERROR, page=__doc__)
