"""A controller cannot listen at this address.

What it finds:
    A `listen` that is not a host and a port.

Why it matters:
    Nothing could ask whether the controller is well, and no webhook would reach it.

Example:
    # controller.yaml
    listen: localhost
    stacks:
      - {name: shop, repository: "https://example.com/shop/flows.git"}

Use instead:
    # controller.yaml
    listen: 127.0.0.1:4280
    stacks:
      - {name: shop, repository: "https://example.com/shop/flows.git"}

Known limits:
    Whether the host is this machine's, and whether the port is free, shows when the controller
    starts.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP802", name="unusable-address", severity=Severity.ERROR, page=__doc__)
