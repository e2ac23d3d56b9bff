"""An automation names a deployment of which there are several.

What it finds:
    The name of a deployment without its flow, where the files declare that name for several
    flows.

Why it matters:
    It cannot be told which of them is meant.

Example:
    deployments:
      - {name: nightly, flow_name: etl}
      - {name: nightly, flow_name: report}
    automations:
      - name: again
        trigger: {expect: [shop.order.placed]}
        actions: [{type: run-deployment, deployment: nightly}]

Use instead:
    deployments:
      - {name: nightly, flow_name: etl}
      - {name: nightly, flow_name: report}
    automations:
      - name: again
        trigger: {expect: [shop.order.placed]}
        actions: [{type: run-deployment, deployment: etl/nightly}]

Known limits:
    A name that the files do not declare is looked for on the server: DEP527.
"""

from compiler.desired.naming import Named, Reference
from compiler.diagnostics import Report, Rule, Severity
from compiler.entrypoints.names import Names
from compiler.manifest.manifest import Manifest
from compiler.manifest.waiting import all_actions

RULE = Rule(code="DEP317", name="ambiguous-name", severity=Severity.ERROR, page=__doc__)


def check(manifest: Manifest, names: Names, report: Report) -> None:
    """Report names of several deployments."""
    for action in all_actions(manifest):
        name = action.value.deployment
        if name is None:
            continue
        found = names.meant(Reference(Named.DEPLOYMENT, name), manifest.prefix)
        if len(found) > 1:
            several = " or ".join(repr(each.name) for each in found)
            message = f"{name!r} is the name of several deployments"
            report.add(RULE, message, action.at("deployment"), hint=f"say {several}")
