"""Two schedules of a deployment share a slug."""

from compiler.diagnostics import Label, Report, Rule, Severity, Span
from compiler.manifest.manifest import Placed, schedules_of
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP208", name="duplicate-slug", severity=Severity.ERROR, page=__doc__)


def check(deployment: Placed[Deployment], report: Report) -> None:
    """Report a slug that an earlier schedule of the deployment has."""
    seen: dict[str, Span] = {}
    for schedule in schedules_of(deployment):
        slug = schedule.value.slug
        if slug is None:
            continue
        if slug in seen:
            report.add(
                RULE,
                f"two schedules have the slug {slug!r}",
                schedule.at("slug"),
                related=[Label(seen[slug], "first given here")],
            )
        seen.setdefault(slug, schedule.at("slug"))
