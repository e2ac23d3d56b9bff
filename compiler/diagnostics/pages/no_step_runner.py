"""There are steps to run, and nothing to run them with.

What it finds:
    `build` or `push` steps, where Prefect cannot be imported by the Python that would run them.

Why it matters:
    Steps are run by Prefect's own step runner, in a process of their own. Without it they do
    not run, and what they put out stays unknown. Nothing was written.

Example:
    $ deploy -f deploy.yaml

Use instead:
    $ pip install 'prefect-reconciler[embedded]'

Known limits:
    `DEPLOY_STEPS_PYTHON` names another Python, such as that of the flows' environment. A
    pipeline that builds elsewhere says `--no-build --set-output build-image.image=…`.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP636", name="no-step-runner", severity=Severity.ERROR, page=__doc__)
