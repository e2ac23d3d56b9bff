"""An address that is no repository's.

What it finds:
    A `-f` that begins with `git+` and names no repository, or has a name or a password in it.

Why it matters:
    Everybody on a machine can read the arguments of its processes, and pipelines print them.

Example:
    $ deploy -f "git+https://ci:$TOKEN@example.com/shop/flows.git@main"

Use instead:
    $ export DEPLOY_GIT_TOKEN=$TOKEN
    $ deploy -f "git+https://example.com/shop/flows.git@main#etl/deploy.yaml"

Known limits:
    `https`, `http`, `ssh` and `file` are taken. An `@` in a repository's own path is written `%40`.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP439", name="repository-address", severity=Severity.ERROR, page=__doc__)
