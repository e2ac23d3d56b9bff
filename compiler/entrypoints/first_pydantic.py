"""Whether a type is one of pydantic's first version, which changes how Prefect reads a flow.

With one such parameter Prefect has the first version write the schemas of all of them, in
forms of its own. A class from elsewhere that hides such a base is not found out.

Source: prefect._internal.pydantic.v1_schema.has_v1_type_as_param
"""

import ast

from compiler.entrypoints.binding import Import
from compiler.entrypoints.scope import Definition, Meaning, Scope, Unknowable, base_classes, find

_FIRST = "pydantic.v1."
_MOST_BASES = 100


def uses_first_pydantic(annotation: ast.expr, scope: Scope) -> bool:
    """Whether a name in an annotation is of the first version, or a class with such a base."""
    waiting = [
        meaning
        for part in ast.walk(annotation)
        if isinstance(part, ast.Name | ast.Attribute)
        for meaning in _meanings(part, scope)
    ]
    for _ in range(_MOST_BASES):
        if not waiting:
            break
        match waiting.pop():
            case Definition(bound=Import(path=path)) if f"{path}.".startswith(_FIRST):
                return True
            case Definition(bound=ast.ClassDef() as node, scope=its_scope):
                waiting += base_classes(node, its_scope)
            case _:
                continue
    return False


def _meanings(name: ast.expr, scope: Scope) -> tuple[Meaning, ...]:
    try:
        return find(name, scope)
    except Unknowable:
        return ()
