"""What a run found, made ready to be shown: in reading order, and without a secret.

Secrets are taken out of the parts, before a format puts them together: afterwards
they could be escaped, and what is put in their place could break the format.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from compiler.diagnostics import Diagnostic, Edit, Fix, Label, Severity, Span
from compiler.plan.mask import Mask, quoted
from compiler.source.sources import Sources

_LONGEST = 1_000  # characters of a message, which may name what has a million
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What every format is made from.

    `files` are those that were checked, named as in messages: relative to `base`.
    `root` is the folder that people and pipelines name files from, at or above `base`.
    `version` is the command's; `width` the columns of the terminal, None where there is none.
    """

    diagnostics: tuple[Diagnostic, ...]
    sources: Sources
    mask: Mask
    files: tuple[str, ...] = ()
    base: Path = Path("/")
    root: Path = Path("/")
    version: str = "0"
    width: int | None = None
    _written: Mapping[str, str] = field(default_factory=dict)
    _lines: dict[tuple[str, int], tuple[str, str] | None] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        """Whether something was found that must stop a run."""
        return self.count(Severity.ERROR) > 0

    def count(self, severity: Severity) -> int:
        """How many findings are so severe."""
        return sum(found.severity is severity for found in self.diagnostics)

    def line(self, file: str, number: int) -> tuple[str, str] | None:
        """A line as it was written, and as it may be shown; None where there is none.

        Each is made once: all findings of a file may be on one line of a megabyte.
        """
        if (file, number) not in self._lines:
            line = self.sources.line(self._written.get(file, file), number)
            shown = None if line is None else (line, self.mask.text(quoted(line)))
            self._lines[file, number] = shown
        return self._lines[file, number]

    def from_root(self, file: str) -> str:
        """The file's name from the root; absolute where it lies elsewhere."""
        path = Path(self.base, file)
        return path.relative_to(self.root).as_posix() if self.has(file) else path.as_posix()

    def has(self, file: str) -> bool:
        """Whether the file lies below the root."""
        return Path(self.base, file).is_relative_to(self.root)


def masked(findings: Findings) -> Findings:
    """The same findings without any secret that their mask knows, and as valid Unicode."""
    mask = findings.mask
    files = {found for each in findings.diagnostics for found in _files(each)}
    renamed = {shown: file for file in files if (shown := _shown(file, mask)) != file}
    return replace(
        findings,
        diagnostics=tuple(_masked(found, mask) for found in findings.diagnostics),
        files=tuple(_shown(file, mask) for file in findings.files),
        _written=renamed,
        _lines={},
    )


def _files(found: Diagnostic) -> Iterator[str]:
    yield from (label.span.file for label in found.related)
    if found.at is not None:
        yield found.at.file


def _masked(found: Diagnostic, mask: Mask) -> Diagnostic:
    return replace(
        found,
        message=_told(found.message, mask),
        hint=None if found.hint is None else _told(found.hint, mask),
        at=None if found.at is None else _place(found.at, mask),
        related=tuple(
            Label(_place(label.span, mask), _told(label.message, mask)) for label in found.related
        ),
        fix=None if found.fix is None else _masked_fix(found.fix, mask),
    )


def _masked_fix(fix: Fix, mask: Mask) -> Fix | None:
    """The fix; none where it would write a mask over a secret."""
    if any(_shown(edit.text, mask) != edit.text for edit in fix.edits):
        return None
    edits = tuple(Edit(_place(edit.at, mask), edit.text) for edit in fix.edits)
    return Fix(message=_told(fix.message, mask), edits=edits, safety=fix.safety)


def _place(span: Span, mask: Mask) -> Span:
    return Span(_shown(span.file, mask), span.start, span.end)


def _shown(text: str, mask: Mask) -> str:
    safe = mask.text(text)
    if safe.isascii():
        return safe
    return "".join("\ufffd" if ord(letter) in _SURROGATES else letter for letter in safe)


def _told(text: str, mask: Mask) -> str:
    """What is said, without its middle where it is so long that nobody reads it."""
    text, half = _shown(text, mask), _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}…{text[-half:]}"
