"""The plan that was approved is not the plan of now.

What it finds:
    A saved plan whose objects have moved on the server since it was made, or that would
    come out differently today; a plan that does not have the digest given with `--expect`.

Why it matters:
    What was looked at and approved is what is applied, or nothing is.

Example:
    $ deploy plan --out plan.json
    $ deploy apply plan.json        # after somebody has changed a deployment by hand

Use instead:
    $ deploy plan --out plan.json   # look at it, approve it anew
    $ deploy apply plan.json

Known limits:
    The digest leaves out versions, commits, run impact and times: the same change from another
    commit is the same change.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP603", name="stale-plan", severity=Severity.ERROR, page=__doc__)
