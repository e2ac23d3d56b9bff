"""A deployment with very many schedules.

What it finds:
    More than fifty schedules of one deployment.

Why it matters:
    The server writes them one by one within one request: five hundred took 37 seconds, with
    refusals between.

Example:
    $ grep -c cron deploy.yaml
    500

Use instead:
    schedules:
      - cron: "0,15,30,45 6-18 * * MON-FRI"

Known limits:
    Fifty is a guess at what is still quick.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed, schedules_of
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP226", name="many-schedules", severity=Severity.WARNING, page=__doc__)
_MANY = 50


def check(deployment: Placed[Deployment], report: Report) -> None:
    """Report a deployment whose schedules the server is slow to write."""
    count = len(schedules_of(deployment))
    if count > _MANY:
        report.add(
            RULE,
            f"{deployment.value.name!r} has {count} schedules, and the server is slow with them",
            deployment.key_at("schedules"),
            hint="a cron expression can name several times and days",
        )
