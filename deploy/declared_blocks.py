"""`python -m deploy.declared_blocks`: the types of blocks that installed packages declare, as JSON.

Run in a process of its own: it imports Prefect, and the packages that have an entry point of
the group `prefect.collections`; nothing else, and so no code of a user's repository.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Any
from uuid import UUID

_GROUP = "prefect.collections"
_OF_A_TYPE = ("name", "slug", "logo_url", "documentation_url", "description", "code_example")
_NO_ID = UUID(int=0)


def main() -> int:
    """Print a list; 1 where Prefect is not installed."""
    try:
        blocks: Any = importlib.import_module("prefect.blocks.core")
        dispatch: Any = importlib.import_module("prefect.utilities.dispatch")
    except ImportError:
        return 1
    packages = dict(_imported())
    found = []
    for block in dispatch.get_registry_for_type(blocks.Block).values():
        package = packages.get(block.__module__.partition(".")[0])
        if package is not None:
            found += _told(block, package)
    sys.stdout.write(json.dumps(found))
    return 0


def _imported() -> Iterator[tuple[str, str]]:
    """Module and distribution of each package that could be imported."""
    for point in entry_points(group=_GROUP):
        try:
            point.load()
        except Exception:  # noqa: BLE001, S112  # one broken package hides no other
            continue
        distribution = point.dist.name if point.dist is not None else point.name
        yield point.module.partition(".")[0], distribution


def _told(block: Any, package: str) -> list[dict[str, Any]]:
    try:
        kind = block._to_block_type()  # noqa: SLF001  # what Prefect's own registration sends
        schema = block._to_block_schema(block_type_id=_NO_ID)  # noqa: SLF001
    except Exception:  # noqa: BLE001  # an abstract class, which nobody can register
        return []
    fields = schema.model_dump(mode="json")
    body = kind.model_dump(mode="json")
    return [
        {
            "slug": body["slug"],
            "package": package,
            "body": {name: body[name] for name in _OF_A_TYPE if body.get(name) is not None},
            "fields": fields["fields"],
            "capabilities": fields["capabilities"],
            "version": fields["version"],
        }
    ]


if __name__ == "__main__":
    sys.exit(main())
