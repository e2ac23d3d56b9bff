"""Where every stage leaves what it finds."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from typing import TypedDict, Unpack

from compiler.diagnostics.model import Diagnostic, Fix, Label, Rule, Severity
from compiler.diagnostics.span import Span


class Details(TypedDict, total=False):
    """What more there is to a finding; `severity` replaces the rule's own."""

    hint: str | None
    related: Iterable[Label]
    severity: Severity | None
    fix: Fix | None


class Report:
    """All findings of one run; iterates in reading order, each finding once."""

    def __init__(self, found: Iterable[Diagnostic] = ()) -> None:
        self._found: dict[Diagnostic, None] = {}
        self._sorted: tuple[Diagnostic, ...] | None = None
        self._wrong: dict[str, list[Span]] = {}  # spans of errors by file, in order
        self._has_errors = False
        self.extend(found)

    def add(self, rule: Rule, message: str, at: Span | None, **more: Unpack[Details]) -> None:
        """Note a finding; `more` are its hint, related places, severity and fix."""
        found = Diagnostic(
            rule=rule,
            severity=more.get("severity") or rule.severity,
            message=message,
            at=at,
            hint=more.get("hint"),
            related=tuple(more.get("related", ())),
            fix=more.get("fix"),
        )
        self._note(found)

    def extend(self, others: Iterable[Diagnostic]) -> None:
        """Note findings of another report."""
        for found in others:
            self._note(found)

    def _note(self, found: Diagnostic) -> None:
        if found in self._found:
            return
        self._found[found] = None
        self._sorted = None
        if found.severity is Severity.ERROR:
            self._has_errors = True
            if found.at is not None and not found.rule.is_opinion:
                insort(self._wrong.setdefault(found.at.file, []), found.at)

    @property
    def has_errors(self) -> bool:
        """Whether anything was found that must stop the run."""
        return self._has_errors

    def has_error_within(self, span: Span) -> bool:
        """Whether something inside `span` is known to be wrong already.

        An opinion is none: it may be ignored, and then what else is wrong must be found.
        """
        wrong = self._wrong.get(span.file, [])
        for place in range(bisect_left(wrong, Span(span.file, span.start, span.start)), len(wrong)):
            if wrong[place].start > span.end:
                return False
            if wrong[place].end <= span.end:
                return True
        return False

    def __iter__(self) -> Iterator[Diagnostic]:
        if self._sorted is None:
            self._sorted = tuple(sorted(self._found, key=_reading_order))
        return iter(self._sorted)

    def __len__(self) -> int:
        return len(self._found)


def _reading_order(found: Diagnostic) -> tuple[object, ...]:
    if found.at is None:
        return (1, found.rule.code, found.message)
    return (0, found.at, found.rule.code, found.message)
