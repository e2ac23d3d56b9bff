"""Types of blocks, their schemas and their documents."""

from collections.abc import Iterable, Sequence
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

    async def block_types(self, slugs: Iterable[str] = ()) -> list[wire.BlockTypeOut]:
        """POST /block_types/filter, those of these slugs; all of them without."""
        listed = sorted(slugs)
        body: Body = {"block_types": {"slug": {"any_": listed}}} if listed else {}
        return await self._read_list(list[wire.BlockTypeOut], "POST /block_types/filter", body=body)

    async def create_block_type(self, body: Body) -> wire.BlockTypeOut:
        """POST /block_types/."""
        return await self._ask(wire.BlockTypeOut, "POST /block_types/", body=body)

    async def block_schemas(self, *block_type_ids: UUID) -> list[wire.BlockSchemaOut]:
        """POST /block_schemas/filter, those of these types, newest first."""
        ids = sorted(map(str, block_type_ids))
        body: Body = {"block_schemas": {"block_type_id": {"any_": ids}}}
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

    async def named_blocks(
        self, type_slug: str, names: Sequence[str], *, secrets: bool
    ) -> list[wire.BlockDocumentOut]:
        """POST /block_documents/filter, those of one type with these names.

        Raises:
            Unauthorized: who asks may not see them, or not their `secrets`.
        """
        body: Body = {
            "block_types": {"slug": {"any_": [type_slug]}},
            "block_documents": {"name": {"any_": names}, "is_anonymous": {"eq_": False}},
            "include_secrets": secrets,
        }
        kind = list[wire.BlockDocumentOut]
        return await self._read_list(kind, "POST /block_documents/filter", body=body)

    async def all_blocks(self) -> list[wire.BlockDocumentOut]:
        """POST /block_documents/filter, all that have a name, with asterisks for their secrets."""
        body: Body = {
            "block_documents": {"is_anonymous": {"eq_": False}},
            "include_secrets": False,
        }
        kind = list[wire.BlockDocumentOut]
        return await self._read_list(kind, "POST /block_documents/filter", body=body)

    async def create_block_document(self, body: Body) -> wire.BlockDocumentOut:
        """POST /block_documents/.

        Raises:
            Conflict: one of that type and name exists.
        """
        return await self._ask(wire.BlockDocumentOut, "POST /block_documents/", body=body)

    async def update_block_document(self, id: UUID, data: Body, *, merge: bool = False) -> None:
        """PATCH /block_documents/{id}.  `data` replaces what was there, as a whole or, with
        `merge`, key by key; but a reference to another block goes in either case if it is not
        in `data`, and a secret stays that is given as eight asterisks.
        """
        body: Body = {"data": data, "merge_existing_data": merge}
        await self._send(f"PATCH /block_documents/{id}", body=body, repeatable=True)

    async def delete_block_document(self, id: UUID) -> None:
        """DELETE /block_documents/{id}."""
        await self._delete(f"DELETE /block_documents/{id}")
