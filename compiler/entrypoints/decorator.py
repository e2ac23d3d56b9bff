"""Which expressions make flows, and what they set: name, description and version.

A wrapper function of the same module is looked through when it is simply made of `flow`.
Any other function that cannot be seen into is taken to make flows as well: it is opaque.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Final, TypeAlias

from compiler.entrypoints.binding import Binding, Function, Import, names_of
from compiler.entrypoints.evaluate import Evaluator
from compiler.entrypoints.scope import Definition, Meaning, Scope, Unknowable, find


class Hidden(Enum):
    """Stands for a setting that is made but cannot be read."""

    HIDDEN = "hidden"


HIDDEN: Final = Hidden.HIDDEN
Setting: TypeAlias = str | Hidden | None
Given: TypeAlias = Mapping[str, Setting]

OPTIONS = ("name", "description", "version")
_FLOW = ("prefect.flow", "prefect.flows.flow", "prefect.Flow", "prefect.flows.Flow")
_NEVER_A_FLOW = (
    "prefect.task",
    "prefect.materialize",
    "prefect.assets.",
    "builtins.",
    "functools.",
    "contextlib.",
    "abc.",
    "typing.",
    "typing_extensions.",
    "atexit.",
    "enum.",
    "dataclasses.",
    "pytest.",
)
_MOST_STEPS = 2_000
# Whatever a mapping that we cannot see may hold: `flow(**options)`.
_REST = "**"


@dataclass(frozen=True, slots=True)
class Maker:
    """Something that makes a function a flow, with these settings.

    `opaque` is how it is written when it cannot be seen into; None for `flow` itself.
    `inner` is the function that it puts in the place of the one it is given, if it does.
    """

    settings: Given
    opaque: str | None = None
    inner: "Inner | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Inner:
    """A function within a wrapper, and what can be seen where the wrapper stands."""

    node: Function
    scope: Scope


class Makers:
    """Finds out, for one module, what makes flows; the work is bounded."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._steps = 0
        self._open: set[ast.AST] = set()

    def maker(
        self, expression: ast.expr, scope: Scope, *, given: Given = MappingProxyType({})
    ) -> Maker | None:
        """What a decorator makes of a function; None when it makes no flow.

        `given` are the arguments with which it will be called, positional ones by number.
        """
        self._steps += 1
        if self._steps > _MOST_STEPS:
            return _opaque(expression, given)
        match expression:
            case ast.Call(func=func, args=[made, *_]) if _is_partial(func, scope):
                own = self.keywords(expression, scope)
                return self.maker(made, scope, given={**own, **given})
            case ast.Call(func=func):
                own = self._arguments(expression, scope)
                return self.maker(func, scope, given={**own, **given})
            case ast.Name() | ast.Attribute():
                meanings = _meanings(expression, scope)
                makers = [self._of_meaning(one, expression, given=given) for one in meanings]
                return _clearest(one for one in makers if one is not None)
            case _:
                return _opaque(expression, given)

    def options(self, call: ast.Call, scope: Scope) -> Given:
        """The options that a call sets; None for those it leaves alone."""
        return _options(self.keywords(call, scope))

    def _of_meaning(self, meaning: Meaning, expression: ast.expr, *, given: Given) -> Maker | None:
        match meaning:
            case Definition(bound=Import(path=path)) if path in _FLOW:
                return Maker(_options(given))
            case Definition(bound=Import(path=path)) if path.startswith(_NEVER_A_FLOW):
                return None
            case Definition(bound=ast.FunctionDef() | ast.expr() as node) as defined:
                if node in self._open:
                    return _opaque(expression, given)  # a ring of names
                self._open.add(node)
                made = self._of_definition(defined, expression, given=given)
                self._open.discard(node)
                if made is None or made.opaque is None:
                    return made
                return replace(made, opaque=ast.unparse(expression))
            case _:
                return _opaque(expression, given)

    def _of_definition(
        self, defined: Definition, expression: ast.expr, *, given: Given
    ) -> Maker | None:
        scope = defined.scope.until(defined.at)
        match defined.bound:
            case ast.FunctionDef() as node:
                return self._wrapper(node, scope, given=given) or _opaque(expression, given)
            case ast.expr() as node:
                return self.maker(node, scope, given=given)
            case _:
                return _opaque(expression, given)

    def _wrapper(self, node: ast.FunctionDef, scope: Scope, *, given: Given) -> Maker | None:
        """What a function of the module makes, if all in it that makes flows does so alike."""
        if _puts_another_in_place(node):
            return None
        call = _WrapperCall(makers=self, node=node, inside=_inside(node, scope), given=given)
        makers = [self.maker(func, call.inside, given=passed) for func, passed in call.calls()]
        clear = [one for one in makers if one is not None and one.opaque is None]
        if not clear or any(one.settings != clear[0].settings for one in clear):
            return None
        return replace(clear[0], inner=_inner(node, scope) or clear[0].inner)

    def inner(self, decorator: ast.expr, scope: Scope) -> Inner | None:
        """The function that a decorator puts in the place of another, if it does so seen by us."""
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        match _meanings(named, scope):
            case (*_, Definition(bound=ast.FunctionDef() as node) as last):
                return _inner(node, last.scope)
            case _:
                return None

    def _arguments(self, call: ast.Call, scope: Scope) -> Given:
        positional = {str(at): self.setting(value, scope) for at, value in enumerate(call.args)}
        return {**positional, **self.keywords(call, scope)}

    def keywords(self, call: ast.Call, scope: Scope) -> Given:
        """The keyword arguments of a call."""
        return {one.arg or _REST: self.setting(one.value, scope) for one in call.keywords}

    def setting(self, node: ast.expr, scope: Scope) -> Setting:
        """The text that an argument is."""
        try:
            value = self._evaluator.value(node, scope)
        except (Unknowable, RecursionError):  # a chain through many modules may be a long one
            return HIDDEN
        return value if isinstance(value, str) or value is None else HIDDEN


