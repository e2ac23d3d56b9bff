"""The stack was last applied from somewhere else.

What it finds:
    A stack whose memory on the server names another Git remote or other root files than this
    run.

Why it matters:
    Two repositories that chose the same stack name would delete each other's deployments at
    every run.

Example:
    $ deploy -f deploy.yaml --stack shop

Use instead:
    $ deploy -f deploy.yaml --stack shop-reports
    $ deploy -f deploy.yaml --stack shop --take-over

Known limits:
    Without a Git remote on either side only the files' paths are compared. A renamed file or
    a moved repository needs `--take-over` once.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP604", name="other-origin", severity=Severity.ERROR, page=__doc__)
