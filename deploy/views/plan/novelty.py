"""What a new thing will be: a line a field, and a line a schedule.  Pure; escapes nothing."""

import json
from collections.abc import Mapping

from compiler.desired.json import Json
from compiler.plan.document import ChangePart
from deploy.views.letters import one_line
from deploy.views.plan import wording
from deploy.views.plan.lines import spelled

_LONGEST = 100  # characters of a value


def described(change: ChangePart) -> list[str]:
    """A field of a new thing with its value in short."""
    schedules = change.after if isinstance(change.after, list) else [change.after]
    if change.field == "schedules" and all(map(_is_schedule, schedules)):
        return [f"schedule: {_schedule(each)}" for each in schedules]
    value = change.after
    if change.path == "description" and isinstance(value, str) and "\n" in value:
        value = value.partition("\n")[0] + " …"
    text = spelled(value)
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return [f"{wording.path(change)}: {shown}"]


def _is_schedule(value: Json) -> bool:
    return isinstance(value, Mapping) and any(
        kind in value for kind in ("cron", "interval", "rrule")
    )


def _schedule(schedule: Json) -> str:
    """`night: cron "0 3 * * *" (Europe/Berlin)`."""
    assert isinstance(schedule, Mapping)
    kind = next(name for name in ("cron", "interval", "rrule") if name in schedule)
    slug = f"{schedule['slug']}: " if schedule.get("slug") else ""
    zone = schedule.get("timezone") or "UTC"
    times = schedule[kind]
    shown = f"{times:g} s" if isinstance(times, int | float) else json.dumps(times)
    text = f"{slug}{kind} {shown} ({zone})"
    if schedule.get("parameters"):
        text += f" with {json.dumps(schedule['parameters'], ensure_ascii=False)}"
    return one_line(text + (" inactive" if schedule.get("active") is False else ""))
