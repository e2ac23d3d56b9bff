"""Sources as Python reads them: decoded as they say, parsed, never run."""

import ast
import tokenize
import warnings
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from compiler.entrypoints.scope import Scope, module_scope
from compiler.source.sources import Sources

TOO_DEEP = "it is nested too deeply"
_UTF_8 = "utf-8-sig"
_MOST_KEPT = 200
_LONGEST_HEAD = 4_000
# Encodings of which a few kilobytes keep Python busy for minutes; no source is written in one.
_NOT_FOR_SOURCES = ("idna", "punycode")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """The source is no Python.  `file` is None for a text that came without one."""

    line: int
    column: int
    message: str
    file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedModule:
    """The names of a module; its imports are not followed yet.

    `import_above` is the line of a relative import that surely runs and leads above the
    file's own folder.
    """

    scope: Scope
    import_above: int | None


class ParsedModules:
    """Parses each file once; only the last few are kept, since syntax trees are large."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._kept: OrderedDict[Path, ParsedModule | Unreadable] = OrderedDict()

    def module(self, path: Path) -> ParsedModule | Unreadable:
        """The module in a file; one that is not there is as good as empty."""
        if path not in self._kept:
            self._kept[path] = self._read(path)
        self._kept.move_to_end(path)
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return self._kept[path]

    def _read(self, path: Path) -> ParsedModule | Unreadable:
        text = read_text(path, self._sources)
        if isinstance(text, Unreadable):
            return text
        tree = parse(text)
        if isinstance(tree, Unreadable):
            return tree
        return ParsedModule(scope=module_scope(tree), import_above=_import_above(tree))


def read_text(path: Path, sources: Sources) -> str | Unreadable:
    """A source's text, in the encoding that it states, UTF-8 if it states none (PEP 263)."""
    encoding = _UTF_8
    try:
        encoding = _encoding(sources.data(path) or b"")
        return sources.read(path, encoding=encoding) or ""
    except SyntaxError as error:
        return Unreadable(line=1, column=1, message=error.msg)
    except UnicodeError:
        name = "UTF-8" if encoding == _UTF_8 else encoding
        return Unreadable(line=1, column=1, message=f"it is not {name} text")
    except LookupError as error:
        return Unreadable(line=1, column=1, message=str(error))


def _encoding(data: bytes) -> str:
    """The encoding that a comment in the first two lines states.

    Raises:
        SyntaxError: Python does not know it, or the byte order mark contradicts it.
    """
    head = data[:_LONGEST_HEAD].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    first = head.split(b"\n", 2)[:2]
    if not any(b"coding" in line for line in first):
        return _UTF_8
    lines = iter([line + b"\n" for line in first])
    encoding, _ = tokenize.detect_encoding(lambda: next(lines, b""))
    if encoding in _NOT_FOR_SOURCES:
        raise SyntaxError(f"unknown encoding: {encoding}")
    return _UTF_8 if encoding == "utf-8" else encoding


def parse(text: str) -> ast.Module | Unreadable:
    """The syntax tree of a text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the user's backslashes are not our subject
            return ast.parse(text)
    except SyntaxError as error:
        line, column = max(error.lineno or 1, 1), max(error.offset or 1, 1)
        return Unreadable(line=line, column=column, message=error.msg)
    except ValueError as error:
        return Unreadable(line=1, column=1, message=str(error))
    except (RecursionError, MemoryError):
        return Unreadable(line=1, column=1, message=TOO_DEEP)


def _import_above(tree: ast.Module) -> int | None:
    lines = (one.lineno for one in tree.body if isinstance(one, ast.ImportFrom) and one.level > 1)
    return next(lines, None)
