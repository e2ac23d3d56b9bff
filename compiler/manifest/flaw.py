"""What is wrong in a document is reported, and then taken out of it.

So the rest is still checked by everything that comes later: one run, all mistakes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from compiler.diagnostics import Fix, Label, Report, Rule, Severity
from compiler.diagnostics.pages import missing_key, unknown_key
from compiler.source.locate import Step, key_span, node_at, span_of
from compiler.source.mend import renamed
from compiler.source.nodes import Mapping, Node, Scalar, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something at `path` that cannot stay in the document."""

    rule: Rule
    path: tuple[Step, ...]
    message: str
    hint: str | None = None
    fix: Fix | None = None
    better: str | None = None  # a key that was meant


def without_flaws(
    root: Node, find: Callable[[Node], Iterator[Flaw]], *, lenient: bool, report: Report
) -> Node | None:
    """Report and remove flaws until there are none.

    A key that is missing since the round before took it out is no news; what
    needs it goes too.
    """
    kept: Node | None = root
    removed: set[tuple[Step, ...]] = set()
    while kept is not None:
        flaws = list(find(kept))
        if not flaws:
            break
        for flaw in flaws:
            if not (flaw.rule is missing_key.RULE and removed):
                _add(flaw, kept, lenient=lenient, report=report)
        removed |= {flaw.path for flaw in flaws}
        kept = _pruned(kept, {flaw.path for flaw in flaws})
    return kept


def _add(flaw: Flaw, root: Node, *, lenient: bool, report: Report) -> None:
    if flaw.rule is not unknown_key.RULE:
        node = node_at(root, flaw.path)
        via = node.via if isinstance(node, Scalar) else ()
        report.add(
            flaw.rule,
            flaw.message,
            span_of(root, flaw.path),
            hint=flaw.hint,
            related=[Label(place, "its value comes from here") for place in via],
            fix=flaw.fix,
        )
        return
    severity = Severity.WARNING if lenient else flaw.rule.severity
    at = key_span(root, flaw.path)
    fix = renamed(root, flaw.path, flaw.better) if flaw.better else None
    report.add(flaw.rule, flaw.message, at, hint=flaw.hint, severity=severity, fix=fix)


def _pruned(node: Node, flawed: set[tuple[Step, ...]], at: tuple[Step, ...] = ()) -> Node | None:
    """The tree without the values at the paths `flawed`."""
    if at in flawed:
        return None
    match node:
        case Scalar():
            return node
        case Sequence(items, span):
            kept = [_pruned(item, flawed, (*at, place)) for place, item in enumerate(items)]
            return Sequence(tuple(item for item in kept if item is not None), span)
        case Mapping(entries, span):
            pairs = [(key, _pruned(item, flawed, (*at, str(key.value)))) for key, item in entries]
            return Mapping(tuple((key, item) for key, item in pairs if item is not None), span)
