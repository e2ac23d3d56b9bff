"""What is true of a plan and leads to no step: values that are left as the server has them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.desired.address import Address, Kind
from compiler.desired.json import mappings
from compiler.desired.resources import DesiredState, Resource
from compiler.desired.secret import Secret
from compiler.plan.claim import kept_unwanted
from compiler.state.observed import Observed, ObservedState


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence without a full stop, and what it is about; None: the stack."""

    address: Address | None
    text: str


def notes(desired: DesiredState, observed: ObservedState) -> tuple[Note, ...]:
    """In address order, those of the stack last."""
    return (
        *(
            Note(resource.address, text)
            for resource in desired.resources
            if resource.address in observed.things
            for text in _of(resource, observed.things[resource.address])
        ),
        *(
            Note(each.address, text)
            for each in desired.resources
            for text in _renaming(each, observed)
        ),
        *(
            Note(address, "left the files and stays, since the policy prunes nothing")
            for address in kept_unwanted(desired, observed)
        ),
        *_registering(desired, observed),
        *(Note(None, text) for text in _unfinished(observed)),
    )


def _registering(desired: DesiredState, observed: ObservedState) -> Iterator[Note]:
    """Which new blocks make their type known to the server first."""
    packages = {each.slug: each.package for each in desired.registers}
    for each in desired.resources:
        package = packages.get(each.address.path[0])
        is_new = each.address.kind is Kind.BLOCK and each.address not in observed.things
        if is_new and package is not None:
            text = f"the server does not know its type, which is made as {package} declares it"
            yield Note(each.address, text)


def _unfinished(observed: ObservedState) -> Iterator[str]:
    if observed.ledger is not None and observed.ledger.begun is not None:
        yield "the last apply did not end; what it may have dropped of this hour is asked for again"


def _renaming(resource: Resource, observed: ObservedState) -> Iterator[str]:
    old = resource.renamed_from
    if old is not None and old in observed.things and resource.address not in observed.things:
        yield f"history splits: the runs so far stay behind as those of {old}, which is deleted"


def _of(resource: Resource, there: Observed) -> Iterator[str]:
    fields = resource.fields
    if "paused" not in fields and there.fields.get("paused") is True:
        yield "paused on the server; it stays so"
    if "is_paused" not in fields and there.fields.get("is_paused") is True:
        yield "paused on the server; it stays so"
    if "enabled" not in fields and there.fields.get("enabled") is False:
        yield "switched off on the server; it stays so"
    if resource.address.kind is Kind.DEPLOYMENT:
        yield from _inactive(resource, there)
        yield from _labels(resource, there)
    if resource.address.kind is Kind.BLOCK:
        yield from _kept_back(resource, there)
    if resource.ignored:
        paths = ", ".join(sorted(".".join(path) for path in resource.ignored))
        yield f"left to the server: {paths}"


def _kept_back(resource: Resource, there: Observed) -> Iterator[str]:
    """Secrets that nobody can compare."""
    data, wanted = there.fields.get("data"), resource.fields.get("data")
    held = data if isinstance(data, Mapping) else {}
    given = wanted if isinstance(wanted, Mapping) else {}
    names = [name for name, each in held.items() if isinstance(each, Secret) and each.is_withheld]
    for name in sorted(set(names) & given.keys()):
        yield (
            f"the server does not show {name!r}: it is written when somebody else has written "
            "to the block, or something else of it changes"
        )


def _inactive(resource: Resource, there: Observed) -> Iterator[str]:
    """Schedules that somebody has switched off, and that no file says anything of."""
    wanted = mappings(resource.fields.get("schedules"))
    declared = {each.get("slug") for each in wanted if "active" in each}
    if any("active" in each and each.get("slug") is None for each in wanted):
        return
    for each in mappings(there.fields.get("schedules")):
        if each.get("active") is False and each.get("slug") not in declared and wanted:
            name = each.get("slug") or each.get("id")
            yield f"the schedule {name} is off on the server; it stays so"


def _labels(resource: Resource, there: Observed) -> Iterator[str]:
    wanted, held = resource.initial.get("labels"), there.fields.get("labels")
    if not isinstance(wanted, Mapping) or not wanted:
        return
    held = held if isinstance(held, Mapping) else {}
    other = sorted(name for name in wanted if held.get(name) != wanted[name])
    if other:
        yield f"labels can be set only at creation; they differ: {', '.join(other)}"
