"""A type of blocks, as an installed package declares it."""

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.desired.json import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockType:
    """What a server has to be told of a type: itself, and the form of its data.

    `package` is the distribution that declares it; `needs` are the slugs of the types that
    may stand inside it.
    """

    slug: str
    package: str
    body: Mapping[str, Json]
    fields: Mapping[str, Json]
    capabilities: tuple[str, ...] = ()
    version: str | None = None
    needs: tuple[str, ...] = ()
