"""Parameters that the server does not take in a run.

What it finds:
    The parameters of a deployment, with those of one of its schedules, that are more than
    524,288 bytes of JSON.

Why it matters:
    The server refuses to make a run with them: the deployment is stored and never runs.

Example:
    $ wc -c rows.yaml
    600000

Use instead:
    parameters:
      source: s3://shop/rows.json

Known limits:
    The size is the server's default (`PREFECT_SERVER_API_MAX_PARAMETER_SIZE`); yours may be set
    to another.
"""

import json

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed, parameter_sets
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP420", name="parameters-too-large", severity=Severity.WARNING, page=__doc__)
_LARGEST = 524_288  # bytes


def check(deployment: Placed[Deployment], report: Report) -> None:
    """Report parameters that no run can be made with."""
    common = deployment.value.parameters or {}
    for part in parameter_sets(deployment):
        own = part.value.parameters
        size = len(json.dumps({**common, **(own or {})}).encode()) if own else 0
        if size > _LARGEST:
            report.add(
                RULE,
                f"the parameters are {size:,} bytes, and the server takes {_LARGEST:,}",
                part.key_at("parameters"),
                hint="give the flow the place of the data",
            )
