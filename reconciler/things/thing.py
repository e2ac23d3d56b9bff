"""What a kind of thing that stands alone under a name has to offer."""

from collections.abc import Collection, Mapping
from typing import Protocol

from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.plan.action import Create, Delete, Update
from compiler.state.observed import Observed
from reconciler.api.client import PrefectClient


class Things(Protocol):
    """One kind."""

    async def read(
        self, client: PrefectClient, addresses: Collection[Address]
    ) -> Mapping[Address, Observed]:
        """Those of them that there are.

        Raises:
            ApiError: the server could not be read.
        """

    async def read_all(self, client: PrefectClient) -> Mapping[Address, Observed]:
        """All that there are, but for those that the server or this program made for itself.

        Raises:
            ApiError: the server could not be read.
        """

    def requests_for_reading(self, count: int) -> int:
        """How many `read` makes for so many."""

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
