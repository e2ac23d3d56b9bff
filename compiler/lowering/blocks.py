"""Blocks."""

from collections.abc import Iterator

from compiler.desired.address import Address, block
from compiler.desired.block_secrets import KNOWN, blocks_in, sealed
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.desired.written_out import check_written_out
from compiler.diagnostics import Report
from compiler.manifest.block_values import data_of, is_written_out, lowered
from compiler.manifest.manifest import Manifest, Placed
from compiler.manifest.model import Block
from compiler.source.locate import node_at


def lower_blocks(manifest: Manifest, report: Report) -> Iterator[Resource]:
    """The blocks of a file; a path in one is looked for from the file's folder."""
    for written in manifest.blocks:
        resource = _block(written, manifest)
        check_written_out(resource, KNOWN.get(written.value.type, ()), report)
        yield resource


def _block(written: Placed[Block], manifest: Manifest) -> Resource:
    value, folder = written.value, manifest.path.parent
    data = {name: lowered(item, folder) for name, item in data_of(written).items()}
    fields: dict[str, Json] = {}
    if value.data is not None:
        fields["data"] = sealed(data, KNOWN.get(value.type, ()))
    return Resource(
        address=block(value.type, value.name),
        fields=fields,
        needs=frozenset(_needs(data)),
        protect=value.protect,
        written_out=frozenset(
            name for name in data if is_written_out(node_at(written.node, ("data", name)))
        ),
        written_at=written.at("name"),
        where={
            **{name: written.at(name) for name in fields},
            **{f"data.{name}": written.at("data", name) for name in data},
        },
    )


def _needs(data: Json) -> Iterator[Address]:
    for path in blocks_in(data).values():
        type_slug, _, name = path.partition("/")
        yield block(type_slug, name)
