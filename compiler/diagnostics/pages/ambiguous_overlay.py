"""An environment, or `--set`, names a deployment of which there are several.

What it finds:
    A deployment in the chosen environment, or in `--set`, whose name several deployments
    have, of different flows.

Why it matters:
    Which of them is meant cannot be known.

Example:
    $ deploy --set deployments.nightly.paused=true

Use instead:
    $ deploy --set deployments.etl/nightly.paused=true

Known limits:
    A flow is known by its `flow_name`, or by its function (`load_orders` or `load-orders`):
    sources are not read for this. An `entrypoint` in the environment tells them apart too.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP309", name="ambiguous-overlay", severity=Severity.ERROR, page=__doc__)
