"""An environment, or `--set`, changes something that is not there.

What it finds:
    A deployment or work pool in the chosen environment, or in `--set`, whose name no file
    declares; and one that could not be a new deployment, as it has no `entrypoint`.

Why it matters:
    What it says would be lost, and the deployment that was meant would stay as it is.

Example:
    $ deploy --set deployments.nigthly.paused=true

Use instead:
    $ deploy --set deployments.nightly.paused=true

Known limits:
    With an `entrypoint` or a `flow_name` it is a deployment that only this environment has.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP308", name="overlay-of-nothing", severity=Severity.ERROR, page=__doc__)
