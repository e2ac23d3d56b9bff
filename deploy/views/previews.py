"""The previews of a server, as a table and as JSON.  Pure: values to text."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from compiler.desired.address import Kind
from compiler.state.ledger import Ledger
from deploy.views.letters import one_line, width

_HEADS = ("stack", "branch", "until (UTC)", "deployments")


def render(found: Mapping[str, Ledger], now: datetime) -> str:
    """A line for each; what is over its time says so."""
    rows = [_HEADS, *(_row(stack, each, now) for stack, each in found.items())]
    if len(rows) == 1:
        return ""
    widest = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell + " " * (most - width(cell)) for cell, most in zip(row, widest, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def _row(stack: str, ledger: Ledger, now: datetime) -> tuple[str, ...]:
    assert ledger.preview is not None
    until = ledger.preview.until.astimezone(UTC)
    over = " (over)" if until < now else ""
    branch = one_line(ledger.preview.branch)
    return stack, branch, f"{until:%Y-%m-%d %H:%M}{over}", str(_deployments(ledger))


def render_json(found: Mapping[str, Ledger]) -> str:
    """For other programs."""
    listed = [
        {
            "stack": stack,
            "of": each.preview.of,
            "branch": each.preview.branch,
            "until": each.preview.until.astimezone(UTC).isoformat(timespec="seconds"),
            "deployments": _deployments(each),
        }
        for stack, each in found.items()
        if each.preview is not None
    ]
    document = {"format": "1.0", "previews": listed}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _deployments(ledger: Ledger) -> int:
    return sum(address.kind is Kind.DEPLOYMENT for address in ledger.ids)
