"""Where a stack's memory is kept: one block document on the Prefect server.

A block document holds megabytes, is replaced in one request, is encrypted at
rest and not passed on to runs.  Its content is one JSON text, compressed, in a
list: the server takes ten times as long over the same content as an object, and would
show a bare text in its events (docs/decisions/0005 and 0015).

What a newer version of the same form has added is not understood, and kept as it is; a
newer form is refused (docs/decisions/0032).
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.desired.preview import Preview
from compiler.plan.requests import RequestCount
from compiler.state.ledger import Applied, Begun, Ledger, Origin
from reconciler.api.client import PrefectClient
from reconciler.api.errors import Conflict, Unanswered
from reconciler.api.wire import BlockDocumentOut, BlockTypeOut

BLOCK_TYPE = "deploy-ledger"
_FORMAT = 2
_FORMATS = frozenset({1, 2})  # of the first are ids, and no memory
_UNREAD = "unread"
_OF_AN_APPLY = frozenset(each.name for each in fields(Applied)) - {_UNREAD}
_STATE = frozenset(each.name for each in fields(Ledger)) - {"images", _UNREAD, "beside"}
_DOCUMENT = frozenset({"format", "state", "undo"})
_TYPE: Mapping[str, Json] = {
    "name": "Deploy Ledger",
    "slug": BLOCK_TYPE,
    "description": "What a stack of `deploy` owns.  Written by that command; leave it alone.",
}
_FIELDS: Mapping[str, Json] = {
    "title": "DeployLedger",
    "type": "object",
    "properties": {
        "format": {"title": "Format", "type": "integer"},
        "state": {"title": "State", "type": "array", "items": {"type": "string"}},
        "undo": {"title": "Undo", "type": "array", "items": {"type": "string"}},
    },
    "block_type_slug": BLOCK_TYPE,
}


class UnreadableLedger(Exception):
    """The stack's memory was written by a newer version of this program, or by hand."""


async def load(client: PrefectClient, stack: str) -> Ledger | None:
    """The ledger of a stack; None if the server has none.

    Raises:
        UnreadableLedger: it has another form than this version knows.
        ApiError: the server could not be read.
    """
    document = await client.block_document(BLOCK_TYPE, stack)
    return None if document is None else _parse(document)


async def owners(client: PrefectClient, stack: str) -> dict[Address, str]:
    """The stacks other than `stack` by what they own.

    Raises:
        UnreadableLedger: one has another form than this version knows.
        ApiError: the server could not be read.
    """
    found = await load_all(client)
    return {address: name for name, each in found.items() if name != stack for address in each.ids}


async def load_all(client: PrefectClient) -> dict[str, Ledger]:
    """The ledgers of all stacks, by their names.

    Raises:
        UnreadableLedger: one has another form than this version knows.
        ApiError: the server could not be read.
    """
    documents = await client.block_documents(BLOCK_TYPE)
    return {str(document.name): _parse(document) for document in documents}


async def revise(
    client: PrefectClient, stack: str, revise: Callable[[Ledger | None], Ledger]
) -> Ledger:
    """Write what `revise` makes of the stack's ledger as it is now, None if there is none.

    What another run has noted since this one looked is kept: the server can only
    replace the whole, but it replaces what was read a moment before.

    Raises:
        UnreadableLedger: it has another form than this version knows.
        ApiError: the server did not take it.
    """
    document = await client.block_document(BLOCK_TYPE, stack)
    ledger = revise(None if document is None else _parse(document))
    data = _dump(ledger)
    if document is None:
        document = await _create(client, stack, data)
    if document is not None:
        await client.update_block_document(document.id, data)
    return ledger


async def forget(client: PrefectClient, stack: str) -> bool:
    """Delete the ledger of a stack that owns nothing any more; False of one that does, or is none.

    Raises:
        UnreadableLedger: it has another form than this version knows.
        ApiError: the server did not do it.
    """
    document = await client.block_document(BLOCK_TYPE, stack)
    if document is None or _parse(document).ids:
        return False
    await client.delete_block_document(document.id)
    return True


async def has_type(client: PrefectClient) -> bool:
    """Whether the server has ever kept a ledger.

    Raises:
        ApiError: the server could not be read.
    """
    return await client.block_type(BLOCK_TYPE) is not None


def requests_for_revising(*, is_there: bool, has_type: bool) -> RequestCount:
    """What `revise` asks for; `is_there` is a ledger of the stack, `has_type` one of any."""
    if is_there:
        return RequestCount(reads=1, housekeeping=1)
    return RequestCount(reads=2, housekeeping=2 if has_type else 3)


async def _create(
    client: PrefectClient, stack: str, data: Mapping[str, Json]
) -> BlockDocumentOut | None:
    """Make the document; return it only if it was there already after all."""
    kind = await _block_type(client)
    schema = await client.create_block_schema(
        {"block_type_id": str(kind.id), "fields": _FIELDS, "capabilities": []}
    )
    body: Mapping[str, Json] = {
        "name": stack,
        "data": data,
        "block_type_id": str(kind.id),
        "block_schema_id": str(schema.id),
    }
    try:
        await client.create_block_document(body)
    except (Conflict, Unanswered):
        there = await client.block_document(BLOCK_TYPE, stack)
        if there is None:
            raise
        return there
    return None


