"""Findings as lines that may be kept, logged and shown: short, few, and without a secret."""

from compiler.diagnostics import Diagnostic, Report, Severity
from compiler.plan.mask import Mask
from controller.settled import Found

_MOST = 20
_ORDER = (Severity.ERROR, Severity.WARNING)


def found_in(report: Report, mask: Mask) -> tuple[Found, ...]:
    """Errors, then warnings, in reading order; as many as anybody reads."""
    told = [each for severity in _ORDER for each in report if each.severity is severity]
    return tuple(_found(each, mask) for each in told[:_MOST])


def _found(one: Diagnostic, mask: Mask) -> Found:
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
    )
