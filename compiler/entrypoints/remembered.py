"""Readings as JSON, to be remembered from one run to the next."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from compiler.desired.json import Json
from compiler.entrypoints.answer import Flow


class Garbled(Exception):
    """What was remembered is not of the form in which it was written."""


def dump_flow(flow: Flow, root: Path) -> Json:
    """A flow as JSON, its files relative to `root` where they lie below it."""
    return [
        [flow.name, flow.description, flow.version, flow.wrapper, flow.imported_from],
        [flow.is_async, flow.takes_any, flow.is_seen],
        [flow.line, flow.column, flow.import_above],
        [dump_path(flow.file, root), dump_path(flow.code_file, root)],
        sorted(flow.unknown_options),
        sorted(flow.unknown),
        flow.signature,
        flow.parameter_schema,
    ]


def load_flow(value: Json, root: Path) -> Flow:
    """The flow that was dumped.

    Raises:
        Garbled: it is none.
    """
    match value:
        case [
            [name, description, version, wrapper, imported_from],
            [bool(is_async), bool(takes_any), bool(is_seen)],
            [int(line), int(column), None | int() as import_above],
            [file, code_file],
            list(unknown_options),
            list(unknown),
            str(signature),
            dict(schema),
        ]:
            return Flow(
                name=_text(name),
                description=_text(description),
                version=_text(version),
                unknown_options=_texts(unknown_options),
                is_async=is_async,
                parameter_schema=schema,
                unknown=_texts(unknown),
                takes_any=takes_any,
                signature=signature,
                line=line,
                column=column,
                file=load_path(file, root),
                code_file=load_path(code_file, root),
                wrapper=_text(wrapper),
                imported_from=_text(imported_from),
                is_seen=is_seen,
                import_above=import_above,
            )
        case _:
            raise Garbled


def dump_path(path: Path | None, root: Path) -> str | None:
    """A path, relative to `root` where it lies below it."""
    if path is None:
        return None
    text, start = str(path), f"{root}{os.sep}"
    if text.startswith(start):
        return text.removeprefix(start)
    return "." if path == root else text


def load_path(value: Json, root: Path) -> Path | None:
    """The path that was dumped.

    Raises:
        Garbled: it is none.
    """
    text = _text(value)
    return None if text is None else root / text


def load_pairs(value: Json) -> Sequence[tuple[str, str]]:
    """Pairs of texts.

    Raises:
        Garbled: they are none.
    """
    if not isinstance(value, list):
        raise Garbled
    pairs: list[tuple[str, str]] = []
    for one in value:
        match one:
            case [str(first), str(second)]:
                pairs.append((first, second))
            case _:
                raise Garbled
    return pairs


def load_mapping(value: Json) -> Mapping[str, Json]:
    """A mapping.

    Raises:
        Garbled: it is none.
    """
    if not isinstance(value, dict):
        raise Garbled
    return value


def _text(value: Json) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise Garbled


def _texts(values: Sequence[Json]) -> frozenset[str]:
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) != len(values):
        raise Garbled
    return frozenset(texts)
