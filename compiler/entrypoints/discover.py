"""The flows of a repository, found by reading its files; none is named anywhere yet."""

import ast
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from compiler.entrypoints.answer import Flow, NotFound
from compiler.entrypoints.encoding import read_text
from compiler.entrypoints.place import Place
from compiler.entrypoints.reference import Entrypoint
from compiler.entrypoints.source_reader import SourceReader
from compiler.entrypoints.syntax import parse
from compiler.source.pattern import NOT_ONES_OWN
from compiler.source.sources import Sources

_NO_FUNCTION = " "  # no function is called so: the answer is which there are
_TESTS = frozenset({"tests", "test"})
_OF_AN_ENVIRONMENT = "pyvenv.cfg"
_MOST = 20_000  # files that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFlow:
    """A flow in a file, whose path is from the folder that was searched, with `/`.

    `is_called` says that another flow found calls it: it is a part of that one's runs.
    """

    file: str
    function: str
    flow: Flow
    is_called: bool

    @property
    def entrypoint(self) -> str:
        """How a deployment names it."""
        return f"{self.file}:{self.function}"


def discover(folder: Path, root: Path, sources: Sources) -> tuple[FoundFlow, ...]:
    """The flows below a folder of the repository at `root`, by file, in written order.

    Tests, hidden folders, virtual environments and installed packages are not looked into.
    """
    reader = SourceReader(root, sources)
    found: list[tuple[Path, str, Flow]] = []
    called: set[str] = set()
    for path in _modules(folder):
        text = read_text(path, sources)
        if not isinstance(text, str) or not ("@" in text or "flow" in text):
            continue
        flows = list(_flows(path, folder, reader))
        found += [(path, function, flow) for function, flow in flows]
        called |= _called_within(text, {function for function, _ in flows})
    return tuple(
        FoundFlow(
            file=path.relative_to(folder).as_posix(),
            function=function,
            flow=flow,
            is_called=function in called,
        )
        for path, function, flow in found
    )


def _modules(folder: Path) -> Iterator[Path]:
    count = 0
    for place, folders, names in os.walk(folder):
        if _OF_AN_ENVIRONMENT in names:
            folders.clear()
            continue
        folders[:] = sorted(
            each
            for each in folders
            if not each.startswith(".") and each not in NOT_ONES_OWN and each not in _TESTS
        )
        for name in sorted(names):
            count += 1
            if count > _MOST:
                return
            if name.endswith(".py") and not _is_test(name):
                yield Path(place, name)


def _is_test(name: str) -> bool:
    return name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"


def _flows(path: Path, folder: Path, reader: SourceReader) -> Iterator[tuple[str, Flow]]:
    """The flows that the file itself defines."""
    place = Place(path=path, folder=folder)
    file = path.relative_to(folder).as_posix()
    answer, _ = reader.read(Entrypoint(file=file, module=None, function=_NO_FUNCTION), place)
    for function in answer.flows if isinstance(answer, NotFound) else ():
        asked = Entrypoint(file=file, module=None, function=function)
        flow, _ = reader.read(asked, place)
        if isinstance(flow, Flow) and flow.is_seen and flow.file in {None, path}:
            yield function, flow


def _called_within(text: str, flows: Iterable[str]) -> set[str]:
    """The names that the flows of a file call in their bodies."""
    tree, names = parse(text), set(flows)
    if not isinstance(tree, ast.Module):
        return set()
    bodies = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in names
    )
    return {name for body in bodies for name in _calls(body) if name != body.name}


def _calls(body: ast.AST) -> Iterator[str]:
    for node in ast.walk(body):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):  # flow.with_options(…)
                yield name
            case ast.Call(func=ast.Attribute(attr=name)):
                yield name
            case _:
                continue
