"""Secrets that stand in a file: found offline for a known type, else by the server's schema."""

from collections.abc import Iterable

from compiler.desired.resources import Resource
from compiler.diagnostics import Report
from compiler.diagnostics.pages import secret_written_out

_WAY_OUT = "take it from elsewhere: {{ $NAME }}, {$file: PATH} or {$command: [WORD, …]}"


def check_written_out(resource: Resource, secret: Iterable[str], report: Report) -> None:
    """Report the values of a block that stand in its file under keys that hold a secret."""
    for name in sorted(resource.written_out & frozenset(secret)):
        message = f"{name!r} is a secret, and stands in the file"
        at = resource.span_of(f"data.{name}")
        report.add(secret_written_out.RULE, message, at, hint=_WAY_OUT)
