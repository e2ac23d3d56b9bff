"""The type that Prefect sees in each annotation of a flow.

Annotations that are texts (strings, or all of them after `from __future__ import annotations`)
are evaluated together: where one name in them is missing, as when it is imported under
`if TYPE_CHECKING` only, Python evaluates none, and pydantic then knows the builtins alone.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from compiler.entrypoints.binding import Binding, Import
from compiler.entrypoints.evaluate import Evaluator, parse_expression
from compiler.entrypoints.known import known
from compiler.entrypoints.scope import Scope, Undefined, Unknowable, Unresolved, find

# Prefect makes its model in a module of its own, so that a string within a type, such
# as the one in `list["Row"]`, is looked up among that module's names and the builtins.
PREFECT_NAMES = Scope(
    names={
        name: (Binding((0, 0), Import(module)),)
        for name, module in (("t", "typing"), ("typing", "typing"), ("pydantic", "pydantic"))
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """How the annotations of one function are to be read."""

    evaluator: Evaluator
    scope: Scope
    texts: Scope
    all_are_texts: bool

    def type_of(self, annotation: ast.expr | None) -> object:
        """The type for pydantic; `Any` where Prefect falls back to it.

        Raises:
            Unknowable: the source alone does not say.
        """
        if annotation is None:
            return known("typing.Any")
        text = _text(annotation, all_are_texts=self.all_are_texts)
        try:
            if text is None:
                return self.evaluator.annotation(annotation, self.scope)
            if _lacks_a_name(text, self.texts):
                return known("typing.Any")
            return self._of_text(text)
        except Unresolved:
            return known("typing.Any")

    def _of_text(self, text: ast.expr) -> object:
        """What a text spells; another text in it is left to pydantic, which knows little."""
        found = self.evaluator.value(text, self.texts)
        if not isinstance(found, str):
            return found
        inner = parse_expression(found)
        if _lacks_a_name(inner, PREFECT_NAMES):
            return known("typing.Any")
        return self.evaluator.annotation(inner, PREFECT_NAMES)


def annotations_of(
    written: Iterable[ast.expr | None], *, evaluator: Evaluator, scope: Scope
) -> Annotations:
    """Decide how the annotations of a function, its return type among them, are read."""
    all_are_texts = _postpones_annotations(scope.module)
    incomplete = any(
        _is_incomplete_text(one, scope.module, all_are_texts=all_are_texts)
        for one in written
        if one is not None
    )
    return Annotations(
        evaluator=evaluator,
        scope=scope,
        texts=PREFECT_NAMES if incomplete else scope.module,
        all_are_texts=all_are_texts,
    )


def _is_incomplete_text(annotation: ast.expr, module: Scope, *, all_are_texts: bool) -> bool:
    try:
        text = _text(annotation, all_are_texts=all_are_texts)
    except Unknowable:
        return False
    return text is not None and _lacks_a_name(text, module)


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


def _text(annotation: ast.expr, *, all_are_texts: bool) -> ast.expr | None:
    """The expression in an annotation that Python keeps as a text; None for other annotations.

    A string that is postponed as well is a string within a string: it stays one.
    """
    if all_are_texts:
        return annotation
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return parse_expression(annotation.value)
    return None


def _postpones_annotations(module: Scope) -> bool:
    return any(
        isinstance(binding.bound, Import) and binding.bound.path == "__future__.annotations"
        for binding in module.names.get("annotations", ())
    )
