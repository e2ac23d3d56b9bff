"""A branch that lacks what its base has.

What it finds:
    A checkout of a branch, or of a pull request, without commits that the remote's default
    branch, or the branch that the request is for, has.

Why it matters:
    What was merged meanwhile is not in these files: an apply takes it back.

Example:
    $ git switch feature && deploy

Use instead:
    $ git fetch && git rebase origin/main
    $ deploy --strict-git          # an error, for pipelines

Known limits:
    What the remote has is known from the last fetch; a clone without its history (`--depth`), or
    without the base, does not know it. It is a warning without `--strict-git`. A commit that is
    checked out by its hash or tag is meant as it is.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP445", name="behind-remote", severity=Severity.WARNING, page=__doc__)
