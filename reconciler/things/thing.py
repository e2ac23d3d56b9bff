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
