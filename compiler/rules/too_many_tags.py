"""More tags than an event can name.

What it finds:
    More than a hundred tags on a deployment.

Why it matters:
    Each run gets them all, and an event of a run names each as a resource. The server takes a
    hundred: runs then lose their events, and with some versions fail.

Example:
    $ grep -c 'team:' deploy.yaml
    101

Use instead:
    tags: ["team:data"]

Known limits:
    The number is the server's default (`PREFECT_SERVER_EVENTS_MAXIMUM_RELATED_RESOURCES`).
    Some places of it are taken by other things, so that a few tags less may be too many.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP240", name="too-many-tags", severity=Severity.WARNING, page=__doc__)
_MOST = 100


def check(deployment: Placed[Deployment], report: Report) -> None:
    """Report a deployment whose runs have more tags than an event takes."""
    count = len(deployment.value.tags or [])
    if count > _MOST:
        name = deployment.value.name
        message = f"{name!r} has {count} tags, and an event of its runs takes {_MOST}"
        report.add(RULE, message, deployment.key_at("tags"))
