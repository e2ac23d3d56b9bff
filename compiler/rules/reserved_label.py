"""A label in Prefect's own space.

What it finds:
    A label whose name begins with `prefect.`.

Why it matters:
    The server gives labels of such names by itself, and one from a file takes the place of the
    server's own: a run would then name another flow or deployment than it has.

Example:
    labels: {prefect.flow.id: etl}

Use instead:
    labels: {shop.flow: etl}

Known limits:
    Labels that are made at run time are not seen.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP242", name="reserved-label", severity=Severity.WARNING, page=__doc__)


def check(deployment: Placed[Deployment], report: Report) -> None:
    """Report labels that would take the place of the server's own."""
    for name in deployment.value.labels or {}:
        if name.startswith("prefect."):
            at = deployment.key_at("labels", name)
            report.add(RULE, f"labels such as {name!r} are the server's to give", at)
