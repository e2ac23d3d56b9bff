"""Findings as a person reads them, each with the lines that it is about.

DEP403 error: 'retries' is no parameter of the flow 'etl'
  --> deploy.yaml:14:7
   |
14 |       retries: 5
   |       ^^^^^^^
   = hint: did you mean 'retry'?
   = help: deploy explain DEP403
"""

from collections.abc import Iterator

from compiler.diagnostics import Diagnostic, Fix, Label, Report, Safety, Severity
from compiler.plan.mask import Mask
from compiler.source.sources import Sources
from deploy.views.excerpt import Excerpt, Margin
from deploy.views.findings import Findings, masked
from deploy.views.letters import one_line, wrapped

_HOW = {
    Safety.SAFE: "deploy validate --fix",
    Safety.UNSAFE: "deploy validate --fix --unsafe-fixes",
    Safety.SHOWN: "",
}


def render_report(report: Report, sources: Sources, mask: Mask, width: int | None = None) -> str:
    """Every finding with the lines it is about, in reading order."""
    found = Findings(diagnostics=tuple(report), sources=sources, mask=mask, width=width)
    return render(masked(found))


def render(findings: Findings) -> str:
    """Every finding with the lines it is about, an empty line between two."""
    return "\n\n".join("\n".join(_finding(each, findings)) for each in findings.diagnostics)


def _finding(found: Diagnostic, findings: Findings) -> Iterator[str]:
    title = f"{found.rule.code} {found.severity}: {found.message}"
    yield from wrapped(title, findings.width, first="", rest="    ")
    labels = _labels(found)
    numbers = (len(str(label.span.end.line)) for label, _ in labels)
    margin = Margin(max(numbers, default=0), findings.width)
    for number, (file, there) in enumerate(_by_file(labels).items()):
        arrow = ":::" if number else "-->"
        yield f"{' ' * margin.digits}{arrow} {one_line(str(there[0][0].span))}"
        yield from Excerpt(file, margin, findings).render(there)
    yield from _notes(found, margin)


def _labels(found: Diagnostic) -> list[tuple[Label, str]]:
    """The places of a finding, its own first, and how each is marked."""
    own = [(Label(found.at, ""), "^")] if found.at is not None else []
    return own + [(label, "-") for label in found.related]


def _by_file(labels: list[tuple[Label, str]]) -> dict[str, list[tuple[Label, str]]]:
    grouped: dict[str, list[tuple[Label, str]]] = {}
    for each in labels:
        grouped.setdefault(each[0].span.file, []).append(each)
    return grouped


def _notes(found: Diagnostic, margin: Margin) -> Iterator[str]:
    """What is to be done about it."""
    if found.hint:
        yield from _note("hint", found.hint, margin)
    if found.fix is not None:
        yield from _note("fix", _fix(found.fix, found.hint or ""), margin)
    if found.severity is not Severity.INFO:
        yield from _note("help", f"deploy explain {found.rule.code}", margin)


def _fix(fix: Fix, hint: str) -> str:
    """How it is made, and what it is where the hint has not said so."""
    how = _HOW[fix.safety]
    is_said = bool(how) and all(edit.text.strip('"') in hint for edit in fix.edits)
    return how if is_said else f"{fix.message} ({how})" if how else fix.message


def _note(name: str, text: str, margin: Margin) -> Iterator[str]:
    """One note; a text of several lines goes on below its beginning."""
    first = f"{' ' * margin.digits} = {name}: "
    for line in text.splitlines() or [""]:
        rest = " " * len(first)
        yield from wrapped(line, margin.columns, first=first, rest=rest)
        first = rest
