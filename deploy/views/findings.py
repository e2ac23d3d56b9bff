"""Findings as a person reads them.  Pure: value to text."""

from collections.abc import Iterator

from compiler.diagnostics import Diagnostic, Label, Report, Severity, Span
from compiler.source.sources import Sources
from deploy.views.mask import quoted

_ABOUT_SECRETS = frozenset({"DEP250", "DEP251"})
_WIDEST = 200  # characters of a source line that are quoted


def render_report(report: Report, sources: Sources) -> str:
    """Every finding with the lines it is about, in reading order."""
    secret = frozenset(found.at for found in report if found.rule.code in _ABOUT_SECRETS)
    blocks = ["\n".join(_finding(found, sources, secret)) for found in report]
    return "\n\n".join(blocks)


def render_concise(report: Report) -> str:
    """One line a finding: `file:line:column: CODE message`."""
    return "\n".join(_line(found) for found in report)


def _line(found: Diagnostic) -> str:
    place = f"{found.at}: " if found.at is not None else ""
    return f"{place}{found.rule.code} {found.message}"


def _finding(found: Diagnostic, sources: Sources, secret: frozenset[Span | None]) -> Iterator[str]:
    yield f"{found.rule.code} {found.severity}: {found.message}"
    shown = [Label(found.at, "")] if found.at is not None else []
    labels = [*shown, *found.related]
    numbers = [str(label.span.start.line) for label in labels]
    width = max(map(len, numbers), default=0)
    for number, label in enumerate(labels):
        line = _line_of(label.span, sources, secret)
        yield from _excerpt(label, line, width, primary=number == 0)
    if found.hint:
        yield f"{' ' * width} = hint: {found.hint}"
    if found.severity is not Severity.INFO:
        yield f"{' ' * width} = help: deploy explain {found.rule.code}"


def _line_of(at: Span, sources: Sources, secret: frozenset[Span | None]) -> str | None:
    """The line as it is written, with dots in place of what is known to be a secret."""
    line = sources.line(at.file, at.start.line)
    if line is None:
        return None
    for span in secret:
        if span is not None and (span.file, span.start.line) == (at.file, at.start.line):
            first = span.start.column - 1
            last = span.end.column - 1 if span.end.line == span.start.line else len(line)
            line = line[:first] + "·" * len(line[first:last]) + line[last:]
    return line


def _excerpt(label: Label, line: str | None, width: int, *, primary: bool) -> Iterator[str]:
    arrow = "-->" if primary else ":::"
    yield f"{' ' * width}{arrow} {label.span}"
    if line is not None and len(line) > _WIDEST:
        line = line[:_WIDEST] + "…"
    if line is None or label.span.start.column > len(line):
        if label.message:
            yield f"{' ' * width} | {label.message}"
        return
    mark = "^" if primary else "-"
    under = mark * _underlined(label.span, line)
    indent = "".join("\t" if c == "\t" else " " for c in line[: label.span.start.column - 1])
    yield f"{label.span.start.line:>{width}} | {quoted(line)}"
    yield f"{' ' * width} | {indent}{under} {label.message}".rstrip()


def _underlined(span: Span, line: str) -> int:
    end = span.end.column if span.end.line == span.start.line else len(line) + 1
    return max(1, min(end, len(line) + 1) - span.start.column)