async def _block_type(client: PrefectClient) -> BlockTypeOut:
    kind = await client.block_type(BLOCK_TYPE)
    if kind is not None:
        return kind
    try:
        return await client.create_block_type(_TYPE)
    except (Conflict, Unanswered):
        made = await client.block_type(BLOCK_TYPE)
        if made is None:
            raise
        return made


def _dump(ledger: Ledger) -> dict[str, Json]:
    origin = ledger.origin
    state = {
        **ledger.unread,
        "origin": {
            "remote": origin.remote,
            "files": list(origin.files),
            "environment": origin.environment,
        },
        "ids": _by_text(ledger.ids),
        "applied": _by_text(ledger.applied),
        "ahead": _by_text(ledger.ahead),
        "protected": sorted(map(str, ledger.protected)),
        "history": list(map(_noted, ledger.history)),
        "forgotten": ledger.forgotten,
        "begun": None if ledger.begun is None else _begun(ledger.begun),
        **({} if ledger.preview is None else {"preview": _preview(ledger.preview)}),
    }
    text = json.dumps(state, separators=(",", ":"))
    packed = b64encode(zlib.compress(text.encode())).decode()
    undo: dict[str, Json] = {"undo": [ledger.images]} if ledger.images else {}
    return {**ledger.beside, "format": _FORMAT, "state": [packed], **undo}


def _noted(apply: Applied) -> dict[str, object]:
    known = {name: each for name, each in asdict(apply).items() if name != _UNREAD}
    return {**apply.unread, **known}


def _preview(preview: Preview) -> dict[str, str]:
    return {
        "of": preview.of,
        "branch": preview.branch,
        "until": preview.until.isoformat(timespec="seconds"),
    }


def _begun(begun: Begun) -> dict[str, object]:
    return {
        "apply": _noted(begun.apply),
        "writes": list(map(str, begun.writes)),
        "deletes": list(map(str, begun.deletes)),
    }


def _by_text(values: Mapping[Address, object]) -> dict[str, object]:
    return {str(address): value for address, value in sorted(values.items(), key=_address)}


def _address(item: tuple[Address, object]) -> Address:
    return item[0]


def _parse(document: BlockDocumentOut) -> Ledger:
    form = document.data.get("format")
    if isinstance(form, int) and form > _FORMAT:
        message = (
            f"the ledger of the stack {document.name!r} is of form {form}, which a newer version"
            f" of this command has written; this one reads forms up to {_FORMAT}"
        )
        raise UnreadableLedger(message)
    try:
        state = json.loads(_text(document.data))
        return Ledger(
            origin=Origin(
                remote=state["origin"]["remote"],
                files=tuple(state["origin"]["files"]),
                environment=state["origin"]["environment"],
            ),
            ids={Address.parse(address): id for address, id in state["ids"].items()},
            applied={Address.parse(one): each for one, each in state.get("applied", {}).items()},
            ahead={Address.parse(one): each for one, each in state.get("ahead", {}).items()},
            protected=frozenset(map(Address.parse, state.get("protected", ()))),
            history=tuple(map(_applied, state.get("history", ()))),
            forgotten=int(state.get("forgotten", 0)),
            begun=_read_begun(state.get("begun")),
            images=_images(document.data),
            preview=_read_preview(state.get("preview")),
            unread=_others(state, _STATE),
            beside=_others(document.data, _DOCUMENT),
        )
    except (AttributeError, KeyError, TypeError, ValueError, zlib.error) as error:
        message = f"the ledger of the stack {document.name!r} has a form this version cannot read"
        raise UnreadableLedger(message) from error


def _applied(written: Mapping[str, Any]) -> Applied:
    """What is known of an apply, and what a newer version has noted."""
    known = {name: written[name] for name in _OF_AN_APPLY if name in written}
    return Applied(**known, unread=_others(written, _OF_AN_APPLY))


def _others(written: Mapping[str, Json], known: Collection[str]) -> dict[str, Json]:
    return {name: value for name, value in written.items() if name not in known}


def _read_begun(written: Mapping[str, Any] | None) -> Begun | None:
    if written is None:
        return None
    return Begun(
        apply=_applied(written["apply"]),
        writes=tuple(map(Address.parse, written["writes"])),
        deletes=tuple(map(Address.parse, written["deletes"])),
    )


def _read_preview(written: Mapping[str, Any] | None) -> Preview | None:
    if written is None:
        return None
    until = datetime.fromisoformat(written["until"])
    if until.tzinfo is None:
        raise ValueError("a moment without a time zone is none")
    return Preview(of=str(written["of"]), branch=str(written["branch"]), until=until)


def _images(data: Mapping[str, Json]) -> str:
    """What the last apply found, not taken apart: only who goes back needs it."""
    undo = data.get("undo", ())
    return str(undo[0]) if isinstance(undo, list) and len(undo) == 1 else ""


def _text(data: Mapping[str, Json]) -> str:
    """The JSON text inside a document; empty, and so no JSON, in any other form."""
    form, state = data.get("format"), data.get("state")
    if not isinstance(state, list) or len(state) != 1 or form not in _FORMATS:
        return ""
    text = str(state[0])
    if text.startswith("{"):  # as it was written before it was compressed
        return text
    return zlib.decompress(b64decode(text, validate=True)).decode()
