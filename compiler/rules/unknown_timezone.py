"""A time zone that the IANA database does not have.

What it finds:
    A `timezone` that is no IANA name, such as an abbreviation, an offset or `localtime`. An empty
    one is a warning: the server takes it for UTC.

Why it matters:
    The server refuses it or, for a name that only its machine knows, fires at another time
    than you expect.

Example:
    schedules:
      - {cron: "0 3 * * *", timezone: Europe/Berln}

Use instead:
    schedules:
      - {cron: "0 3 * * *", timezone: Europe/Berlin}

Known limits:
    The database is that of the machine that `deploy` runs on, else the one installed with it;
    the server's may be older.
"""

import re
import zoneinfo
from functools import cache

from compiler.diagnostics import Report, Rule, Severity
from compiler.diagnostics.spelling import nearest
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule
from compiler.source.locate import node_at
from compiler.source.mend import respelled

RULE = Rule(code="DEP205", name="unknown-timezone", severity=Severity.ERROR, page=__doc__)
_ABBREVIATIONS = {
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "MDT": "America/Denver",
    "CDT": "America/Chicago",
    "EDT": "America/New_York",
    "BST": "Europe/London",
    "CEST": "Europe/Berlin",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "AEST": "Australia/Sydney",
}
_OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?00)?", re.IGNORECASE)
_LONGEST = 100  # letters of a name
_WIDEST = 12  # hours that a zone of the database may be from UTC


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a time zone that is not in the IANA database."""
    zone = schedule.value.timezone
    if zone is None or _exists(zone):
        return
    at = schedule.at("timezone")
    if not zone:
        hint = "remove it, or write UTC"
        report.add(RULE, "an empty time zone is UTC", at, hint=hint, severity=Severity.WARNING)
        return
    near = _meant(zone)
    hint = f"did you mean {near!r}?" if near else "use a name such as Europe/Berlin"
    fix = respelled(node_at(schedule.node, ("timezone",)), zone, near) if near else None
    report.add(RULE, f"{zone!r} is no time zone", at, hint=hint, fix=fix)


def _meant(zone: str) -> str | None:
    """The name that is meant by an abbreviation, an offset, a place or a misspelling."""
    if zone.upper() in _ABBREVIATIONS:
        return _ABBREVIATIONS[zone.upper()]
    if found := _OFFSET.fullmatch(zone):
        turned = "-" if found["sign"] == "+" else "+"
        return f"Etc/GMT{turned}{int(found['hours'])}" if int(found["hours"]) <= _WIDEST else None
    known = _known()
    word = zone.casefold().replace(" ", "_")
    places = [name for folded, name in known.items() if folded.endswith(f"/{word}")]
    near = nearest(word, known)
    return places[0] if places else (known[near[0]] if near else None)


@cache
def _known() -> dict[str, str]:
    """All names, by how they are written in small letters; to list them takes a while."""
    names = sorted(name for name in zoneinfo.available_timezones() if _exists(name))
    return {name.casefold(): name for name in names}


@cache
def _exists(zone: str) -> bool:
    if len(zone) > _LONGEST:  # a name of thousands of parts is looked for part by part
        return False
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return zone != "localtime"
