"""The runs to come, for other programs."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from compiler.firing.agenda import Agenda

FORMAT = "1.0"


def render(agenda: Agenda, shown: Callable[[str], str]) -> str:
    """Every run, every minute in which several begin, every clock change.

    `shown` takes what is secret out of a text.
    """

    def names(some: Iterable[str]) -> list[str]:
        return list(map(shown, some))

    document = {
        "format": FORMAT,
        "start": _at(agenda.start),
        "end": _at(agenda.end),
        "runs": [
            {
                "at": _at(run.at),
                "deployment": shown(run.name),
                "schedule": None if run.slug is None else shown(run.slug),
                "timezone": run.zone,
            }
            for run in agenda.runs
        ],
        "piles": [{"at": _at(each.at), "deployments": names(each.names)} for each in agenda.piles],
        "clock_changes": [
            {"at": _at(each.at), "timezone": each.zone, "seconds": int(each.by.total_seconds())}
            for each in agenda.clock_changes
        ],
        "cut": names(agenda.cut),
        "unread": names(agenda.unread),
        "unanchored": names(agenda.unanchored),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _at(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
