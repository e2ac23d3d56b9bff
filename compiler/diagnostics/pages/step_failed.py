"""A step of `build` or `push` failed.

What it finds:
    A step that could not be found, could not be started, or ended with an error. What it
    printed stands above, and the step's line is shown.

Why it matters:
    All steps run before anything is written, and none runs after one that failed: nothing was
    written to the server, for no deployment.

Example:
    $ deploy -f deploy.yaml

Use instead:
    $ deploy -f deploy.yaml --select name:nightly

Known limits:
    What earlier steps have done outside of the server, such as an image that was pushed, stays.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP635", name="step-failed", severity=Severity.ERROR, page=__doc__)
