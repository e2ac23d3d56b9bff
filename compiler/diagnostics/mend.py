"""Which fixes are made, and the text that comes of them.  Pure: files are written elsewhere."""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable

from compiler.diagnostics.lines import Lines
from compiler.diagnostics.model import Diagnostic, Edit, Fix, Safety
from compiler.diagnostics.span import Span


def made(
    found: Iterable[Diagnostic], safeties: Collection[Safety], files: Collection[str]
) -> tuple[Fix, ...]:
    """Fixes that can be made at once, the first of those that overlap.

    A fix is made as a whole or not at all: one with an edit outside of `files` is not.
    """
    taken: dict[str, list[Span]] = {}
    fixes = []
    for each in found:
        fix = each.fix
        if fix is None or fix.safety not in safeties or not fix.edits:
            continue
        places = [edit.at for edit in fix.edits]
        if any(at.file not in files or _overlaps(at, taken.get(at.file, [])) for at in places):
            continue
        for at in places:
            insort(taken.setdefault(at.file, []), at)
        fixes.append(fix)
    return tuple(fixes)


def _overlaps(at: Span, others: list[Span]) -> bool:
    """Whether a span shares a character or its beginning with one of those, which share none."""
    place = bisect_left(others, at)
    near = others[max(place - 1, 0) : place + 1]
    return any(
        each.start == at.start or (each.start < at.end and at.start < each.end) for each in near
    )


def edits_of(fixes: Iterable[Fix]) -> dict[str, tuple[Edit, ...]]:
    """The edits of several fixes by file, in reading order."""
    by_file: dict[str, list[Edit]] = {}
    for edit in sorted((edit for fix in fixes for edit in fix.edits), key=lambda edit: edit.at):
        by_file.setdefault(edit.at.file, []).append(edit)
    return {file: tuple(edits) for file, edits in by_file.items()}


def mended(lines: Lines, edits: Iterable[Edit]) -> str:
    """The text after edits that do not overlap; new lines end as the old ones do."""
    end = "\r\n" if "\r\n" in lines.text else "\n"
    parts: list[str] = []
    done = 0
    for edit in edits:
        parts += [lines.text[done : lines.offset(edit.at.start)], edit.text.replace("\n", end)]
        done = lines.offset(edit.at.end)
    return "".join([*parts, lines.text[done:]])
