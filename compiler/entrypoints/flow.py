"""What the source of a module says about one of its flows, read without running it."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from compiler.desired.json import Json
from compiler.entrypoints.binding import Function
from compiler.entrypoints.decorator import HIDDEN, OPTIONS, Setting
from compiler.entrypoints.docstring import describe_parameters
from compiler.entrypoints.module import MadeFlow, Module, Plain, Unseen
from compiler.entrypoints.parameter_schema import Subject, parameter_schema
from compiler.entrypoints.scope import Scope, module_scope
from compiler.entrypoints.signature import render_signature, written_parameters
from compiler.entrypoints.syntax import TOO_DEEP, Unreadable, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A flow as Prefect would store it.

    `name` is None when it cannot be known. `description` and `version` are None when
    there is none, unless `unknown_options` names them: then they cannot be known either.
    `version` is the decorator's; without one Prefect uses that of the file.

    `unknown` names the parameters whose schema cannot be known from this source alone;
    what is certain (position, title, description) stands in `parameter_schema`.

    `line` and `column` are those in `file`, where the function is written; `code_file`
    differs from it where a wrapper in another file puts a function of its own in between.
    Both are None for a text that came without a file.

    `import_above` is the line in the entrypoint's own file of a relative import that leads
    above its folder, which fails where Prefect runs that file as a script.

    `wrapper` is a decorator that could not be seen into, as written. Where not even
    the function can be seen, all is unknown and `takes_any` is true; `imported_from` is then
    `module.name` when the module merely imports it.
    """

    name: str | None
    description: str | None
    version: str | None
    unknown_options: frozenset[str]
    is_async: bool
    parameter_schema: Mapping[str, Json]
    unknown: frozenset[str]
    takes_any: bool
    signature: str
    line: int
    column: int
    file: Path | None = None
    code_file: Path | None = None
    wrapper: str | None = None
    imported_from: str | None = None
    is_seen: bool = True
    import_above: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound:
    """The module has no such function; these it has, flows and others, in their order."""

    flows: tuple[str, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAFlow:
    """There is such a function, but nothing suggests that it is a flow."""

    line: int
    file: Path | None = None


Answer: TypeAlias = Flow | NotFound | NotAFlow | Unreadable


def read_flow(source: str, function: str) -> Answer:
    """The flow that `function` or `Class.method` names in a text that imports nothing we see."""
    tree = parse(source)
    return tree if isinstance(tree, Unreadable) else flow_in(module_scope(tree), function)


def flow_in(scope: Scope, function: str) -> Answer:
    """The flow that `function` or `Class.method` names in a module, or that it imports."""
    try:
        return _answer(Module(scope), function)
    except RecursionError:
        return Unreadable(line=1, column=1, message=TOO_DEEP)


def _answer(module: Module, function: str) -> Flow | NotFound | NotAFlow:
    match module.find(function):
        case MadeFlow() as made:
            return _flow(made)
        case Plain(line=line, file=file):
            return NotAFlow(line=line, file=file)
        case Unseen() as unseen:
            return _unseen_flow(unseen)
        case None:
            flows, others = module.functions()
            return NotFound(flows=flows, others=others)


def _flow(made: MadeFlow) -> Flow:
    node = made.node
    docstring = None if isinstance(node, ast.Lambda) else ast.get_docstring(node)
    parameters = written_parameters(node.args)
    subject = Subject(
        parameters=parameters,
        returns=None if isinstance(node, ast.Lambda) else node.returns,
        scope=made.scope,
        descriptions=describe_parameters(docstring or ""),
    )
    schema = parameter_schema(subject)
    return Flow(
        name=_text(made.settings["name"], otherwise=_default_name(node)),
        description=_text(made.settings["description"], otherwise=docstring),
        version=_text(made.settings["version"], otherwise=None),
        unknown_options=frozenset(name for name in OPTIONS if made.settings[name] is HIDDEN),
        is_async=made.is_async,
        parameter_schema=schema.schema,
        unknown=schema.unknown,
        takes_any=node.args.kwarg is not None,
        signature=render_signature(parameters),
        line=node.lineno,
        column=node.col_offset + 1,
        file=made.file,
        code_file=made.code_file,
        wrapper=made.wrapper,
    )


def _unseen_flow(unseen: Unseen) -> Flow:
    return Flow(
        name=None,
        description=None,
        version=None,
        unknown_options=frozenset(OPTIONS),
        is_async=False,
        parameter_schema={"title": "Parameters", "type": "object", "properties": {}},
        unknown=frozenset(),
        takes_any=True,
        signature="(...)",
        line=unseen.line,
        column=1,
        file=unseen.file,
        code_file=unseen.file,
        imported_from=unseen.imported_from,
        is_seen=False,
    )


def _text(setting: Setting, *, otherwise: str | None) -> str | None:
    return None if setting is HIDDEN else setting or otherwise


def _default_name(node: Function | ast.Lambda) -> str:
    return "unknown-lambda" if isinstance(node, ast.Lambda) else node.name.replace("_", "-")
