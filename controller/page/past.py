"""What a stack's ledger and its artifacts say of the applies of the past.  Pure."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from compiler.state.ledger import Applied, Ledger

_MOST = 30  # applies
_LINES = 2_000
_WIDEST = 400
_SIGNS = {"create": "+", "change": "~", "adopt": "=", "delete": "−"}
_TAG = re.compile(r"</?[a-z]+[^>]*>")
_CLASSES = {"+": "come", "-": "gone", "!": "both"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Apply:
    """One apply, as a line."""

    number: int
    at: datetime | None
    ended: str
    counts: str
    commit: str
    who: str
    digest: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plan as text, and what it is."""

    text: str
    kind: str = ""


def applies(ledger: Ledger | None) -> tuple[Apply, ...]:
    """The latest applies, the newest first."""
    numbered = ledger.numbered if ledger is not None else {}
    return tuple(_apply(number, each) for number, each in list(numbered.items())[:_MOST])


def _apply(number: int, one: Applied) -> Apply:
    return Apply(
        number=number,
        at=moment(one.at),
        ended=one.ended,
        counts=_counts(one.counts),
        commit=one.commit or "",
        who=one.who,
        digest=one.digest,
    )


def _counts(counts: Mapping[str, int]) -> str:
    shown = {name: counts.get(name, 0) for name in _SIGNS}
    return " ".join(
        f"{_SIGNS[name]}{count}" for name, count in shown.items() if count or name != "adopt"
    )


def moment(at: str) -> datetime | None:
    """A time in UTC; None for a text that is none."""
    try:
        found = datetime.fromisoformat(at)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def lines(markdown: str) -> Iterator[Line]:
    """The Markdown of a plan as lines of text; whatever it holds, none of it is markup here."""
    fenced = False
    for line in markdown.splitlines()[:_LINES]:
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            yield Line(line[:_WIDEST], _CLASSES.get(line[:1], "same"))
        else:
            text = html.unescape(_TAG.sub("", line)).replace("**", "").replace("\u200b", "").strip()
            is_head = text.startswith("#")
            if text:
                yield Line(text.lstrip("# ")[:_WIDEST], "head" if is_head else "")
