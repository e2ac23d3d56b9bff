"""A tag that says nothing.

What it finds:
    An empty tag, one that is written twice, and one with blanks around it.

Why it matters:
    Prefect drops empty tags and keeps the others as they are: a filter for `nightly` does not
    find `nightly` with a blank behind it.

Example:
    tags: [nightly, nightly]

Use instead:
    tags: [nightly]

Known limits:
    A tag that the defaults give as well is united with them and not reported.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP241", name="idle-tag", severity=Severity.INFO, page=__doc__)


def check(deployment: Placed[Deployment], report: Report) -> None:
    """Report tags that are empty, doubled, or have blanks around them."""
    tags = deployment.value.tags or []
    for place, tag in enumerate(tags):
        reason = None
        if not tag.strip():
            reason = "is empty"
        elif tag != tag.strip():
            reason = "has blanks around it"
        elif tag in tags[:place]:
            reason = "is given twice"
        if reason is not None:
            report.add(RULE, f"the tag {tag!r} {reason}", deployment.at("tags", place))
