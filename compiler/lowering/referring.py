"""Blocks and variables that workers fill in: what names them wants them to be there first."""

import re
from collections.abc import Iterator, Mapping

from compiler.desired.address import Address, block, variable
from compiler.desired.json import Json

_REFERENCE = re.compile(r"\{\{\s*prefect\.(?P<kind>variables|blocks)\.(?P<path>[\w.-]+)\s*\}\}")


def referred(value: Json) -> Iterator[Address]:
    """What is named in `{{ prefect.blocks.type.name }}` and `{{ prefect.variables.name }}`."""
    match value:
        case str():
            for found in _REFERENCE.finditer(value):
                yield from _address(found["kind"], found["path"].split("."))
        case Mapping():
            for item in value.values():
                yield from referred(item)
        case list() | tuple():
            for item in value:
                yield from referred(item)
        case _:
            return


def _address(kind: str, steps: list[str]) -> Iterator[Address]:
    if kind == "variables":
        yield variable(steps[0])
    elif len(steps) > 1:
        yield block(steps[0], steps[1])