@dataclass(frozen=True, slots=True, kw_only=True)
class _WrapperCall:
    """A call of a wrapper: what it is given, and how that reaches `flow` within."""

    makers: Makers
    node: ast.FunctionDef
    inside: Scope
    given: Given

    def calls(self) -> Iterator[tuple[ast.expr, Given]]:
        """Everything called within, each with what it is given in turn."""
        for part in _parts(self.node):
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name | ast.Attribute):
                yield part.func, self._passed_on(part)
            if isinstance(part, Function):
                yield from (
                    (one, {}) for one in part.decorator_list if not isinstance(one, ast.Call)
                )

    def _passed_on(self, call: ast.Call) -> Given:
        passed: dict[str, Setting] = {
            str(at): self._value(value) for at, value in enumerate(call.args)
        }
        for keyword in call.keywords:
            if keyword.arg is not None:
                passed[keyword.arg] = self._value(keyword.value)
            else:
                passed.update(self._unpacked(keyword.value))
        return passed

    def _value(self, node: ast.expr) -> Setting:
        match node:
            case ast.Name(id=name) if name in self._parameters():
                return self._argument(name)
            case ast.BoolOp(op=ast.Or(), values=values):
                settings = [self._value(value) for value in values]
                return next((setting for setting in settings if setting), None)
            case _:
                return self.makers.setting(node, self.inside)

    def _unpacked(self, node: ast.expr) -> Given:
        kwarg = self.node.args.kwarg
        if kwarg is None or not isinstance(node, ast.Name) or node.id != kwarg.arg:
            return {_REST: HIDDEN}
        rest = {name: one for name, one in self.given.items() if name not in self._parameters()}
        changed = dict.fromkeys(_changed_keys(self.node, kwarg.arg), HIDDEN)
        return {name: one for name, one in {**rest, **changed}.items() if not name.isdecimal()}

    def _parameters(self) -> list[str]:
        arguments = self.node.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        return [argument.arg for argument in named]

    def _argument(self, name: str) -> Setting:
        """What the wrapper's parameter is given, or else its default."""
        position = str(self._parameters().index(name))
        if name in names_of(self.node.body):
            return HIDDEN
        for key in (name, position, _REST):
            if key in self.given:
                return self.given[key]
        default = _defaults(self.node.args).get(name)
        return self.makers.setting(default, self.inside) if default is not None else HIDDEN


