"""Two schedules of a deployment share a slug.

What it finds:
    A `slug` that an earlier schedule of the same deployment has.

Why it matters:
    A slug is what a schedule is known by. The server refuses two new ones of the same slug,
    and of two that exist it keeps the last.

Example:
    schedules:
      - {slug: night, cron: "0 3 * * *"}
      - {slug: night, cron: "0 4 * * *"}

Use instead:
    schedules:
      - {slug: night, cron: "0 3 * * *"}
      - {slug: late, cron: "0 4 * * *"}

Known limits:
    Slugs that are made for schedules without one are not compared.
"""

from compiler.diagnostics import Label, Report, Rule, Severity
from compiler.manifest.manifest import Placed, schedules_of
from compiler.manifest.model import Deployment, Schedule

RULE = Rule(code="DEP208", name="duplicate-slug", severity=Severity.ERROR, page=__doc__)


def check(deployment: Placed[Deployment], report: Report) -> None:
    """Report a slug that an earlier schedule of the deployment has."""
    seen: dict[str, Placed[Schedule]] = {}
    for schedule in schedules_of(deployment):
        slug = schedule.value.slug
        if slug is None:
            continue
        if slug in seen:
            report.add(
                RULE,
                f"two schedules have the slug {slug!r}",
                schedule.at("slug"),
                related=[Label(seen[slug].at("slug"), "first given here")],
            )
        seen.setdefault(slug, schedule)
