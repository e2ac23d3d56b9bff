"""Small changes to the code that finds things, each of which should make a spec fail.

A mutant is one change to one function: a comparison turned round, a condition negated, `and`
for `or`, a finding that is not added.  It is put into the running program by giving the
function another body, so that nothing is imported twice.
"""

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import CodeType, FunctionType, ModuleType

Change = Callable[[ast.AST], ast.AST | None]
_NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_SAID = ("hint", "severity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change: in which function of which module, and what is put for what."""

    module: str
    function: str
    before: str
    after: str
    code: CodeType
    file: str
    lines: range

    @property
    def key(self) -> str:
        """How the list of equivalent mutants calls it; it outlives a move of the lines."""
        return f"{self.module}:{self.function}: {self.before} -> {self.after}"


def mutants_of(name: str, *, only_reporting: bool = False) -> Iterator[Mutant]:
    """Every mutant of a module's functions, in written order.

    With `only_reporting`, of those functions alone that add a finding.
    """
    module = import_module(name)
    tree = ast.parse(inspect.getsource(module))
    for path, node in _functions(tree):
        if only_reporting and not any(map(_is_add, ast.walk(node))):
            continue
        for place, before, after, changed in _changes(node):
            yield Mutant(
                module=name,
                function=".".join(path),
                before=before,
                after=after,
                code=_code(tree, path, place, changed),
                file=module.__file__ or "",
                lines=_lines(list(ast.walk(node))[place]),
            )


@contextmanager
def installed(mutant: Mutant) -> Iterator[None]:
    """The program with the mutant in it."""
    module = import_module(mutant.module)
    function = _function(module, mutant.function)
    kept = function.__code__
    function.__code__ = mutant.code
    _forget(module)
    try:
        yield
    finally:
        function.__code__ = kept
        _forget(module)


def _function(module: ModuleType, path: str) -> FunctionType:
    found: object = module
    for name in path.split("."):
        found = vars(found)[name]
    found = found.fget if isinstance(found, property) else inspect.unwrap(found)  # type: ignore[arg-type]  # a function
    assert isinstance(found, FunctionType)
    return found


def _forget(module: ModuleType) -> None:
    """What functions have kept of their answers is the other body's."""
    for value in vars(module).values():
        clear = getattr(value, "cache_clear", None)
        if clear is not None:
            clear()


def _functions(tree: ast.Module) -> Iterator[tuple[tuple[str, ...], ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield (node.name,), node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield (node.name, inner.name), inner


def _changes(function: ast.FunctionDef) -> Iterator[tuple[int, str, str, ast.AST]]:
    """Which node of the function is changed, by its place in a walk, and to what."""
    for place, node in enumerate(ast.walk(function)):
        for changed in _changed(node):
            yield place, _shown(node), _shown(changed), changed


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=[op]):
            for table in (_NEGATED, _BOUNDARY):
                if type(op) in table:
                    yield _with(node, ops=[table[type(op)]()])
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield copy.deepcopy(operand)
        case ast.If(test=test) | ast.IfExp(test=test) if not _has_own_change(test):
            yield _with(node, test=ast.UnaryOp(op=ast.Not(), operand=copy.deepcopy(test)))
        case ast.Continue():
            yield ast.Pass()
        case ast.YieldFrom():
            yield _with(node, value=ast.Tuple(elts=[], ctx=ast.Load()))
        case _:
            yield from _unsaid(node)


def _unsaid(node: ast.AST) -> Iterator[ast.AST]:
    """A finding that is not added, and one without a part of what it says."""
    if isinstance(node, ast.Expr) and _is_add(node.value):
        yield ast.Pass()
    if isinstance(node, ast.Call) and _is_add(node):
        for name in _SAID:
            kept = [one for one in node.keywords if one.arg != name]
            if len(kept) < len(node.keywords):
                yield _with(node, keywords=copy.deepcopy(kept))


def _lines(node: ast.AST) -> range:
    """Lines of which one is run whenever the change can make a difference."""
    part = node.test if isinstance(node, ast.If) else node
    assert isinstance(part, ast.expr | ast.stmt)
    return range(part.lineno, (part.end_lineno or part.lineno) + 1)


def _has_own_change(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare | ast.BoolOp) or (
        isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    )


def _is_add(node: ast.AST) -> bool:
    """Whether it is `report.add(…)` or `self._report.add(…)`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "add"
        and ast.unparse(node.func.value).endswith("report")
    )


def _with(node: ast.AST, **parts: object) -> ast.AST:
    changed = copy.deepcopy(node)
    for name, value in parts.items():
        setattr(changed, name, value)
    return changed


def _shown(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 120 else f"{text[:80]} … {text[-35:]}"


def _code(tree: ast.Module, path: tuple[str, ...], place: int, changed: ast.AST) -> CodeType:
    """The body of the function at `path` with one node changed."""
    whole = copy.deepcopy(tree)
    function = next(node for name, node in _functions(whole) if name == path)
    _Replacing(list(ast.walk(function))[place], changed).visit(function)
    compiled = compile(ast.fix_missing_locations(whole), "<mutant>", "exec")
    return _find(compiled, path)


class _Replacing(ast.NodeTransformer):
    def __init__(self, node: ast.AST, changed: ast.AST) -> None:
        self._node = node
        self._changed = changed

    def visit(self, node: ast.AST) -> ast.AST:
        return self._changed if node is self._node else self.generic_visit(node)


def _find(code: CodeType, path: tuple[str, ...]) -> CodeType:
    for name in path:
        code = next(
            each for each in code.co_consts if isinstance(each, CodeType) and each.co_name == name
        )
    return code
