"""A repository that cannot be read.

What it finds:
    A repository that is not there, refuses these credentials, or does not answer in time.

Why it matters:
    What is not read is not deployed: nothing is planned, and nothing is deleted.

Example:
    $ deploy -f git+https://example.com/shop/flosw.git

Use instead:
    $ deploy -f git+https://example.com/shop/flows.git

Known limits:
    Some hosts say "not found" of what the credentials may not see. Redirections are not
    followed: a token would follow them. The time limit is `DEPLOY_GIT_TIMEOUT`, in seconds.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP441", name="repository-not-read", severity=Severity.ERROR, page=__doc__)
