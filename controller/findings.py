"""Findings as lines that may be kept, logged and shown: short, few, and without a secret."""

from collections.abc import Iterator

from compiler.diagnostics import Diagnostic, Report, Severity, Span
from compiler.plan.mask import Mask, quoted
from compiler.source.sources import Sources
from controller.settled import Found

_MOST = 20
_ORDER = (Severity.ERROR, Severity.WARNING)
_BEFORE, _AFTER = 2, 1  # lines around one that something is wrong in
_WIDEST = 160


def found_in(report: Report, mask: Mask, sources: Sources) -> tuple[Found, ...]:
    """Errors, then warnings, in reading order; as many as anybody reads."""
    told = [each for severity in _ORDER for each in report if each.severity is severity]
    return tuple(_found(each, mask, sources) for each in told[:_MOST])


def _found(one: Diagnostic, mask: Mask, sources: Sources) -> Found:
    found = Found(
        code=one.rule.code,
        message=mask.text(one.message),
        severity=str(one.severity),
        hint=mask.text(one.hint) if one.hint else None,
    )
    if one.at is None:
        return found
    return Found(
        code=found.code,
        message=found.message,
        severity=found.severity,
        hint=found.hint,
        file=mask.text(one.at.file),
        line=one.at.start.line,
        column=one.at.start.column,
        excerpt=tuple(_excerpt(one.at, mask, sources)),
    )


def _excerpt(at: Span, mask: Mask, sources: Sources) -> Iterator[tuple[int, str]]:
    number = at.start.line
    for each in range(max(1, number - _BEFORE), number + _AFTER + 1):
        line = sources.line(at.file, each)
        if line is not None:
            yield each, mask.text(quoted(line))[:_WIDEST]
