"""What the data of a block may hold beside plain values: where a value comes from.

value  = {"$file": PATH ["as": form]}
       | {"$command": [WORD, …] ["as": form] ["timeout": SECONDS]}
       | {"$block": "TYPE/NAME"}       at the top of the data: another block
       | {"$literal": value}           a value that only looks like one of these
       | any JSON
form   = "text" | "json"
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from compiler.desired.block_secrets import PATH, REFERENCE
from compiler.desired.json import Json
from compiler.desired.secret import Form, FromCommand, FromFile, Secret, Source
from compiler.diagnostics.spelling import nearest
from compiler.environment.overlay import SOURCES
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Block
from compiler.source.locate import Step
from compiler.source.nodes import Mapping as MappingNode
from compiler.source.nodes import Node, Scalar, Sequence

BLOCK = REFERENCE
LONGEST_TIMEOUT = 3600.0
_FILE, _COMMAND, _LITERAL = "$file", "$command", "$literal"
_SECONDS = 60.0
_BESIDE = {_FILE: {"as"}, _COMMAND: {"as", "timeout"}, BLOCK: set[str](), _LITERAL: set[str]()}


@dataclass(frozen=True, slots=True)
class Misshapen:
    """A value that says where it comes from, and not in the right form."""

    path: tuple[Step, ...]
    message: str
    hint: str | None = None


def says_source(value: Json) -> str | None:
    """The key by which a value says where it comes from; None for a plain value."""
    if not isinstance(value, Mapping):
        return None
    return next((name for name in SOURCES if name in value), None)


def data_of(written: Placed[Block]) -> Mapping[str, Json]:
    """The data as it is written."""
    return written.value.data or {}


def misshapen(written: Placed[Block]) -> Iterator[Misshapen]:
    """What is wrong with the forms of a block's values, each at its place below `data`."""
    for name, value in data_of(written).items():
        yield from _within(value, (name,))


def _within(value: Json, path: tuple[Step, ...]) -> Iterator[Misshapen]:
    match value:
        case Mapping() if (key := says_source(value)) is not None:
            yield from _special(key, value, path)
        case Mapping():
            yield from _misspelt(value, path)
            for name, item in value.items():
                yield from _within(item, (*path, name))
        case list():
            for place, item in enumerate(value):
                yield from _within(item, (*path, place))
        case _:
            return


def _misspelt(value: Mapping[str, Json], path: tuple[Step, ...]) -> Iterator[Misshapen]:
    only = next(iter(value)) if len(value) == 1 else ""
    near = nearest(only, SOURCES) if only.startswith("$") else []
    if near:
        hint = f"did you mean {near[0]!r}? A value that is meant so: {{$literal: …}}"
        yield Misshapen((*path, only), f"{only!r} says of no value where it comes from", hint)


def _special(key: str, value: Mapping[str, Json], path: tuple[Step, ...]) -> Iterator[Misshapen]:
    for name in value.keys() - {key} - _BESIDE[key]:
        message = f"{name!r} cannot stand beside {key!r}"
        yield Misshapen((*path, name), message, "one value comes from one place")
    given = value[key]
    if key == _FILE and not (isinstance(given, str) and given):
        yield Misshapen((*path, key), "'$file' is the path of a file", "{$file: secrets/token}")
    if key == _COMMAND and not _is_command(given):
        message = "'$command' is a list of words: a program and its arguments"
        yield Misshapen((*path, key), message, "{$command: [vault, read, -field=token, shop]}")
    if key == BLOCK and not (isinstance(given, str) and PATH.fullmatch(given)):
        hint = "{$block: aws-credentials/shop}"
        yield Misshapen((*path, key), "'$block' is another block's type and name", hint)
    elif key == BLOCK and len(path) > 1:
        message = "the server finds a block only at the top of the data of another one"
        yield Misshapen((*path, key), message)
    if "as" in _BESIDE[key] and value.get("as", Form.TEXT) not in set(Form):
        yield Misshapen((*path, "as"), "'as' is 'text' or 'json'")
    if key == _COMMAND and not _is_timeout(value.get("timeout", _SECONDS)):
        message = f"'timeout' is a number of seconds, at most {LONGEST_TIMEOUT:,.0f}"
        yield Misshapen((*path, "timeout"), message)


def _is_command(given: Json) -> bool:
    words = given if isinstance(given, list) else []
    return bool(words) and bool(words[0]) and all(isinstance(each, str) for each in words)


def _is_timeout(given: Json) -> bool:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        return False
    return 0 < given <= LONGEST_TIMEOUT


def lowered(value: Json, folder: Path) -> Json:
    """The value as it is wanted; one that has to be read from somewhere first is a secret."""
    if says_source(value) == BLOCK:
        return value
    found = _read_later(value, folder)
    return Secret(found) if not isinstance(found, Secret) and _has_secret(found) else found


def _read_later(value: Json, folder: Path) -> Json:
    match value:
        case Mapping() if (key := says_source(value)) is not None:
            if key == _LITERAL:
                return value[key]
            return Secret(None, source=_source(key, value, folder))
        case Mapping():
            return {name: _read_later(item, folder) for name, item in value.items()}
        case list():
            return [_read_later(item, folder) for item in value]
        case _:
            return value


def _source(key: str, value: Mapping[str, Json], folder: Path) -> Source:
    form = Form.JSON if value.get("as") == Form.JSON else Form.TEXT
    given = value[key]
    if key == _FILE:
        return FromFile(path=folder / str(given), form=form, written=str(given))
    words = tuple(map(str, given)) if isinstance(given, list) else ()
    seconds = value.get("timeout")
    patience = seconds if isinstance(seconds, (int, float)) else _SECONDS
    return FromCommand(words=words, folder=folder, seconds=patience, form=form)


def _has_secret(value: Json) -> bool:
    match value:
        case Secret():
            return True
        case Mapping():
            return any(map(_has_secret, value.values()))
        case list():
            return any(map(_has_secret, value))
        case _:
            return False


def _key_of(node: MappingNode) -> str | None:
    return next((name for name in SOURCES if node.key(name) is not None), None)


def is_written_out(node: Node | None) -> bool:
    """Whether a text or number stands in a file as it is, beside what comes from elsewhere."""
    match node:
        case Scalar(value):
            return value is not None and not isinstance(value, bool) and "{{" not in node.text
        case MappingNode() if (key := _key_of(node)) is not None:
            return key == _LITERAL
        case MappingNode():
            return any(is_written_out(item) for _, item in node)
        case Sequence(items):
            return any(map(is_written_out, items))
        case _:
            return False
