"""Sources as Python parses them; never run."""

import ast
import warnings
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from compiler.entrypoints.answer import Unreadable
from compiler.entrypoints.encoding import read_text
from compiler.entrypoints.scope import Scope, module_scope
from compiler.source.sources import Sources

TOO_DEEP = "it is nested too deeply"
_MOST_KEPT = 200


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
