"""Where every stage leaves what it finds."""

from collections.abc import Iterable, Iterator

from compiler.diagnostics.model import Diagnostic, Fix, Label, Rule, Severity
from compiler.diagnostics.span import Span


class Report:
    """All findings of one run; iterates in reading order, each finding once."""

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}

    def add(
        self,
        rule: Rule,
        message: str,
        at: Span | None,
        *,
        hint: str | None = None,
        related: Iterable[Label] = (),
        fix: Fix | None = None,
    ) -> None:
        """Note a finding, of the severity that its rule has."""
        found = Diagnostic(
            rule=rule,
            severity=rule.severity,
            message=message,
            at=at,
            hint=hint,
            related=tuple(related),
            fix=fix,
        )
        self._found[found] = None

    def extend(self, others: Iterable[Diagnostic]) -> None:
        """Note findings of another report."""
        self._found.update(dict.fromkeys(others))

    @property
    def has_errors(self) -> bool:
        """Whether anything was found that must stop the run."""
        return any(found.severity is Severity.ERROR for found in self._found)

    def has_error_within(self, span: Span) -> bool:
        """Whether something inside `span` is known to be wrong already."""
        return any(
            found.severity is Severity.ERROR and found.at is not None and _within(found.at, span)
            for found in self._found
        )

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(sorted(self._found, key=_reading_order))

    def __len__(self) -> int:
        return len(self._found)


def _reading_order(found: Diagnostic) -> tuple[object, ...]:
    if found.at is None:
        return (1, found.rule.code, found.message)
    return (0, found.at, found.rule.code, found.message)


def _within(inner: Span, outer: Span) -> bool:
    return inner.file == outer.file and outer.start <= inner.start and inner.end <= outer.end
