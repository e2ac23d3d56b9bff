"""A time zone that is an offset and not a place.

What it finds:
    `EST`, `MST` and `HST`, and the zones `Etc/GMT+2` and the like.

Why it matters:
    They never have summer time: a schedule in `EST` is an hour away from New York for most of
    the year. The sign of the others is turned round: `Etc/GMT+2` is two hours *behind* UTC.

Example:
    schedules:
      - {cron: "0 3 * * *", timezone: EST}

Use instead:
    schedules:
      - {cron: "0 3 * * *", timezone: America/New_York}

Known limits:
    `CET`, `EET`, `MET` and `WET` have summer time and are not reported, nor is `UTC`.
"""

import re

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule

RULE = Rule(code="DEP220", name="zone-without-summer", severity=Severity.WARNING, page=__doc__)
_PLACES = {"EST": "America/New_York", "MST": "America/Denver", "HST": "Pacific/Honolulu"}
_OFFSET = re.compile(r"Etc/GMT([+-])(\d{1,2})")


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report abbreviations and offsets that are valid and seldom meant."""
    zone = schedule.value.timezone or ""
    if zone in _PLACES:
        hint = f"write {_PLACES[zone]!r} if that is the place you mean"
        report.add(RULE, f"{zone!r} never has summer time", schedule.at("timezone"), hint=hint)
    elif (found := _OFFSET.fullmatch(zone)) and found[2].strip("0"):
        way = "behind" if found[1] == "+" else "ahead of"
        report.add(
            RULE,
            f"{zone!r} is {int(found[2])} hours {way} UTC, and never has summer time",
            schedule.at("timezone"),
            hint="write the name of a place, such as Europe/Berlin",
        )
