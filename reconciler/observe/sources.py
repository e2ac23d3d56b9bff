"""Read what files hold and commands say: the values of blocks that stand in no file of ours.

A command is run without a shell, once however many values are its, and what it says on
standard error is nobody's business here: it may be a secret too.
"""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeAlias

from compiler.desired.json import Json
from compiler.desired.resources import DesiredState, Resource
from compiler.desired.secret import Form, FromCommand, FromFile, Secret, Source
from compiler.diagnostics import Report, Rule
from compiler.diagnostics.pages import command_failed, source_not_allowed, source_not_read

_AT_ONCE = 4  # commands
_LARGEST = 2**20  # bytes


@dataclass(frozen=True, slots=True)
class _Said:
    """What was read, and is not shown."""

    value: Secret[Json]


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why there is nothing, in words without a value."""

    reason: str
    hint: str | None = None


_NOT_ALLOWED = _Failed(
    "a controller reads secrets from the commit and from its environment, and nowhere else",
    hint="write {{ $NAME }}, and give the controller that environment variable",
)
Reach: TypeAlias = Callable[[Source], Source | None]


def as_it_says(source: Source) -> Source:
    """Everything is read where it says."""
    return source


class SourceReader:
    """Reads each source once, however often it is asked: one a run.

    `reach` says where one is really to be found; None where it must not be read.
    """

    def __init__(self, reach: Reach = as_it_says) -> None:
        self._reach = reach
        self._read: dict[Source, _Said | _Failed] = {}

    async def fill(self, desired: DesiredState, report: Report) -> DesiredState:
        """The same state with every value there; a source that has none is reported, and stays."""
        wanted = {found for each in desired.resources for _, found in _sources(each)}
        await self._look(sorted(wanted - self._read.keys(), key=_order))
        for resource in desired.resources:
            for name, source in _sources(resource):
                self._report(source, name, resource, report)
        return replace(desired, resources=tuple(map(self._filled, desired.resources)))

    async def _look(self, wanted: list[Source]) -> None:
        room = asyncio.Semaphore(_AT_ONCE)

        async def look(source: Source) -> None:
            async with room:
                there = self._reach(source)
                self._read[source] = _NOT_ALLOWED if there is None else await _look_at(there)

        async with asyncio.TaskGroup() as group:
            for source in wanted:
                group.create_task(look(source))

    def _report(self, source: Source, name: str, resource: Resource, report: Report) -> None:
        found = self._read[source]
        if isinstance(found, _Failed):
            report.add(
                _rule(source, found),
                found.reason,
                resource.span_of(f"data.{name}"),
                hint=found.hint,
            )

    def _filled(self, resource: Resource) -> Resource:
        data = resource.fields.get("data")
        if not isinstance(data, Mapping) or not any(True for _ in _sources(resource)):
            return resource
        filled = {name: self._value(value) for name, value in data.items()}
        return replace(resource, fields={**resource.fields, "data": filled})

    def _value(self, value: Json) -> Json:
        """One value of a block's data: a secret as a whole, where a part of it is one."""
        if not isinstance(value, Secret) or not any(True for _ in _within(value)):
            return value
        found = self._bare(value)
        return value if found is _NOTHING else Secret(found)

    def _bare(self, value: Json) -> Json:
        """The value with its parts filled in; `_NOTHING` if one is not to be had."""
        match value:
            case Secret(source=None):
                return self._bare(value.reveal())
            case Secret(source=source) if source is not None:
                found = self._read[source]
                return found.value.reveal() if isinstance(found, _Said) else _NOTHING
            case Mapping():
                filled = {name: self._bare(item) for name, item in value.items()}
                return _NOTHING if _NOTHING in list(filled.values()) else filled
            case list():
                listed = [self._bare(item) for item in value]
                return _NOTHING if _NOTHING in listed else listed
            case _:
                return value


_NOTHING: Json = Secret(None, is_withheld=True)


def _rule(source: Source, found: _Failed) -> Rule:
    if found is _NOT_ALLOWED:
        return source_not_allowed.RULE
    return source_not_read.RULE if isinstance(source, FromFile) else command_failed.RULE


def _order(source: Source) -> str:
    return repr(source)


def _sources(resource: Resource) -> Iterator[tuple[str, Source]]:
    """The keys of a block's data, with each source that is read for them."""
    data = resource.fields.get("data")
    for name, value in data.items() if isinstance(data, Mapping) else ():
        yield from ((name, source) for source in _within(value))


def _within(value: Json) -> Iterator[Source]:
    match value:
        case Secret(source=None):
            yield from _within(value.reveal())
        case Secret(source=source) if source is not None:
            yield source
        case Mapping():
            for item in value.values():
                yield from _within(item)
        case list():
            for item in value:
                yield from _within(item)
        case _:
            return


async def _look_at(source: Source) -> _Said | _Failed:
    match source:
        case FromFile():
            return _of_file(source)
        case FromCommand():
            return await _of_command(source)


def _of_file(source: FromFile) -> _Said | _Failed:
    name = source.written
    try:
        with source.path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        return _Failed(f"the file {name!r} cannot be read: {error.strerror}")
    return _understood(data, source.form, f"the file {name!r}", "holds")


async def _of_command(source: FromCommand) -> _Said | _Failed:
    what = f"the command {source.words[0]!r}"
    try:
        process = await asyncio.create_subprocess_exec(
            *source.words,
            cwd=source.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "a word has a zero byte"
        return _Failed(f"{what} cannot be run: {reason}", "is it installed, and on the PATH?")
    try:
        async with asyncio.timeout(source.seconds):
            data, _ = await process.communicate()
    except TimeoutError:
        await _end(process)
        return _Failed(
            f"{what} did not end within {source.seconds:g} seconds",
            "does it ask for something? It has no input; or give it more: 'timeout: 120'",
        )
    except asyncio.CancelledError:
        await _end(process)
        raise
    if process.returncode != 0:
        hint = "run it by hand: what it says is not shown here, since it may be a secret"
        return _Failed(f"{what} ended with exit code {process.returncode}", hint)
    return _understood(data, source.form, what, "says")


async def _end(process: asyncio.subprocess.Process) -> None:
    """End it, with all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _understood(data: bytes, form: Form, what: str, verb: str) -> _Said | _Failed:
    """The value that bytes stand for; one line break at the end is not part of it."""
    if len(data) > _LARGEST:
        return _Failed(f"{what} {verb} more than {_LARGEST // 2**20} MB")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _Failed(f"{what} {verb} no UTF-8 text")
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        return _Failed(f"{what} {verb} nothing")
    if form is Form.TEXT:
        return _Said(Secret(text))
    try:
        value: Json = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):  # whose words quote the text
        return _Failed(f"{what} {verb} no JSON", "without 'as: json' it is taken as a text")
    return _Said(Secret(value))


def _refuse(name: str) -> None:
    raise ValueError(name)
