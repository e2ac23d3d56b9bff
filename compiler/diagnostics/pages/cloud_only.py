"""An automation asks for what only Prefect Cloud has.

What it finds:
    A trigger of type `metric`, or an action `declare-incident`, where the server is not
    Prefect Cloud.

Why it matters:
    The open-source server refuses it.

Example:
    trigger: {type: metric, metric: {name: lateness, operator: ">", threshold: 60}}

Use instead:
    # deploy.yaml
    automations:
      - name: late
        trigger:
          posture: Proactive
          after: [prefect.flow-run.Scheduled]
          expect: [prefect.flow-run.Running]
          for_each: [prefect.resource.id]
          within: 60
        actions: [{type: do-nothing}]

Known limits:
    It takes a server, so `deploy validate` does not find it.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP529", name="cloud-only", severity=Severity.ERROR, page=__doc__)
