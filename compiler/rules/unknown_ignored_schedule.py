"""A path of `ignore` names a schedule that is not there.

What it finds:
    A path such as `schedules.night.active` where no schedule of the deployment has the slug
    `night`; in `policy.ignore`, where no schedule of any deployment has.

Why it matters:
    What is misspelt is not ignored: the next apply puts the value back that was to be left to
    the server.

Example:
    schedules: [{slug: night, cron: "0 3 * * *", active: true}]
    ignore: [schedules.nigt.active]

Use instead:
    schedules: [{slug: night, cron: "0 3 * * *", active: true}]
    ignore: [schedules.night.active]

Known limits:
    A schedule without a slug gets one on the server, which no path can name: give it one, or
    ignore `schedules`. A path in `defaults` has to fit one of the deployments.
"""

from collections.abc import Iterable

from compiler.diagnostics import Report, Rule, Severity
from compiler.diagnostics.spelling import nearest
from compiler.manifest.ignoring import Entry
from compiler.manifest.manifest import schedules_of

RULE = Rule(code="DEP235", name="unknown-ignored-schedule", severity=Severity.ERROR, page=__doc__)


def check(entries: Iterable[Entry], report: Report) -> None:
    """Report paths of schedules that none of their deployments has."""
    for entry in entries:
        if entry.is_understood and entry.deployments and (entry.steps or ())[:1] == ("schedules",):
            for slug in (entry.steps or ())[1:2]:
                _check(slug, entry, report)


def _check(slug: str, entry: Entry, report: Report) -> None:
    schedules = [each for one in entry.deployments for each in schedules_of(one)]
    slugs = [each.value.slug for each in schedules if each.value.slug is not None]
    if slug in slugs:
        return
    near = nearest(slug, slugs)
    hint = f"did you mean {near[0]!r}?" if near else None
    if hint is None and len(slugs) < len(schedules):
        hint = "give the schedule a 'slug'"
    report.add(RULE, f"no schedule has the slug {slug!r}", entry.at, hint=hint)
