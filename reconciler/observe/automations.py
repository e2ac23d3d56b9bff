"""Automations as a plan sees them: those of the stack, and those that stand in its way.

`prefect deploy` leaves automations behind that run a deployment on its triggers. Beside the
stack's own they would run it twice, so that they count as what stands under the name of
a trigger; a stand-alone one of the same name is in nobody's way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from compiler.desired.address import Address, Kind, deployment
from compiler.desired.automations import runs
from compiler.desired.resources import DesiredState
from compiler.state.ledger import Ledger
from compiler.state.observed import Observed
from reconciler.api import wire
from reconciler.api.client import PrefectClient
from reconciler.api.paging import parts
from reconciler.things.automations import observed

_MARK = "deploy:"
_TOGETHER = 100  # names a request


@dataclass(frozen=True, slots=True, kw_only=True)
class Strangers:
    """Automations that no stack made.

    `things` stand where the stack wants one; `alike` says how many there are where it
    cannot be told which is meant; `beside` names those that run a deployment besides.
    """

    things: Mapping[Address, Observed] = field(default_factory=dict)
    alike: Mapping[Address, int] = field(default_factory=dict)
    beside: Mapping[Address, tuple[str, ...]] = field(default_factory=dict)


def followed(
    ids: Mapping[Address, str | None], desired: DesiredState, ledger: Ledger | None
) -> dict[Address, str | None]:
    """The ids that are known; a trigger of a renamed deployment has that of the earlier one."""
    known = dict(ids)
    made = ledger.ids if ledger is not None else {}
    for resource in desired.resources:
        earlier = resource.renamed_from
        if resource.address.kind is not Kind.AUTOMATION or earlier is None:
            continue
        if made.get(resource.address) is None and made.get(earlier) is not None:
            known[resource.address] = known.pop(earlier)
    return known


async def read_strangers(
    client: PrefectClient,
    desired: DesiredState,
    things: Mapping[Address, Observed],
    *,
    adopts: bool,
) -> Strangers:
    """What nobody made where the stack wants something that it has not made yet.

    Raises:
        ApiError: the server could not be read.
    """
    missing = [
        each.address
        for each in desired.resources
        if each.address.kind is Kind.AUTOMATION and each.address not in things
    ]
    found = Strangers()
    if adopts:
        found = await _alone(client, [each for each in missing if len(each.path) == 1])
    of_deployments: dict[Address, list[Address]] = {}
    for each in missing:
        if len(each.path) > 1:
            of_deployments.setdefault(deployment(*each.path[:-1]), []).append(each)
    for at, wanted in sorted(of_deployments.items(), key=lambda item: item[0]):
        if at in things:
            found = _with(found, await _of_deployment(client, at, things[at].id, wanted))
    return found


def _with(one: Strangers, other: Strangers) -> Strangers:
    return replace(
        one,
        things={**one.things, **other.things},
        alike={**one.alike, **other.alike},
        beside={**one.beside, **other.beside},
    )


async def _alone(client: PrefectClient, missing: Sequence[Address]) -> Strangers:
    there = [
        each
        for some in parts(sorted(missing), _TOGETHER)
        for each in await client.automations_named([address.name for address in some])
    ]
    return _matched(missing, _free(there))


async def _of_deployment(
    client: PrefectClient, at: Address, id: str, wanted: Sequence[Address]
) -> Strangers:
    there = _free(await client.automations_about(f"prefect.deployment.{id}"))
    running = [each for each in there if id in runs(observed(each).fields)]
    found = _matched(wanted, running)
    taken = {each.id for each in found.things.values()}
    beside = tuple(sorted(each.name for each in running if str(each.id) not in taken))
    return replace(found, beside={at: beside} if beside else {})


def _free(found: Iterable[wire.AutomationOut]) -> list[wire.AutomationOut]:
    return [each for each in found if not any(tag.startswith(_MARK) for tag in each.tags)]


def _matched(wanted: Iterable[Address], there: Iterable[wire.AutomationOut]) -> Strangers:
    """One automation for each name, where there is one and no more."""
    by_name: dict[str, list[wire.AutomationOut]] = {}
    for each in there:
        by_name.setdefault(each.name, []).append(each)
    named = {address: by_name[address.name] for address in wanted if address.name in by_name}
    return Strangers(
        things={at: observed(found[0]) for at, found in named.items() if len(found) == 1},
        alike={at: len(found) for at, found in named.items() if len(found) > 1},
    )
