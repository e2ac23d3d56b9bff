"""Automations."""

from collections.abc import Collection, Sequence
from uuid import UUID

from reconciler.api import wire
from reconciler.api.asker import Asker, Body, quoted
from reconciler.api.errors import NotFound

_Listed = list[wire.AutomationOut]


class AutomationsClient(Asker):
    """The endpoints of automations, whose names are not unique."""

    async def automations_tagged(self, tag: str) -> _Listed:
        """POST /automations/filter, those with a tag."""
        found = await self._automations({"tags": {"all_": [tag]}})
        return [each for each in found if tag in each.tags]  # an older server filters by no tag

    async def automations_named(self, names: Collection[str]) -> _Listed:
        """POST /automations/filter, those with one of these names."""
        return await self._automations({"name": {"any_": sorted(names)}})

    async def all_automations(self) -> _Listed:
        """POST /automations/filter, all of them."""
        return await self._automations({})

    async def _automations(self, matching: Body) -> _Listed:
        body: Body = {"automations": matching, "sort": "NAME_ASC"}
        return await self._read_list(_Listed, "POST /automations/filter", body=body)

    async def automation(self, id: UUID) -> wire.AutomationOut | None:
        """GET /automations/{id}.  None if there is none."""
        try:
            return await self._ask(wire.AutomationOut, f"GET /automations/{id}")
        except NotFound:
            return None

    async def automations_about(self, resource: str) -> Sequence[wire.AutomationOut]:
        """GET /automations/related-to/{resource}: owned by it, or with an action on it."""
        return await self._ask(_Listed, f"GET /automations/related-to/{quoted(resource)}")

    async def create_automation(self, body: Body) -> wire.AutomationOut:
        """POST /automations/.  Not repeated after a lost answer: there would be two."""
        return await self._ask(wire.AutomationOut, "POST /automations/", body=body)

    async def replace_automation(self, id: UUID, body: Body) -> None:
        """PUT /automations/{id}.  Its triggers begin to wait anew; `enabled` may be left out."""
        await self._send(f"PUT /automations/{id}", body=body, repeatable=True)

    async def switch_automation(self, id: UUID, *, enabled: bool) -> None:
        """PATCH /automations/{id}.  Its triggers go on waiting."""
        await self._send(f"PATCH /automations/{id}", body={"enabled": enabled}, repeatable=True)

    async def delete_automation(self, id: UUID) -> None:
        """DELETE /automations/{id}."""
        await self._delete(f"DELETE /automations/{id}")

    async def delete_automations_of(self, deployment_id: UUID) -> None:
        """DELETE /automations/owned-by/prefect.deployment.{deployment_id}.

        Those are what `prefect deploy` has made of the triggers of a deployment.
        """
        await self._delete(f"DELETE /automations/owned-by/prefect.deployment.{deployment_id}")
