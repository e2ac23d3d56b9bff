"""Something has changed on the server between the plan and its apply.

What it finds:
    A thing that is about to be written and is not as the plan saw it: somebody
    has changed it, deleted it, or made it in the meantime.

Why it matters:
    The plan that was shown, or approved, is about another state.  Writing all
    the same would overwrite a colleague's change unseen.  The server has no
    conditional writes, so everything is looked at once more just before.  Running
    again shows what has changed, and whose doing it is; the other steps of the plan
    were carried out, and nothing of them is done twice.

Example:
    $ deploy -f deploy.yaml --yes

Use instead:
    $ deploy -f deploy.yaml

Known limits:
    Things are looked at in pages of a hundred, so a change in the last few
    seconds before a write can be missed; it is found by the look after it.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP618", name="changed-meanwhile", severity=Severity.ERROR, page=__doc__)
