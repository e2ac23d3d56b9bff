"""What can be said of a name in a source.

Apart from what finds it out, which takes long to load and is not needed for what is
remembered from an earlier run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from compiler.desired.json import Json


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """The source is no Python.  `file` is None for a text that came without one."""

    line: int
    column: int
    message: str
    file: Path | None = None


Answer: TypeAlias = Flow | NotFound | NotAFlow | Unreadable
