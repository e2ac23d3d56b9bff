"""Names in the place of ids: what an automation names is told by the name that the files use."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json
from compiler.desired.naming import (
    Named,
    Reference,
    ids_in,
    ids_of,
    reference_to,
    references,
    swapped,
)
from compiler.desired.resources import Resource
from compiler.plan.action import Create, Update
from compiler.plan.build import Plan
from compiler.state.observed import Observed
from reconciler.api.client import PrefectClient
from reconciler.observe.names import Found, look_up, look_up_ids
from reconciler.things.thing import Sought

_READS_OF_A_QUEUE = 2  # its pool, and the queues of that


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What is known of names when automations are read.

    `marks` are the tags of the stack; `named` the ids of what can be named, the stack's own
    before others; `wanted` what the files say of automations, by address.
    """

    marks: tuple[str, ...] = ()
    named: Found = field(default_factory=dict)
    wanted: Mapping[Address, Mapping[str, Json]] = field(default_factory=dict)

    def sought(self, ids: Mapping[Address, str | None]) -> Sought:
        """What is looked for under these addresses."""
        runs = {id: each.name for each, id in self.named.items() if each.of is Named.DEPLOYMENT}
        return Sought(ids=ids, marks=self.marks, runs=runs)

    def of(self, addresses: Container[Address]) -> "Naming":
        """The same for no other automations than those."""
        return replace(
            self, wanted={at: each for at, each in self.wanted.items() if at in addresses}
        )

    async def fuller(
        self, client: PrefectClient, known: Found, things: Iterable[Observed] = ()
    ) -> "Naming":
        """The same with what is known besides, and what has still to be asked for.

        `things` are automations with ids, of which some may not be known.

        Raises:
            ApiError: the server could not be read.
        """
        named = {**self.named, **known}
        wanted = [each for fields in self.wanted.values() for each in references(fields)]
        named |= await look_up(client, wanted, named)
        unknown = [each for one in things for each in ids_of(one.fields)]
        new = await look_up_ids(client, unknown, frozenset(named.values()))
        others = {reference: id for id, reference in new.items()}
        return replace(self, named={**others, **named})

    def told(self, things: Mapping[Address, Observed]) -> dict[Address, Observed]:
        """The things, with names in automations where there are names for ids."""
        names = {id: each for each, id in reversed(tuple(self.named.items()))}
        return {
            address: self._told(address, each, names) if address.kind is Kind.AUTOMATION else each
            for address, each in things.items()
        }

    def _told(self, address: Address, thing: Observed, names: Mapping[str, Reference]) -> Observed:
        as_written = ids_in(self.wanted.get(address, {}))

        def name(reference: Reference) -> str:
            known = names.get(reference.name)
            if known is None or known.of is not reference.of or reference.name in as_written:
                return reference.name
            return known.name

        return replace(thing, fields=swapped(thing.fields, name))


def naming_of(plan: Plan, made: Mapping[Address, str | None] | None = None) -> Naming:
    """What a plan knows of names; `made` are the ids of what has been made since."""
    new = {
        each: id for at, id in (made or {}).items() if id and (each := reference_to(at)) is not None
    }
    known = plan.seen.named if plan.seen is not None else {}
    return Naming(
        marks=(plan.mark,),
        named={**new, **{each: id for each, id in known.items() if each not in new}},
        wanted=wanted_of(plan.all_wanted),
    )


def requests_for_looking_up(plan: Plan) -> int:
    """How many reads an apply makes for what is named and comes to be by itself: queues.

    They are asked for before the first automation that names them is written, and at the end.
    """
    made = dict.fromkeys((each.address for each in plan.actions), "")
    known = naming_of(plan, dict.fromkeys(made, "new")).named
    missing = {
        each
        for action in plan.actions
        if isinstance(action, Create | Update) and action.address.kind is Kind.AUTOMATION
        for each in references(action.resource.fields)
        if each not in known
    }
    return 2 * _READS_OF_A_QUEUE * len(missing)


def wanted_of(resources: Iterable[Resource]) -> dict[Address, Mapping[str, Json]]:
    """What the files say of automations."""
    return {each.address: each.fields for each in resources if each.address.kind is Kind.AUTOMATION}


def own(things: Mapping[Address, Observed]) -> dict[Reference, str]:
    """What the stack has itself, by what automations call it."""
    found = (
        (reference_to(address), thing.id) for address, thing in sorted(things.items(), key=_at)
    )
    return {each: id for each, id in found if each is not None}


def _at(item: tuple[Address, Observed]) -> Address:
    return item[0]
