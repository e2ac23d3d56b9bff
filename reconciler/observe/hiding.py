"""What a server shows of blocks and is a secret all the same: the files, or the ledger, say so."""

from collections.abc import Mapping
from dataclasses import replace

from compiler.desired.address import Address, Kind
from compiler.desired.resources import DesiredState
from compiler.diff.blocks import hidden_as, hidden_as_remembered
from compiler.state.ledger import Ledger
from compiler.state.observed import Observed


def hidden(
    things: Mapping[Address, Observed], desired: DesiredState, ledger: Ledger | None
) -> dict[Address, Observed]:
    """The things with each value of a block out of sight that is a secret here, or was."""
    wanted = {each.address: each.fields.get("data") for each in desired.resources}
    applied = ledger.applied if ledger is not None else {}
    found = dict(things)
    for address in (each for each in things if each.kind is Kind.BLOCK):
        data = hidden_as(things[address].fields.get("data"), wanted.get(address))
        data = hidden_as_remembered(data, applied.get(address, {}).get("data"))
        found[address] = replace(things[address], fields={"data": data})
    return found
