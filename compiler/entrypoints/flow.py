"""What the source of a module says about one of its flows, read without running it."""

import ast

from compiler.entrypoints.answer import Answer, Flow, NotAFlow, NotFound, Unreadable
from compiler.entrypoints.binding import Function
from compiler.entrypoints.decorator import HIDDEN, OPTIONS, Setting
from compiler.entrypoints.docstring import describe_parameters
from compiler.entrypoints.module import MadeFlow, Module, Plain, Unseen
from compiler.entrypoints.parameter_schema import Subject, parameter_schema
from compiler.entrypoints.scope import Scope, module_scope
from compiler.entrypoints.signature import render_signature, written_parameters
from compiler.entrypoints.syntax import TOO_DEEP, parse


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
