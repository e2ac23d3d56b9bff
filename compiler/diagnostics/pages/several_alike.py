"""Several automations have the name of one that would be adopted.

What it finds:
    More than one automation of no stack under the name of one that is declared, where things
    that exist are to be adopted.

Why it matters:
    The server lets any number of automations have one name. It cannot be told which of them
    is meant, and the others would go on firing.

Example:
    $ deploy --adopt
    error[DEP628]: there are 2 automations 'late orders' that no stack made

Use instead:
    # deploy.yaml
    automations:
      - name: late orders of today
        trigger: {expect: [shop.order.placed]}
        actions: [{type: do-nothing}]

Known limits:
    Without adoption a new one is made beside them; of the triggers of a deployment DEP627 says
    which of the others run it too.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP628", name="several-alike", severity=Severity.ERROR, page=__doc__)
