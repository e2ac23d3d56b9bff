"""The type that Prefect sees in each annotation of a flow.

Annotations that are texts (strings, or all of them after `from __future__ import annotations`)
are evaluated together: where one name in them is missing, as when it is imported under
`if TYPE_CHECKING` only, Python evaluates none, and pydantic then knows the builtins alone.
"""

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from compiler.entrypoints.binding import Binding, Import
from compiler.entrypoints.evaluate import Evaluator, parse_expression
from compiler.entrypoints.known import known
from compiler.entrypoints.scope import (
    Definition,
    Meaning,
    Scope,
    Undefined,
    Unknowable,
    Unresolved,
    find,
)
from compiler.entrypoints.signature import Written

# Prefect makes its model in a module of its own, so that a string within a type, such
# as the one in `list["Row"]`, is looked up among that module's names and the builtins.
_PREFECT_NAMES = Scope(
    names={
        name: (Binding((0, 0), Import(module)),)
        for name, module in (("t", "typing"), ("typing", "typing"), ("pydantic", "pydantic"))
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """How the annotations of one function are to be read.

    `texts` are the expressions in those annotations that Python keeps as texts, by how they
    are written; `scope_of_texts` is where Prefect, or pydantic, looks for their names.
    """

    evaluator: Evaluator
    scope: Scope
    texts: Mapping[ast.expr, ast.expr]
    scope_of_texts: Scope
    strings: Scope

    def type_of(self, annotation: ast.expr | None) -> object:
        """The type for pydantic; `Any` where Prefect falls back to it.

        Raises:
            Unknowable: the source alone does not say.
        """
        if annotation is None:
            return known("typing.Any")
        try:
            if annotation not in self.texts:
                return self.evaluator.annotation(annotation, self.scope)
            if _lacks_a_name(self.texts[annotation], self.scope_of_texts):
                return known("typing.Any")
            return self._of_text(self.texts[annotation])
        except Unresolved:
            return known("typing.Any")

    def _of_text(self, text: ast.expr) -> object:
        """What a text spells; another text in it is left to pydantic, which knows little."""
        found = self.evaluator.value(text, self.scope_of_texts)
        if not isinstance(found, str):
            return found
        inner = parse_expression(found)
        if _lacks_a_name(inner, self.strings):
            return known("typing.Any")
        return self.evaluator.annotation(inner, self.strings)


def annotations_of(
    parameters: Sequence[Written], returns: ast.expr | None, *, scope: Scope
) -> Annotations:
    """Decide how the annotations of a function, its return type among them, are read."""
    strings = _names_in_strings(parameters)
    evaluator = Evaluator(strings=strings, parameters=len(parameters))
    all_are_texts = _postpones_annotations(scope.module)
    texts: dict[ast.expr, ast.expr] = {}
    for one in (*(parameter.annotation for parameter in parameters), returns):
        text = None if one is None else _text(one, scope, all_are_texts=all_are_texts)
        if one is not None and text is not None:
            texts[one] = text
    fails = any(_fails(text, scope.module, evaluator=evaluator) for text in texts.values())
    return Annotations(
        evaluator=evaluator,
        scope=scope,
        texts=texts,
        scope_of_texts=strings if fails else scope.module,
        strings=strings,
    )


def _names_in_strings(parameters: Iterable[Written]) -> Scope:
    """What a string within a type can name; pydantic looks among the parameters first."""
    hidden = {one.name: (Binding((0, 0), None),) for one in parameters}
    return replace(_PREFECT_NAMES, names={**_PREFECT_NAMES.names, **hidden})


def _fails(text: ast.expr, module: Scope, *, evaluator: Evaluator) -> bool:
    """Whether Python would raise NameError or TypeError; Prefect then lets all texts be."""
    if _lacks_a_name(text, module):
        return True
    try:
        evaluator.value(text, module)
    except Unknowable as error:
        return isinstance(error.__cause__, TypeError)
    except RecursionError:
        return False  # that of the parameter alone is not known then
    return False


def _lacks_a_name(node: ast.expr, scope: Scope) -> bool:
    """Whether evaluating the expression would surely raise NameError."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            try:
                find(part, scope)
            except Undefined:
                return True
            except Unknowable:
                continue
    return False


def _text(annotation: ast.expr, scope: Scope, *, all_are_texts: bool) -> ast.expr | None:
    """The expression in an annotation that Python keeps as a text; None for other annotations.

    A string that is postponed as well is a string within a string: it stays one.
    """
    if all_are_texts:
        return annotation
    try:
        match annotation:
            case ast.Constant(value=str(text)):
                return parse_expression(text)
            case ast.Name():
                return _text_behind(find(annotation, scope))
            case _:
                return None
    except Unknowable:
        return None


def _text_behind(meanings: Sequence[Meaning]) -> ast.expr | None:
    """The text that a name stands for: `Row = "shop.Row"`."""
    match meanings:
        case [*_, Definition(bound=ast.Constant(value=str(text)))]:
            return parse_expression(text)
        case _:
            return None


def _postpones_annotations(module: Scope) -> bool:
    return any(
        isinstance(binding.bound, Import) and binding.bound.path == "__future__.annotations"
        for binding in module.names.get("annotations", ())
    )
