"""A kind of file that people write: what is needed to say what is wrong in one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from compiler.desired.json import Json
from compiler.manifest.grammar import Written
from compiler.source.locate import Step


def _nothing(name: str, path: tuple[Step, ...]) -> None:
    del name, path


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The model of a kind of file, its schema, and what messages call it: "a deployment file".

    `hint_for` says where a key belongs that stands in the wrong place, `renamed_to` what one is
    called that has another name elsewhere; None for a key that is just unknown.
    """

    model: type[Written]
    schema: Callable[[], Mapping[str, Json]]
    name: str
    hint_for: Callable[[str, tuple[Step, ...]], str | None] = _nothing
    renamed_to: Callable[[str, tuple[Step, ...]], str | None] = _nothing
