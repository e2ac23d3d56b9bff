"""Ask, in a process of its own, which types of blocks the installed packages declare."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Mapping
from tempfile import TemporaryDirectory

from compiler.desired.block_type import BlockType
from compiler.desired.json import Json

_PATIENCE = 120.0  # seconds; importing Prefect and all its integrations takes some


class InstalledBlocks:
    """Asked once a run, and only when a server lacks a type."""

    def __init__(self) -> None:
        self._known: Mapping[str, BlockType] | None = None

    async def __call__(self) -> Mapping[str, BlockType]:
        """The types by their slugs; none where Prefect is not installed beside this program."""
        if self._known is None:
            self._known = {each.slug: each for each in _read(await _said())}
        return self._known


async def _said() -> bytes:
    """What the other process says.  It runs in an empty folder, where no module is a user's."""
    with TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "deploy.declared_blocks"),
            cwd=folder,
            env={**os.environ, "PREFECT_HOME": folder, "PREFECT_LOGGING_TO_API_ENABLED": "0"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(_PATIENCE):
                said, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            return b""
    return said if process.returncode == 0 else b""


def _read(said: bytes) -> Iterator[BlockType]:
    """The types in the answer; each needs those that its schema lets stand in it."""
    try:
        listed = json.loads(said)
    except ValueError:
        return
    for each in listed:
        yield BlockType(
            slug=each["slug"],
            package=each["package"],
            body=each["body"],
            fields=each["fields"],
            capabilities=tuple(each["capabilities"]),
            version=each["version"],
            needs=tuple(sorted(set(_needs(each["fields"].get("block_schema_references"))))),
        )


def _needs(known: Json) -> Iterator[str]:
    """The slugs anywhere in what a schema says of the blocks in it."""
    match known:
        case {"block_type_slug": str(slug)}:
            yield slug
        case dict():
            for each in known.values():
                yield from _needs(each)
        case list():
            for each in known:
                yield from _needs(each)
        case _:
            return