def overridden(base: Given, given: Given) -> Given:
    """What `with_options(...)` makes of settings: what is given and not empty, else the base's."""
    return {option: given[option] or base[option] for option in OPTIONS}


def _options(given: Given) -> Given:
    rest = HIDDEN if _REST in given else None
    return {option: given.get(option, rest) for option in OPTIONS}


def _opaque(expression: ast.expr, given: Given) -> Maker:
    settings = {option: given.get(option) or HIDDEN for option in OPTIONS}
    return Maker(settings, opaque=ast.unparse(expression))


def _clearest(makers: Iterable[Maker]) -> Maker | None:
    found = list(makers)
    return next((one for one in found if one.opaque is None), found[0] if found else None)


def _meanings(expression: ast.expr, scope: Scope) -> tuple[Meaning, ...]:
    try:
        return find(expression, scope)
    except Unknowable:
        return (None,)


def _is_partial(func: ast.expr, scope: Scope) -> bool:
    return any(
        isinstance(one, Definition) and one.bound == Import("functools.partial")
        for one in _meanings(func, scope)
    )


def _inside(node: ast.FunctionDef, scope: Scope) -> Scope:
    """What can be seen in a function; parameters, those of functions in it too, hide names."""
    parameters = [part.arg for part in ast.walk(node) if isinstance(part, ast.arg)]
    hidden = (Binding((0, 0), None),)
    return Scope(names={**names_of(node.body), **dict.fromkeys(parameters, hidden)}, outer=scope)


def _parts(node: ast.FunctionDef) -> Iterator[ast.AST]:
    return (part for statement in node.body for part in ast.walk(statement))


def _inner(node: ast.FunctionDef, scope: Scope) -> Inner | None:
    wrapping = [part for part in _parts(node) if isinstance(part, Function) and _is_variadic(part)]
    return Inner(wrapping[-1], scope) if wrapping else None


def _is_variadic(node: Function) -> bool:
    return node.args.vararg is not None or node.args.kwarg is not None


def _puts_another_in_place(node: ast.FunctionDef) -> bool:
    """Whether it makes flows of a function of its own that does not keep the signature."""
    return any(
        isinstance(part, Function)
        and _is_variadic(part)
        and not any("wraps" in ast.unparse(decorator) for decorator in part.decorator_list)
        for part in _parts(node)
    )


def _defaults(arguments: ast.arguments) -> Mapping[str, ast.expr]:
    positional = [*arguments.posonlyargs, *arguments.args]
    last = positional[len(positional) - len(arguments.defaults) :]
    pairs = [
        *zip(last, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {argument.arg: default for argument, default in pairs if default is not None}


def _changed_keys(node: ast.FunctionDef, mapping: str) -> Iterator[str]:
    """Keys that the function itself sets in a mapping: `options.setdefault("retries", 3)`."""
    for part in _parts(node):
        match part:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name)), args=args):
                if name == mapping:
                    yield from _first_text(args) or OPTIONS
            case ast.Subscript(value=ast.Name(id=name), slice=key):
                if name == mapping:
                    yield from _first_text([key]) or OPTIONS
            case _:
                continue


def _first_text(nodes: list[ast.expr]) -> tuple[str, ...]:
    match nodes:
        case [ast.Constant(value=str(text)), *_]:
            return (text,)
        case _:
            return ()
