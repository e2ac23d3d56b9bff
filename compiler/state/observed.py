"""What the server holds, in the compiler's own form."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json
from compiler.desired.naming import Reference
from compiler.state.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One thing on the server: its id, and the fields that a stack may own."""

    id: str
    fields: Mapping[str, Json]


MARKED = frozenset({Kind.DEPLOYMENT, Kind.AUTOMATION})  # whose tags say which stack they are of


def marks(address: Address, thing: Observed) -> tuple[str, ...]:
    """The tags by which stacks know what is theirs; none of a kind that bears no mark."""
    tags = thing.fields.get("tags") if address.kind in MARKED else None
    return tuple(map(str, tags)) if isinstance(tags, (list, tuple)) else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedState:
    """Everything that a plan needs to know of a server.

    `things` are those that the stack wants, owns, or has left its mark on.
    `pools` are the names of the referred work pools that exist; `templates` the
    base job templates the server offers, by pool type, read only when a pool is
    to be created; `users` the deployments outside the stack that run in a pool
    or queue that the stack made and does not want any more; `owners` the other
    stacks that own something this one wants and did not make, where that is known.
    `priorities` are those of all queues of the pools in which the stack wants or made
    one, whoever made them; `flows` the ids, by name, of the flows of deployments that
    exist; `previous` is the memory of the stack that things are moved from, None if there
    is none; `keeps_ledgers` says whether the server has ever kept one.
    `named` are the ids of what automations can name, those of the stack first; `alike` says
    how many automations of nobody there are under a name where it cannot be told which is
    meant, and `beside` which of them run a deployment that has triggers here.
    `server_version` is what it calls itself, such as 3.8.8; None if it does not tell.
    """

    things: Mapping[Address, Observed]
    ledger: Ledger | None = None
    pools: frozenset[str] = frozenset()
    templates: Mapping[str, Json] = field(default_factory=dict)
    users: Mapping[Address, tuple[str, ...]] = field(default_factory=dict)
    owners: Mapping[Address, str] = field(default_factory=dict)
    priorities: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    flows: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[Reference, str] = field(default_factory=dict)
    alike: Mapping[Address, int] = field(default_factory=dict)
    beside: Mapping[Address, tuple[str, ...]] = field(default_factory=dict)
    previous: Ledger | None = None
    keeps_ledgers: bool = True
    server_version: str | None = None
