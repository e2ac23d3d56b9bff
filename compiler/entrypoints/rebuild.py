"""Classes of a module, made again from their text: fields, members and docstrings.

Methods are left out, never called. A class whose schema they may change cannot be known.
"""

import ast
import enum
import types
from abc import ABC, ABCMeta
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass, replace
from functools import partial
from typing import Protocol

from compiler.entrypoints.arithmetic import attempt
from compiler.entrypoints.binding import Function
from compiler.entrypoints.known import known
from compiler.entrypoints.scope import Definition, Scope, Unknowable, base_classes

# The module that rebuilt classes say they are of.
MODULE = "the_module_of_a_flow"
_HARMLESS_SPECIAL_METHODS = [
    "__init__",
    "__post_init__",
    "__str__",
    "__repr__",
    "__eq__",
    "__ne__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__hash__",
    "__len__",
    "__bool__",
    "__iter__",
    "__contains__",
    "__getitem__",
    "__call__",
    "__format__",
    "__add__",
    "__or__",
    "__enter__",
    "__exit__",
    "__aenter__",
    "__aexit__",
    "__del__",
    "__setattr__",
    "__getattr__",
    "model_post_init",
]
_ENUM_METHODS = ("__str__", "__repr__", "__format__", "__hash__", "_missing_")
_CLASS_DECORATORS = (
    "dataclasses.dataclass",
    "pydantic.dataclasses.dataclass",
    "enum.unique",
    "functools.total_ordering",
    "typing.final",
)
_METHOD_DECORATORS = (
    "builtins.property",
    "builtins.classmethod",
    "builtins.staticmethod",
    "functools.cached_property",
    "pydantic.computed_field",
)
_REFUSED_SETTINGS = ("use_attribute_docstrings", "regex_engine")
_VALIDATORS = ("pydantic.field_validator", "pydantic.model_validator")


