"""What the files mean by the names that they write in automations.

A name is first looked for among what the files declare, with the prefix of its file in
front; what they do not declare is for the server to know, and stays as it is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from compiler.desired.address import (
    Address,
    Kind,
    automation,
    block,
    deployment,
    work_pool,
    work_queue,
)
from compiler.desired.naming import Named, Reference, Swap, is_id, reference_to
from compiler.entrypoints.addresses import address_of
from compiler.entrypoints.read import Declared
from compiler.manifest.automation import DeploymentTrigger
from compiler.manifest.manifest import Manifest, Placed, triggers_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Everything that the files declare and an automation may name."""

    declared: frozenset[Address]

    def meant(self, reference: Reference, prefix: str) -> tuple[Reference, ...]:
        """What a name may mean of what is declared; nothing of what is not, or is an id."""
        if is_id(reference.name):
            return ()
        for written in dict.fromkeys((prefix, "")):
            found = tuple(
                each
                for address in sorted(self._of(reference, written))
                if (each := reference_to(address)) is not None
            )
            if found:
                return found
        return ()

    def _of(self, reference: Reference, prefix: str) -> Iterable[Address]:
        *around, last = reference.name.split("/")
        match reference.of:
            case Named.DEPLOYMENT if not around:
                return (each for each in self._deployments() if each.name == prefix + last)
            case Named.DEPLOYMENT:
                return self._if_declared(deployment("/".join(around), prefix + last))
            case Named.WORK_POOL:
                return self._if_declared(work_pool(prefix + reference.name))
            case Named.WORK_QUEUE:
                pool = work_pool(prefix + "/".join(around))
                return () if pool not in self.declared else (work_queue(pool.name, last),)
            case Named.AUTOMATION:
                return self._if_declared(_automation(around, last, prefix))
            case Named.BLOCK:
                return self._if_declared(reference.address)

    def _deployments(self) -> Iterable[Address]:
        return (each for each in self.declared if each.kind is Kind.DEPLOYMENT)

    def _if_declared(self, address: Address) -> Iterable[Address]:
        return (address,) if address in self.declared else ()

    def swap(self, prefix: str) -> Swap:
        """A function from a name to the one that it means; what is not sure stays."""

        def meant(reference: Reference) -> str:
            found = self.meant(reference, prefix)
            return found[0].name if len(found) == 1 else reference.name

        return meant


def _automation(around: list[str], last: str, prefix: str) -> Address:
    if len(around) == 2:
        flow, name = around
        return automation(flow, prefix + name, prefix + last)
    return automation(*around, prefix + last)


def names_of(manifests: Iterable[Manifest], declared: Iterable[Declared]) -> Names:
    """The names that the files declare."""
    found = {address for one in declared if (address := address_of(one)) is not None}
    for manifest in manifests:
        found |= {work_pool(each.value.name) for each in manifest.work_pools}
        found |= {automation(each.value.name) for each in manifest.automations}
        found |= {block(each.value.type, each.value.name) for each in manifest.blocks}
    found |= {address for one in declared for address, _ in triggered(one)}
    return Names(declared=frozenset(found))


def triggered(one: Declared) -> list[tuple[Address, Placed[DeploymentTrigger]]]:
    """The automations of a deployment's triggers; none where its flow could not be read."""
    address = address_of(one)
    if address is None:
        return []
    return [
        (automation(*address.path, trigger_name(one, number, address.name)), trigger)
        for number, trigger in enumerate(triggers_of(one.deployment), start=1)
    ]


def trigger_name(one: Declared, number: int, deployment_name: str) -> str:
    """What the automation of a trigger is called on the server.

    Source: `prefect deploy` calls those that have no name by deployment and number, from 1.
    """
    written = triggers_of(one.deployment)[number - 1].value.name
    if written is None:
        return f"{deployment_name}__automation_{number}"
    return one.manifest.prefix + written
