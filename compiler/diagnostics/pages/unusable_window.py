"""A window that nobody can tell the times of.

What it finds:
    A `cron` that cannot be read, or a `timezone` that is no IANA name, in the `windows` of a
    stack.

Why it matters:
    A window says when may be written. One that is misread would let changes through at the
    wrong time, or never.

Example:
    # controller.yaml
    stacks:
      - name: shop
        repository: https://example.com/shop/flows.git
        windows: [{cron: "0 25 * * *", duration: 3600}]

Use instead:
    # controller.yaml
    stacks:
      - name: shop
        repository: https://example.com/shop/flows.git
        windows: [{cron: "0 22 * * *", duration: 3600, timezone: Europe/Berlin}]

Known limits:
    A window that opens on no day of any calendar is not found.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP805", name="unusable-window", severity=Severity.ERROR, page=__doc__)
