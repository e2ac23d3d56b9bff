"""Where each automation of a workspace belongs, although several may have one name.

One that does no more than run a deployment when something happens is a trigger of that
deployment: `prefect deploy` makes such automations, and files write them there.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from compiler.desired.address import Address, Kind, automation, deployment
from compiler.desired.automations import runs
from compiler.desired.json import Json, mappings
from compiler.desired.resources import MARK, unmarked
from compiler.state.ledger import Ledger
from compiler.state.observed import Observed, marks

_OF_A_RUN = frozenset({"type", "deployment", "parameters", "job_variables", "schedule_after"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Automations by address; `alike` says how many of nobody's could be meant by one.

    `beside` says how many of nobody's there are under an address of the stack's own.
    """

    things: Mapping[Address, Observed]
    alike: Mapping[Address, int]
    beside: Mapping[Address, int]


def placed(
    found: Iterable[tuple[Address, Observed]],
    open_deployments: Mapping[str, Address],
    memories: Mapping[str, Ledger],
    stack: str | None,
) -> Placed:
    """The automations, those of the stack before those of nobody, and these before others'.

    `open_deployments` are those that no other stack owns, by id.
    """
    made = {
        id: (address, name)
        for name, memory in memories.items()
        for address, id in memory.ids.items()
        if address.kind is Kind.AUTOMATION and id is not None
    }
    by_owner: dict[str | None, list[tuple[Address, Observed]]] = {}
    for bare, thing in found:
        known, owner = made.get(thing.id, (None, None))
        owner = _marked(bare, thing) or owner
        if owner in {None, stack}:
            known = known if _has_place(known, open_deployments) else None
            address = known or _address(bare, thing, open_deployments)
        else:
            address = known or bare
        by_owner.setdefault(owner, []).append((address, thing))
    own = by_owner.pop(stack, []) if stack is not None else []
    nobodys = by_owner.pop(None, [])
    others = [each for some in by_owner.values() for each in some]
    things = dict(reversed([*own, *nobodys, *others]))
    free = Counter(address for address, _ in nobodys)
    taken = {address for address, _ in own}
    return Placed(
        things=things,
        alike={each: count for each, count in _alike(nobodys) if count > 1 and each not in taken},
        beside={each: count for each, count in free.items() if each in taken},
    )


def _alike(found: Iterable[tuple[Address, Observed]]) -> Iterator[tuple[Address, int]]:
    """How many could be meant by each address: of a trigger, those that run its deployment."""
    listed = list(found)
    called = Counter(address.name for address, _ in listed)
    running = Counter((at.name, id) for at, thing in listed for id in set(runs(thing.fields)))
    for address, thing in listed:
        is_trigger = len(address.path) > 1
        run = next(iter(runs(thing.fields)), "")
        yield address, running[address.name, run] if is_trigger else called[address.name]


def _marked(bare: Address, thing: Observed) -> str | None:
    """The stack whose tag it carries."""
    stacks = (tag.removeprefix(MARK) for tag in marks(bare, thing) if tag.startswith(MARK))
    return next(stacks, None)


def _has_place(address: Address | None, deployments: Mapping[str, Address]) -> bool:
    """Whether an automation that a stack has made stands alone, or its deployment is there."""
    if address is None or len(address.path) == 1:
        return True
    return deployment(*address.path[:-1]) in deployments.values()


def _address(bare: Address, thing: Observed, deployments: Mapping[str, Address]) -> Address:
    at = deployments.get(_only_runs(thing.fields) or "")
    return bare if at is None or "/" in bare.name else automation(*at.path, bare.name)


def _only_runs(fields: Mapping[str, Json]) -> str | None:
    """The deployment that it runs; None if it does, or has, what no trigger can say."""
    actions = list(mappings(fields.get("actions")))
    others = [fields.get(name) for name in ("actions_on_trigger", "actions_on_resolve")]
    others.append(unmarked(fields.get("tags")))
    if len(actions) != 1 or any(others) or actions[0].get("type") != "run-deployment":
        return None
    run = actions[0]
    return str(run["deployment"]) if "deployment" in run and run.keys() <= _OF_A_RUN else None
