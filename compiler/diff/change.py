"""A difference between what is wanted and what is there."""

from dataclasses import dataclass

from compiler.desired.json import Json


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, as the server has it and as it shall be.

    `after` is complete: what the file leaves open has the server's value.
    """

    field: str
    before: Json
    after: Json
