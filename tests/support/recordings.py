"""What earlier versions of `deploy` have written, as `tests.compatibility.record` kept it.

A recorded ledger names things by the ids that they had on the server it was recorded from.
It is laid beside the things of another server with their ids there, and otherwise to the letter.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.stage import Stage

FOLDER = Path(__file__).resolve().parents[1] / "compatibility" / "recorded"
STACK = "recorded"
TOKEN = "swordfish-7f3a9c"
_LEDGER = f"/block_types/slug/deploy-ledger/block_documents/name/{STACK}"
SERVER = "https://prefect.example.com/api"


@dataclass(frozen=True, slots=True)
class Recording:
    """What one version has left."""

    folder: Path

    @property
    def version(self) -> str:
        """What the version called itself."""
        return self.folder.name

    def has(self, name: str) -> bool:
        """Whether the version wrote such a file."""
        return (self.folder / name).exists()

    def text(self, name: str) -> str:
        """A file as it was written."""
        return (self.folder / name).read_text("utf-8")

    def json(self, name: str) -> Any:
        """A file as JSON."""
        return json.loads(self.text(name))

    def ledger(self, name: str, ids: Mapping[str, str]) -> dict[str, Any]:
        """A block document's content, with the ids of now by address."""
        data: dict[str, Any] = self.json(name)
        state = unpacked(data)
        return packed(data, json.loads(_with(json.dumps(state), state["ids"], ids)))

    def plan(self, name: str, ids: Mapping[str, str]) -> dict[str, Any]:
        """A saved plan, with the ids of now by address."""
        text = self.text(name)
        there = {each["address"]: each["id"] for each in json.loads(text)["actions"]}
        plan: dict[str, Any] = json.loads(_with(text, there, ids))
        return plan


def _with(text: str, recorded: Mapping[str, str | None], now: Mapping[str, str]) -> str:
    for address, id in recorded.items():
        if id is not None:
            text = text.replace(id, now[address])
    return text


def kept(stage: Stage) -> dict[str, Any]:
    """What the block document in which the stack's ledger is holds now."""
    found = stage.api.get(_LEDGER, params={"include_secrets": "true"})
    data: dict[str, Any] = found.raise_for_status().json()["data"]
    return data


def put(stage: Stage, data: Mapping[str, Any]) -> None:
    """Write a ledger over the one that is there."""
    id = stage.api.get(_LEDGER).raise_for_status().json()["id"]
    body = {"data": data, "merge_existing_data": False}
    stage.api.patch(f"/block_documents/{id}", json=body).raise_for_status()


def unpacked(data: Mapping[str, Any]) -> dict[str, Any]:
    """The state inside a ledger's document, of either form."""
    (text,) = data["state"]
    if not _is_plain(text):
        text = zlib.decompress(b64decode(text)).decode()
    state: dict[str, Any] = json.loads(text)
    return state


def packed(data: Mapping[str, Any], state: Mapping[str, Any]) -> dict[str, Any]:
    """The document with another state inside."""
    text = json.dumps(state)
    if not _is_plain(data["state"][0]):
        text = b64encode(zlib.compress(text.encode())).decode()
    return {**data, "state": [text]}


def _is_plain(text: str) -> bool:
    """Whether it was written before ledgers were compressed."""
    return text.startswith("{")


RECORDINGS = [Recording(each) for each in sorted(FOLDER.glob("*")) if each.is_dir()]
