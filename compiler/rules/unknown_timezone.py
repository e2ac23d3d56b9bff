"""A time zone that the IANA database does not have.

What it finds:
    A `timezone` that is no IANA name, such as an abbreviation, an offset or `localtime`.

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

import difflib
import zoneinfo

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule
from compiler.source.locate import node_at
from compiler.source.mend import respelled

RULE = Rule(code="DEP205", name="unknown-timezone", severity=Severity.ERROR, page=__doc__)
_LOCAL = "localtime"  # means another zone on each machine


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a time zone that is not in the IANA database."""
    zone = schedule.value.timezone
    if zone is None or _exists(zone):
        return
    known = {name.casefold(): name for name in zoneinfo.available_timezones() - {_LOCAL}}
    near = difflib.get_close_matches(zone.casefold(), sorted(known), n=1)
    meant = known[near[0]] if near else None
    hint = f"did you mean {meant!r}?" if meant else "use a name such as Europe/Berlin"
    fix = respelled(node_at(schedule.node, ("timezone",)), zone, meant) if meant else None
    report.add(RULE, f"{zone!r} is no time zone", schedule.at("timezone"), hint=hint, fix=fix)


def _exists(zone: str) -> bool:
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return zone != _LOCAL
