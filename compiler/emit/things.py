"""What stands alone under a name: variables and limits."""

from collections.abc import Mapping

from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.emit.pen import Pen
from compiler.state.observed import Observed

Entry = Mapping[str, Json]


def variable(address: Address, thing: Observed, pen: Pen) -> Entry:
    """One of `variables`; its name says whether its value is a secret."""
    value, tags = thing.fields.get("value"), thing.fields.get("tags")
    entry: dict[str, Json] = {
        "name": address.name,
        "value": pen.value(value, address, address.name),
    }
    if tags and pen.says(address, "tags"):
        entry["tags"] = pen.value(tags, address, "tags")
    return entry


def concurrency_limit(address: Address, thing: Observed, pen: Pen) -> Entry:
    """One of `concurrency_limits`."""
    entry: dict[str, Json] = {
        "name": pen.value(address.name, address, "name"),
        "limit": thing.fields.get("limit"),
    }
    if thing.fields.get("slot_decay_per_second") and pen.says(address, "slot_decay_per_second"):
        entry["slot_decay_per_second"] = thing.fields["slot_decay_per_second"]
    if thing.fields.get("active") is False:
        entry["active"] = False
    return entry


def tag_limit(address: Address, thing: Observed, pen: Pen) -> Entry:
    """One of `tag_limits`."""
    return {"tag": pen.value(address.name, address, "tag"), "limit": thing.fields.get("limit")}
