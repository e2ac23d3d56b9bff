"""A log for machines: one JSON object a line, and no secret in it."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from compiler.desired.json import Json
from controller.settled import Settled

FIELDS = "fields"  # what a record carries besides its message


class JsonLines(logging.Formatter):
    """Every record as an object: when, how grave, from where, what, and its fields."""

    def __init__(self, hide: Callable[[str], str]) -> None:
        super().__init__()
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        fields: dict[str, Json] = getattr(record, FIELDS, {})
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
            **fields,
        }
        return self._hide(json.dumps(said, ensure_ascii=False))


def of_settled(settled: Settled, seconds: float) -> dict[str, Json]:
    """The fields that a look leaves in the log."""
    return {
        "stack": settled.stack,
        "state": settled.state.value,
        "commit": settled.commit,
        "reason": settled.reason,
        "written": settled.written,
        "waiting": settled.waiting,
        "drift": settled.drift,
        "healed": settled.healed,
        "kept": settled.kept,
        "seconds": round(seconds, 3),
        "findings": [str(each) for each in settled.findings],
    }
