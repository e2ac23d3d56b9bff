"""Types of blocks, their schemas and their documents."""

from uuid import UUID

from reconciler.api import wire
from reconciler.api.asker import Asker, Body, quoted
from reconciler.api.errors import NotFound


class BlocksClient(Asker):
    """The endpoints of blocks."""

    async def block_type(self, slug: str) -> wire.BlockTypeOut | None:
        """GET /block_types/slug/{slug}.  None if there is no such type."""
        try:
            return await self._ask(wire.BlockTypeOut, f"GET /block_types/slug/{quoted(slug)}")
        except NotFound:
            return None

    async def create_block_type(self, body: Body) -> wire.BlockTypeOut:
        """POST /block_types/."""
        return await self._ask(wire.BlockTypeOut, "POST /block_types/", body=body)

    async def block_schemas(self, block_type_id: UUID) -> list[wire.BlockSchemaOut]:
        """POST /block_schemas/filter, those of one type, newest first."""
        body = {"block_schemas": {"block_type_id": {"any_": [str(block_type_id)]}}}
        kind = list[wire.BlockSchemaOut]
        return await self._read_list(kind, "POST /block_schemas/filter", body=body)

    async def create_block_schema(self, body: Body) -> wire.BlockSchemaOut:
        """POST /block_schemas/.  Returns the same schema if there is one."""
        return await self._ask(
            wire.BlockSchemaOut, "POST /block_schemas/", body=body, repeatable=True
        )

    async def block_document(self, type_slug: str, name: str) -> wire.BlockDocumentOut | None:
        """GET /block_types/slug/{type_slug}/block_documents/name/{name}.  None if there is none."""
        path = f"/block_types/slug/{quoted(type_slug)}/block_documents/name/{quoted(name)}"
        try:
            return await self._ask(wire.BlockDocumentOut, f"GET {path}")
        except NotFound:
            return None

    async def block_document_by_id(self, id: UUID) -> wire.NamedBlockOut | None:
        """GET /block_documents/{id}.  None if there is none."""
        try:
            return await self._ask(wire.NamedBlockOut, f"GET /block_documents/{id}")
        except NotFound:
            return None

    async def block_documents(self, type_slug: str) -> list[wire.BlockDocumentOut]:
        """GET /block_types/slug/{type_slug}/block_documents.  None of a type that is not there."""
        call = f"GET /block_types/slug/{quoted(type_slug)}/block_documents"
        try:
            return await self._ask(list[wire.BlockDocumentOut], call)
        except NotFound:
            return []

    async def create_block_document(self, body: Body) -> wire.BlockDocumentOut:
        """POST /block_documents/.

        Raises:
            Conflict: one of that type and name exists.
        """
        return await self._ask(wire.BlockDocumentOut, "POST /block_documents/", body=body)

    async def update_block_document(self, id: UUID, data: Body) -> None:
        """PATCH /block_documents/{id}.  `data` replaces what was there as a whole."""
        body: Body = {"data": data, "merge_existing_data": False}
        await self._send(f"PATCH /block_documents/{id}", body=body, repeatable=True)
