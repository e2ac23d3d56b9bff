"""What is told to a server for people and for their automations: artifacts and events.

And what a server tells by itself of what has changed last.
"""

from collections.abc import Sequence

from compiler.desired.json import Json
from reconciler.api import wire
from reconciler.api.asker import Asker, Body


class TellingClient(Asker):
    """The endpoints of artifacts and events, and of what was changed last."""

    async def create_artifact(self, key: str, *, markdown: str, description: str) -> None:
        """POST /artifacts/.  A new version of the artifact that has this key.

        Not repeated after a lost answer: there would be two.
        """
        body = {"key": key, "type": "markdown", "data": markdown, "description": description}
        await self._send("POST /artifacts/", body=body)

    async def artifacts(self, key: str, limit: int) -> list[wire.ArtifactOut]:
        """POST /artifacts/filter, the versions of the artifact that has this key, newest first."""
        body: dict[str, Json] = {
            "artifacts": {"key": {"any_": [key]}},
            "sort": "CREATED_DESC",
            "limit": limit,
        }
        call = "POST /artifacts/filter"
        return await self._ask(list[wire.ArtifactOut], call, body=body, repeatable=True)

    async def emit_events(self, events: Sequence[Body]) -> None:
        """POST /events.  Each has an id of its own, so that one that is sent twice is one."""
        await self._send("POST /events", body=events, repeatable=True)

    async def last_changed(self, limit: int) -> list[wire.DeploymentSeen]:
        """POST /deployments/filter, the deployments of all stacks that were written to last."""
        body: dict[str, Json] = {"sort": "UPDATED_DESC", "limit": limit}
        call = "POST /deployments/filter"
        return await self._ask(list[wire.DeploymentSeen], call, body=body, repeatable=True)

    async def count_deployments(self) -> int:
        """POST /deployments/count, all."""
        return await self._ask(int, "POST /deployments/count", body={}, repeatable=True)
