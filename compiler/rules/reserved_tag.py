"""A tag that only stacks may give.

What it finds:
    A tag that begins with `deploy:`, written in a file.

Why it matters:
    That tag says which stack a deployment belongs to. Written by hand it would give
    the deployment to another stack, which could then change and delete it.

Example:
    tags: ["deploy:other"]

Use instead:
    tags: ["team:data"]

Known limits:
    Tags that come with a template are seen once it is filled in.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.automation import Automation
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Deployment, Variable

RULE = Rule(code="DEP213", name="reserved-tag", severity=Severity.ERROR, page=__doc__)
_RESERVED = "deploy:"


def check(
    thing: Placed[Deployment] | Placed[Variable] | Placed[Automation], report: Report
) -> None:
    """Report tags that would say whose the thing is."""
    for place, tag in enumerate(thing.value.tags or []):
        if tag.startswith(_RESERVED):
            at = thing.at("tags", place)
            report.add(RULE, f"the tag {tag!r} is for stacks to give", at, hint="leave it out")
