"""Everything that a server holds, whoever made it: what an export is written from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.state.observed import Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """All things, without those that the server or this program made for itself.

    `owners` are the stacks that own some of them.  `templates` are the job templates that the
    server offers, by pool type, and `default_queues` the names of the pools' own queues, by
    pool.  `secrets` are texts that a stack knew for secrets when it wrote them, `unsaid` what a
    thing has and no file can give it, in the user's words.  `alike` says how many automations of
    nobody there are at an address, where these are more than one; `schemas` what may stand in
    a block, by type.
    """

    things: Mapping[Address, Observed]
    owners: Mapping[Address, str] = field(default_factory=dict)
    templates: Mapping[str, Json] = field(default_factory=dict)
    default_queues: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    unsaid: Mapping[Address, tuple[str, ...]] = field(default_factory=dict)
    alike: Mapping[Address, int] = field(default_factory=dict)
    schemas: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
