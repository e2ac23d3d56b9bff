"""What was written to last on a server: where its events are not heard, or not everything has one.

Two requests, however many stacks and deployments there are.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.api.client import PrefectClient

_MOST = 100  # deployments of an answer
_OVERLAP = timedelta(seconds=60)  # what may have happened before the first time


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Deployments that were written to, by id; `more`: others may have been, or are deleted."""

    ids: frozenset[str] = frozenset()
    more: bool = False


class Recent:
    """Asks again and again; each answer is what is new since the one before."""

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._number: int | None = None

    def forget(self) -> None:
        """Begin anew: for a while nobody has asked."""
        self._since = self._number = None

    async def ask(self, client: PrefectClient) -> Changed:
        """What has changed.

        Raises:
            ApiError: the server could not be asked.
        """
        seen = await client.last_changed(_MOST)
        number = await client.count_deployments()
        since = self._since or client.now() - _OVERLAP
        changed = [each for each in seen if each.updated is not None and each.updated > since]
        newest = max((each.updated for each in changed if each.updated is not None), default=since)
        has_fewer = self._number is not None and number < self._number
        self._since, self._number = newest, number
        ids = frozenset(str(each.id) for each in changed)
        return Changed(ids=ids, more=len(changed) == _MOST or has_fewer)
