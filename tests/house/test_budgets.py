"""Functions that fit a screen, files that fit a reading; a budget is raised by decision only."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("compiler", "reconciler", "controller", "deploy")
Function = ast.FunctionDef | ast.AsyncFunctionDef
_NESTING = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)


@dataclass(frozen=True, slots=True)
class Written:
    """A function, and where it stands."""

    node: Function
    place: str
    is_command: bool

    @property
    def lines(self) -> int:
        """Lines from `def` to the end, without the docstring."""
        first, last = self.node.lineno, self.node.end_lineno or self.node.lineno
        doc = self.node.body[0]
        has_doc = ast.get_docstring(self.node, clean=False) is not None
        return last - first + 1 - ((doc.end_lineno or 0) - doc.lineno + 1 if has_doc else 0)

    @property
    def arguments(self) -> int:
        """How many it takes, but `self` and `cls`."""
        given = self.node.args
        named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        return sum(one is not None and one.arg not in {"self", "cls"} for one in named)

    @property
    def nesting(self) -> int:
        """How deep blocks stand in blocks."""
        return max((_depth(statement) for statement in self.node.body), default=0)


def _depth(node: ast.stmt) -> int:
    """Blocks around the innermost statement; an `elif` is as deep as its `if`."""
    if isinstance(node, Function | ast.ClassDef):
        return 0
    inner = max((_depth(one) for one in _statements(node)), default=0)
    later = getattr(node, "orelse", []) if isinstance(node, ast.If) else []
    chained = max((_depth(one) for one in later if isinstance(one, ast.If)), default=0)
    return max(inner + isinstance(node, _NESTING), chained)


def _statements(node: ast.stmt) -> Iterator[ast.stmt]:
    """What stands directly inside a block, but for its `elif`."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.match_case | ast.ExceptHandler):
            yield from part.body
        elif isinstance(part, ast.stmt):
            is_elif = isinstance(node, ast.If) and node.orelse == [part]
            if not (is_elif and isinstance(part, ast.If)):
                yield part


def _files() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def _functions() -> list[Written]:
    return [
        Written(node, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", _is_command(node))
        for path in _files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, Function)
    ]


def _is_command(node: Function) -> bool:
    """Whether click calls it, with an argument for every option."""
    return any("click." in ast.unparse(decorator) for decorator in node.decorator_list)


def test_no_function_is_longer_than_fifty_lines() -> None:
    assert [f"{one.place}: {one.lines}" for one in _functions() if one.lines > 50] == []


def test_nine_functions_in_ten_have_at_most_25_lines() -> None:
    lines = [one.lines for one in _functions()]

    assert sum(length <= 25 for length in lines) >= 0.9 * len(lines)


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _files()}

    assert {str(path): length for path, length in lengths.items() if length > 400} == {}


def test_no_function_takes_more_than_six_arguments() -> None:
    functions = [one for one in _functions() if not one.is_command]

    assert [f"{one.place}: {one.arguments}" for one in functions if one.arguments > 6] == []


def test_no_block_is_deeper_than_three() -> None:
    assert [f"{one.place}: {one.nesting}" for one in _functions() if one.nesting > 3] == []
