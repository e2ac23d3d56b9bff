"""Findings that a comment ignores, and comments that ignore nothing.

    order = "ignore" | "ignore-file" , [ "[" code { "," code } "]" ]

A code is `DEP204`, a prefix such as `DEP2`, or a name such as `schedule-never-fires`;
without one, everything is ignored.  `SHOP001` is a code of a rule that a program has added
(`compiler.OwnRule`); where it is not known, its comment is left alone.

`ignore` is about its line, or about the next one where it stands alone; `ignore-file` about
its file, in whose first comment it has to stand.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from compiler.diagnostics import Diagnostic, Edit, Fix, Position, Report, Rule, Safety, Span
from compiler.diagnostics.lines import Lines
from compiler.diagnostics.pages import ignore_refused, unused_ignore
from compiler.diagnostics.policy import may_be_ignored
from compiler.diagnostics.spelling import nearest
from compiler.source.comments import Comment, comments
from compiler.source.sources import Sources

_ORDER = re.compile(r"ignore(?P<file>-file)?(?:\s*\[(?P<codes>[^\]]*)\])?(?P<rest>\s.*)?")
_PART = re.compile(r"[^,\s][^,]*")
_NONE = re.compile("")
_PREFIX = re.compile(r"DEP\d{0,3}")
_ELSEWHERE = re.compile(r"(?![DEP]+\d)[A-Z]{2,}\d{3,}")  # rules that others added; no slip of ours
_OF_THE_PLAN = ("DEP6", "DEP7")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """One code of one comment; `code` is None where the comment has none.

    `line` is None for a whole file.  `cut` is what goes with the comment, None where the
    comment says something else too.
    """

    code: str | None
    line: int | None
    at: Span
    cut: Span | None

    def covers(self, rule: Rule) -> bool:
        """Whether it is about findings of this rule."""
        return self.code is None or is_named(rule, self.code)


def is_named(rule: Rule, code: str) -> bool:
    """Whether a code, the beginning of one, or a name is that of a rule."""
    upper = code.upper()
    is_prefix = _PREFIX.fullmatch(upper) is not None and rule.code.startswith(upper)
    return is_prefix or upper == rule.code.upper() or code.lower() == rule.name


def without_ignored(report: Report, sources: Sources, own: tuple[Rule, ...] = ()) -> Report:
    """What is left of a report, and what is wrong with the comments; `own` are the caller's rules.

    Whatever a comment says, an error that is no opinion is left.
    """
    written = [each for name, _ in sources.texts() for each in _written(name, sources)]
    if not written:
        return report
    ignores = [each for each in written if isinstance(each, Ignore)]
    kept, used, refused = _sorted_out(report, ignores)
    wrong = [each for each in written if isinstance(each, Diagnostic)]
    is_whole = all(map(may_be_ignored, kept))
    for ignore in ignores:
        wrong += _complaints(ignore, own, used=used, refused=refused, is_whole=is_whole)
    quiet = {each.at.file for each in ignores if _is_about_itself(each)}
    return Report([*kept, *(each for each in wrong if each.at and each.at.file not in quiet)])


def _sorted_out(
    report: Report, ignores: list[Ignore]
) -> tuple[list[Diagnostic], set[Ignore], dict[Ignore, Rule]]:
    """What is left; which comments ignored something; which ask for what cannot be."""
    by_line: dict[tuple[str, int | None], list[Ignore]] = defaultdict(list)
    for ignore in ignores:
        by_line[ignore.at.file, ignore.line].append(ignore)
    kept: list[Diagnostic] = []
    used: set[Ignore] = set()
    refused: dict[Ignore, Rule] = {}
    for found in report:
        about = _about(found, by_line)
        if may_be_ignored(found):
            used.update(about)
        else:
            refused.update(dict.fromkeys(about, found.rule))
        if not (about and may_be_ignored(found)):
            kept.append(found)
    return kept, used, refused


def _about(
    found: Diagnostic, by_line: Mapping[tuple[str, int | None], list[Ignore]]
) -> list[Ignore]:
    """The comments that are about a finding: those of its line, else those of its file."""
    if found.at is None:
        return []
    places = ((found.at.file, found.at.start.line), (found.at.file, None))
    hits = ([one for one in by_line.get(at, []) if one.covers(found.rule)] for at in places)
    return next(filter(None, hits), [])


def _is_about_itself(ignore: Ignore) -> bool:
    """Whether it says that comments of this file may ignore nothing."""
    return ignore.line is None and ignore.code in {unused_ignore.RULE.code, unused_ignore.RULE.name}


def _complaints(
    ignore: Ignore,
    own: tuple[Rule, ...],
    *,
    used: AbstractSet[Ignore],
    refused: Mapping[Ignore, Rule],
    is_whole: bool,
) -> Iterator[Diagnostic]:
    code = ignore.code
    if ignore in used or _is_about_itself(ignore):
        return
    if ignore in refused:
        hint = "mend it: what is left of the document is not what it says"
        rule = refused[ignore]
        yield _refusal(ignore, f"{rule.code} {rule.name} cannot be ignored", hint)
    elif code is not None and code.upper().startswith(_OF_THE_PLAN):
        hint = "what guards the server has options of its own: deploy --help"
        yield _refusal(ignore, f"{code!r} cannot be ignored in a file", hint)
    elif code is not None and not any(is_named(rule, code) for rule in (*own, *_catalogue())):
        if _ELSEWHERE.fullmatch(code):
            return
        near = _nearest(code)
        hint = f"did you mean {near!r}?" if near else "deploy explain lists all findings"
        yield _unused(ignore, f"there is no finding {code!r}", hint)
    elif is_whole:
        what = f" {code}" if code else ""
        yield _unused(ignore, f"nothing{what} is found here to be ignored", "remove the comment")


def _refusal(ignore: Ignore, message: str, hint: str) -> Diagnostic:
    rule = ignore_refused.RULE
    return Diagnostic(rule=rule, severity=rule.severity, message=message, at=ignore.at, hint=hint)


def _unused(ignore: Ignore, message: str, hint: str) -> Diagnostic:
    rule, fix = unused_ignore.RULE, None
    if ignore.cut is not None:
        edits = (Edit(ignore.cut, ""),)
        fix = Fix(message="remove the comment", edits=edits, safety=Safety.SAFE)
    return Diagnostic(
        rule=rule, severity=rule.severity, message=message, at=ignore.at, hint=hint, fix=fix
    )


def _catalogue() -> Iterable[Rule]:
    from compiler.rules.catalogue import CATALOGUE  # noqa: PLC0415  # imports every rule

    return CATALOGUE.values()


def _nearest(code: str) -> str | None:
    known = [known for rule in _catalogue() for known in (rule.code, rule.name)]
    return next(iter(nearest(code, known)), None)


def _written(file: str, sources: Sources) -> Iterator[Ignore | Diagnostic]:
    """What the comments of a file ask for; a misplaced one is a finding."""
    lines = None if file.endswith(".py") else sources.lines(file)
    for comment in () if lines is None else comments(lines, file):
        found = _ORDER.fullmatch(comment.order)
        if found is None or lines is None:
            continue
        asked = list(_codes(found, comment, lines))
        if found["file"] and not comment.is_first:
            hint = "it stands in the first comment of its file"
            yield from (_unused(each, "this is not at the beginning", hint) for each in asked)
        else:
            yield from asked


def _codes(found: re.Match[str], comment: Comment, lines: Lines) -> Iterator[Ignore]:
    line = None if found["file"] else comment.line or 0
    if found["codes"] is None:
        yield Ignore(code=None, line=line, at=comment.at, cut=_cut(found, comment, lines))
        return
    parts = list(_PART.finditer(found["codes"])) or list(_NONE.finditer(""))
    first = comment.offset + found.start("codes")
    for part in parts:
        code = part[0].rstrip()
        start = first + part.start()
        at = Span(comment.at.file, lines.position(start), lines.position(start + len(code)))
        cut = _cut(found, comment, lines) if len(parts) == 1 else None
        yield Ignore(code=code, line=line, at=at, cut=cut)


def _cut(found: re.Match[str], comment: Comment, lines: Lines) -> Span | None:
    """All of a comment, with its line where it stands alone; None where it says more."""
    line = lines.line(comment.at.start.line) or ""
    if found["rest"] or line[comment.at.end.column - 1 :].strip():
        return None
    start, end = comment.at.start, Position(comment.at.end.line, len(line) + 1)
    if not comment.is_alone:
        before = line[: start.column - 1].rstrip()
        return Span(comment.at.file, Position(start.line, len(before) + 1), end)
    is_last = lines.line(start.line + 1) is None
    after = end if is_last else Position(start.line + 1, 1)
    return Span(comment.at.file, Position(start.line, 1), after)
