"""Prefect variables."""

from collections.abc import Sequence

from reconciler.api import wire
from reconciler.api.asker import Asker, Body, quoted
from reconciler.api.errors import NotFound


class VariablesClient(Asker):
    """The endpoints of variables."""

    async def variable(self, name: str) -> wire.VariableOut | None:
        """GET /variables/name/{name}.  None if there is none."""
        try:
            return await self._ask(wire.VariableOut, f"GET /variables/name/{quoted(name)}")
        except NotFound:
            return None

    async def variables(self, names: Sequence[str] | None = None) -> list[wire.VariableOut]:
        """POST /variables/filter, those of these names; all if None."""
        body: Body = {} if names is None else {"variables": {"name": {"any_": names}}}
        return await self._read_list(list[wire.VariableOut], "POST /variables/filter", body=body)

    async def create_variable(self, name: str, body: Body) -> wire.VariableOut:
        """POST /variables/.  A name that is taken is a Conflict."""
        return await self._ask(wire.VariableOut, "POST /variables/", body={"name": name, **body})

    async def update_variable(self, name: str, body: Body) -> None:
        """PATCH /variables/name/{name}.  Fields not given are left as they are."""
        await self._send(f"PATCH /variables/name/{quoted(name)}", body=body, repeatable=True)

    async def delete_variable(self, name: str) -> None:
        """DELETE /variables/name/{name}."""
        await self._delete(f"DELETE /variables/name/{quoted(name)}")