class Reads(Protocol):
    """Who works out the expressions in a class."""

    def value(self, node: ast.expr, scope: Scope) -> object:
        """The value of an expression."""

    def annotation(self, node: ast.expr, scope: Scope) -> object:
        """The type of an annotation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """A class; when it `is_plain` it has no methods, and its instances can be known too."""

    type: type
    is_plain: bool


def is_namespace(node: ast.ClassDef, scope: Scope) -> bool:
    """Whether its attributes are what its body says: it has no bases but such classes."""
    if node.keywords or node.decorator_list:
        return False
    return all(
        isinstance(base, Definition)
        and isinstance(base.bound, ast.ClassDef)
        and is_namespace(base.bound, base.scope)
        for base in base_classes(node, scope)
    )


def rebuild(node: ast.ClassDef, scope: Scope, *, reads: Reads) -> Rebuilt:
    """The class that the text describes.

    Raises:
        Unknowable: something in it may do more than the text shows.
    """
    if getattr(node, "type_params", None):
        raise Unknowable
    bases = tuple(reads.value(base, scope) for base in node.bases)
    named = {keyword.arg or "": reads.value(keyword.value, scope) for keyword in node.keywords}
    if "" in named or "metaclass" in named:
        raise Unknowable
    _check_settings(named)
    inside = scope.within(node.body)
    body = _Body(name=node.name, bases=bases, scope=inside, reads=reads)
    namespace = _namespace(node, body)
    made = attempt(types.new_class, node.name, bases, named, partial(_fill, namespace=namespace))
    for decorator in reversed(node.decorator_list):
        made = attempt(_class_decorator(decorator, scope, reads=reads), made)
    if not isinstance(made, type):
        raise Unknowable
    return Rebuilt(type=made, is_plain=not any(isinstance(part, Function) for part in node.body))


def _fill(body: dict[str, object], *, namespace: Mapping[str, object]) -> None:
    for name, value in namespace.items():  # one by one, for that is how an Enum finds its members
        body[name] = body[value.name] if isinstance(value, _Same) else value


@dataclass(frozen=True, slots=True)
class _Same:
    """The value that an Enum has made of an earlier name of its body."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """The inside of a class, read up to a place in it."""

    name: str
    bases: tuple[object, ...]
    scope: Scope
    reads: Reads

    @property
    def is_enum(self) -> bool:
        return any(isinstance(base, enum.EnumType) for base in self.bases)

    def until_after(self, statement: ast.stmt) -> "_Body":
        """The same, with the names that are bound when the statement has run."""
        end = (statement.end_lineno or 0, statement.end_col_offset or 0)
        return replace(self, scope=replace(self.scope, before=end))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contents:
    """What a class is made of: annotations, and the values of its names."""

    annotations: dict[str, object] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)


def _namespace(node: ast.ClassDef, body: _Body) -> Mapping[str, object]:
    names: dict[str, object] = {"__module__": MODULE, "__qualname__": node.name}
    if docstring := ast.get_docstring(node, clean=False):
        names["__doc__"] = docstring
    if _is_opaque_to_pydantic(node, body.bases):
        return names
    if any(_may_hide_something(base) for base in body.bases):
        raise Unknowable
    contents = _Contents()
    for statement in node.body:
        _add(statement, contents, body=body.until_after(statement))
    if contents.annotations:
        names["__annotations__"] = contents.annotations
    return {**names, **contents.values}


def _add(statement: ast.stmt, contents: _Contents, *, body: _Body) -> None:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
            if value is not None:
                contents.values[name] = body.reads.value(value, body.scope)
            contents.annotations[name] = body.reads.annotation(annotation, body.scope)
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                _assign(target, value, contents, body=body)
            _check_settings(contents.values.get("model_config"))
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            _check_method(statement, body)
        case ast.ClassDef(name="Config") if not body.is_enum:
            contents.values["Config"] = _old_settings(statement, body)
        case ast.ClassDef() if not body.is_enum:
            pass
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            pass
        case _:
            raise Unknowable


def _assign(target: ast.expr, value: ast.expr, contents: _Contents, *, body: _Body) -> None:
    if not isinstance(target, ast.Name) or target.id.startswith("__"):
        raise Unknowable
    if body.is_enum and isinstance(value, ast.Name) and value.id in contents.values:
        contents.values[target.id] = _Same(value.id)
    else:
        contents.values[target.id] = body.reads.value(value, body.scope)


def _old_settings(node: ast.ClassDef, body: _Body) -> object:
    """The class in which pydantic's first version kept a model's settings."""
    settings: dict[str, object] = {"__module__": MODULE, "__qualname__": f"{body.name}.Config"}
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                settings[name] = body.reads.value(value, body.scope)
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                continue
            case _:
                raise Unknowable
    _check_settings(settings)
    if node.bases or node.decorator_list:
        raise Unknowable
    return type("Config", (), settings)


def _check_settings(settings: object) -> None:
    """Refuse what has pydantic read the source, or search texts for as long as it takes."""
    if isinstance(settings, dict) and not settings.keys().isdisjoint(_REFUSED_SETTINGS):
        raise Unknowable


def _check_method(method: Function, body: _Body) -> None:
    """Refuse a method that may change the schema."""
    harmless = _ENUM_METHODS if body.is_enum else _HARMLESS_SPECIAL_METHODS
    is_special = method.name.startswith("__") or (body.is_enum and method.name.startswith("_"))
    if is_special and method.name not in harmless:
        raise Unknowable
    if body.is_enum and method.name in ("name", "value"):
        raise Unknowable
    for decorator in method.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        named = body.reads.value(call.func if call else decorator, body.scope)
        if _is_one_of(named, _METHOD_DECORATORS):
            continue
        if call is None or not _is_one_of(named, _VALIDATORS) or not _keeps_schema(call):
            raise Unknowable


def _keeps_schema(validator: ast.Call) -> bool:
    """Whether a pydantic validator leaves the JSON Schema of its fields as it is."""
    for keyword in validator.keywords:
        match keyword:
            case ast.keyword(arg="mode", value=ast.Constant(value="before" | "after")):
                continue
            case ast.keyword(arg="check_fields"):
                continue
            case _:
                return False
    return True


def _is_opaque_to_pydantic(node: ast.ClassDef, bases: tuple[object, ...]) -> bool:
    """Whether pydantic only asks whether a value is an instance of the class."""
    if node.decorator_list or not all(
        base in (object, ABC) or _may_hide_something(base) for base in bases
    ):
        return False
    methods = [part.name for part in node.body if isinstance(part, Function)]
    if any(name.startswith("__get_") for name in methods):
        raise Unknowable
    return True


def _may_hide_something(base: object) -> bool:
    """Whether it was made without looking at its body, as no field was expected there."""
    return (
        type(base) in (type, ABCMeta)
        and getattr(base, "__module__", "") == MODULE
        and getattr(base, "__bases__", ()) != (tuple,)
        and not is_dataclass(base)
    )


def _class_decorator(decorator: ast.expr, scope: Scope, *, reads: Reads) -> object:
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not _is_one_of(reads.value(named, scope), _CLASS_DECORATORS):
        raise Unknowable
    return reads.value(decorator, scope)


def _is_one_of(thing: object, paths: Sequence[str]) -> bool:
    return any(thing is known(path) for path in paths)
