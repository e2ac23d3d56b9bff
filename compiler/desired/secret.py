"""A value that will not show itself: no `repr`, no text, no JSON, no digest of it.

It is told only to those who call `reveal`: what is sent to a server, what is held against a
schema, and what learns which texts to hide (`tests/house/test_secrets.py` lists them).
"""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T", covariant=True)  # noqa: PLC0105  # read as any other leaf of a value


class Form(StrEnum):
    """What becomes of the text that a file holds or a command says."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class FromFile:
    """A value that a file holds; `path` is absolute, `written` how messages call it."""

    path: Path
    form: Form = Form.TEXT
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class FromCommand:
    """A value that a command says, run in `folder` without a shell, for at most `seconds`."""

    words: tuple[str, ...] = field(repr=False)
    folder: Path
    seconds: float
    form: Form = Form.TEXT


Source: TypeAlias = FromFile | FromCommand


@dataclass(frozen=True, slots=True, repr=False)
class Secret(Generic[T]):
    """One secret.

    `source` is where its value has to be read from first, None if it is known; one that
    `is_withheld` is a server's that gives asterisks for it.  `revision` tells apart what a
    server held at two times, None where nothing was read from one.
    """

    _value: T
    source: Source | None = None
    is_withheld: bool = False
    revision: str | None = field(default=None, compare=False)

    @property
    def is_known(self) -> bool:
        """Whether the value is the secret itself."""
        return self.source is None and not self.is_withheld

    def reveal(self) -> T:
        """The value; the asterisks that a server gave for it."""
        assert self.source is None
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"
