"""The applies of a stack, as a table and as JSON.  Pure: values to text.

no.  when (UTC)           ended  plan      commit    who         digest
 12  2026-11-24 11:45:03  done   +1 ~2 -0  4f1d3c2a  ada@laptop  9f86d081
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from compiler.desired.json import Json
from compiler.plan.mask import Mask
from compiler.state.ledger import Applied
from deploy.views.letters import one_line
from deploy.views.table import table

FORMAT = "1.1"
COUNTS = ("create", "change", "adopt", "protect", "delete", "keep")
_SIGNS = {"create": "+", "change": "~", "adopt": "=", "delete": "-"}
_SHORT = 8  # letters of a commit, and of a digest
_DIRTY = " dirty"  # the files had changes that the commit has not
_WIDEST = 40  # letters of a cell


def render(applies: Mapping[int, Applied], columns: int | None = None) -> str:
    """A table; on a terminal too narrow for it each apply takes several lines.

    `columns` are the terminal's; without one each apply is a line.
    """
    if not applies:
        return ""
    rows = [_row(number, each) for number, each in applies.items()]
    heads = [head for head in rows[0] if head == "no." or any(row[head] for row in rows)]
    return "\n".join(table([{head: row[head] for head in heads} for row in rows], columns))


def _row(number: int, apply: Applied) -> dict[str, str]:
    """The cells of an apply by the heads of their columns; empty where nothing is known."""
    cells = {
        "no.": f"{number:3}",
        "when (UTC)": when(apply.at),
        "ended": apply.ended,
        "plan": _changes(apply.counts),
        "commit": (apply.commit or "")[:_SHORT] + (_DIRTY if apply.dirty else ""),
        "environment": apply.environment or "",
        "who": apply.who,
        "digest": apply.digest.removeprefix("sha256:")[:_SHORT],
    }
    return {head: _cut(one_line(cell)) for head, cell in cells.items()}


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def when(at: str) -> str:
    """A time of the history in UTC, to be read; what is none as it is."""
    moment = _moment(at)
    return at if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"


def _moment(at: str) -> datetime | None:
    """The moment in UTC; None for a text that is none."""
    try:
        moment = datetime.fromisoformat(at)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _changes(counts: Mapping[str, int]) -> str:
    """`+1 ~2 -0`: made, changed, deleted; what was adopted only where something was."""
    shown = {name: counts.get(name, 0) for name in _SIGNS}
    return " ".join(
        f"{_SIGNS[name]}{number}" for name, number in shown.items() if number or name != "adopt"
    )


def render_json(stack: str, server: str | None, applies: Mapping[int, Applied], mask: Mask) -> str:
    """One object, in ASCII.  `docs/how-to/go-back.md` says what each field means.

    `server` is None for the embedded one.
    """
    document: dict[str, Json] = {
        "format_version": FORMAT,
        "stack": stack,
        "server": server,
        "applies": [_document(number, each, mask) for number, each in applies.items()],
    }
    return json.dumps(document, indent=2) + "\n"


def _document(number: int, apply: Applied, mask: Mask) -> dict[str, Json]:
    moment = _moment(apply.at)
    at = apply.at if moment is None else moment.isoformat(timespec="seconds")
    texts: dict[str, Json] = {
        "at": at.replace("+00:00", "Z"),
        "who": apply.who,
        "tool_version": apply.tool,
        "commit": apply.commit,
        "environment": apply.environment,
        "digest": apply.digest,
        "ended": apply.ended,
    }
    shown = {name: mask.value(text) for name, text in texts.items()}
    counts: dict[str, Json] = {name: apply.counts.get(name, 0) for name in COUNTS}
    return {"number": number, **shown, "dirty": apply.dirty, "counts": counts}
