"""Workers will not run the code that was looked at.

What it finds:
    Deployments whose `pull` clones this very repository, while its working tree has changes
    that are not committed, or its commit is on no branch of the remote.

Why it matters:
    Parameters and schemas are read from the files here; workers clone the remote. A flow that
    is not there yet fails at its next run, or an older one runs.

Example:
    pull:
      - prefect.deployments.steps.git_clone: {repository: https://example.com/shop/flows.git}

Use instead:
    $ git commit --all && git push
    $ deploy --strict-git          # an error, for pipelines

Known limits:
    What the remote has is known from the last fetch. Files that Git does not track are not
    looked at, nor whether the step clones another branch. It is a warning without `--strict-git`.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP614", name="not-pushed", severity=Severity.WARNING, page=__doc__)
