"""The part of a plan's document that an apply needs, and no reader."""

from typing import Annotated

from pydantic import Field, JsonValue

from compiler.plan.part import Part


class SpanPart(Part):
    """Where a value was written, for messages."""

    file: str
    start: Annotated[tuple[int, int], Field(description="Line and column, from 1.")]
    end: Annotated[tuple[int, int], Field(description="Exclusive.")]


class RidingPart(Part):
    """A value that goes along with a write."""

    value: JsonValue
    along: Annotated[str | None, Field(description="The field it goes along with; null: any.")]


class ResourcePart(Part):
    """One thing that is wanted."""

    address: str
    fields: dict[str, JsonValue]
    initial: dict[str, JsonValue]
    riding: dict[str, RidingPart]
    unknown_parameters: tuple[str, ...]
    needs: tuple[str, ...]
    ignored: tuple[tuple[str, ...], ...]
    protect: bool | None
    renamed_from: str | None
    at: SpanPart
    where: dict[str, SpanPart]


class PoolUsePart(Part):
    """A work pool that a deployment refers to."""

    pool: str
    at: SpanPart


class PolicyPart(Part):
    """How far the files let a run go."""

    prunes: bool
    share: float
    exempt_below: int
    are_off: bool


class AllowedPart(Part):
    """What the caller asked for beyond the ordinary."""

    adopt: bool
    only_adopt: bool
    unclaimed: bool
    from_stack: str | None
    take_over: bool
    force: bool
    destroys: bool
    select: tuple[str, ...]
    exclude: tuple[str, ...]


class InputsPart(Part):
    """How the files were named, so that secrets can be read from them again."""

    files: tuple[str, ...]
    stack: str | None
    lenient: bool
    environment: str | None
    variables: Annotated[
        tuple[str, ...], Field(description="NAME=VALUE; only NAME where the value is a secret.")
    ]
    var_files: tuple[str, ...]
    settings: tuple[str, ...]


class SavedPart(Part):
    """Everything that an apply of the plan needs."""

    resources: tuple[ResourcePart, ...]
    pool_uses: tuple[PoolUsePart, ...]
    is_understood: bool
    policy: PolicyPart
    allowed: AllowedPart
    inputs: InputsPart
    read: Annotated[
        dict[str, str],
        Field(description="A fingerprint of every object that the plan read, by address."),
    ]
