"""What a kind of thing that stands alone under a name has to offer."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json
from compiler.plan.action import Create, Delete, Update
from compiler.state.observed import Observed
from reconciler.api.client import PrefectClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which things are looked for, and by what those are known whose names are not unique.

    `ids` are the server's by address, None where none is known; `marks` the tags that the
    things of the stack carry; `runs` what deployments are called, by id.  With `all_marked`
    what carries the tags and is meant by none of the addresses is found too.
    """

    ids: Mapping[Address, str | None]
    marks: tuple[str, ...] = ()
    runs: Mapping[str, str] = field(default_factory=dict)
    all_marked: bool = False

    def of(self, kind: Kind) -> "Sought":
        """Those of one kind."""
        return replace(self, ids={each: id for each, id in self.ids.items() if each.kind is kind})


class Things(Protocol):
    """One kind."""

    async def read(self, client: PrefectClient, sought: Sought) -> Mapping[Address, Observed]:
        """Those of them that there are.

        Raises:
            ApiError: the server could not be read.
        """

    async def read_all(self, client: PrefectClient) -> Iterable[tuple[Address, Observed]]:
        """All that there are, but for those that the server or this program made for itself.

        Where names are not unique, several may stand under one address.

        Raises:
            ApiError: the server could not be read.
        """

    def requests_for_reading(self, addresses: Collection[Address]) -> int:
        """How many `read` makes."""

    def reads_for_writing(self, action: Create | Update) -> int:
        """How many requests that only look `create` or `update` makes beside the write."""

    async def create(self, client: PrefectClient, action: Create) -> str:
        """Make it; return its id.

        Raises:
            ApiError: the server said no.
        """

    async def update(self, client: PrefectClient, action: Update) -> None:
        """Change it, by its id where names move.

        Raises:
            ApiError: the server said no.
        """

    async def delete(self, client: PrefectClient, action: Delete) -> None:
        """Delete it; one that is not there is deleted.

        Raises:
            ApiError: the server said no.
        """


def changed(action: Update) -> dict[str, Json]:
    """The fields that change, as they shall be."""
    return {change.field: change.after for change in action.changes}


def made(action: Create) -> dict[str, Json]:
    """The fields of a new thing: what is ours, and what it is made with besides."""
    return {**action.resource.initial, **action.resource.fields}
