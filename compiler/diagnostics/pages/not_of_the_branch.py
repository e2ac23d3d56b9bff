"""The runs of a preview would not take the code of its branch.

What it finds:
    In `deploy preview up`, a deployment that runs in a work pool, whose pull steps do not clone
    the repository that its file is from, and which has no image of its own.

Why it matters:
    The parameters and schemas of the preview are those of the branch. Its runs would take the
    code from where the pull steps lead, which is another branch, or a folder of a machine.

Example:
    pull:
      - prefect.deployments.steps.set_working_directory: {directory: /srv/flows}

Use instead:
    pull:
      - prefect.deployments.steps.git_clone: {repository: https://example.com/shop/flows.git}

Known limits:
    Whether an image holds the code of the branch cannot be seen: its tag should name the commit.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP639", name="not-of-the-branch", severity=Severity.WARNING, page=__doc__)
