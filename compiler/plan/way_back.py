"""From what an apply found to the plan that brings it back.  Pure.

The plan is one as any other: guards, views, apply and verification see no difference.
What somebody else has changed since is changed back too, and the plan says whose it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from compiler.desired.address import Address, Kind, block, work_pool, work_queue
from compiler.desired.block_secrets import blocks_in
from compiler.desired.json import Json, mappings
from compiler.desired.naming import references
from compiler.desired.resources import DesiredState, PoolUse, Resource, Riding
from compiler.diagnostics import Report, Span, start_of
from compiler.diagnostics.pages import secret_not_recorded
from compiler.diff import schedules
from compiler.diff.attribution import Place, cause_of, last_applied, memory_of_field
from compiler.diff.change import Cause, FieldChange
from compiler.diff.compare import agree, marked
from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update, Why
from compiler.plan.build import Kept, LeftOut, Plan, order, turn
from compiler.plan.claim import Claim, claim, is_default_queue, tag_of
from compiler.plan.notes import Note
from compiler.state.images import Image, Images, Recalling, with_untouched
from compiler.state.ledger import Ledger
from compiler.state.observed import MARKED, Observed, ObservedState, marks
from compiler.state.ownership import OWNED

_HINT = "go back to a commit, whose files say where the secret is: deploy rollback"


def looked_for(images: Images, ledger: Ledger, stack: str) -> DesiredState:
    """Everything that has to be read before the way back can be planned."""
    at = _place(ledger)
    there = {each.address: each.fields for each in images.of if each.was_there}
    addresses = {*there, *ledger.ids} - {each.address for each in images.of if not each.was_there}
    resources = tuple(
        Resource(address=address, fields=there.get(address, {}), written_at=at)
        for address in addresses
    )
    return DesiredState(stack=stack, resources=resources, pool_uses=_pool_uses(resources))


def _place(ledger: Ledger) -> Span:
    """No file says what is wanted; the first one is what the stack is known by."""
    return start_of(next(iter(ledger.origin.files), "deploy.yaml"))


def _pool_uses(resources: Sequence[Resource]) -> tuple[PoolUse, ...]:
    pools = ((each.fields.get("work_pool_name"), each.written_at) for each in resources)
    return tuple(PoolUse(pool=pool, at=at) for pool, at in pools if isinstance(pool, str))


def build_way_back(
    images: Images, desired: DesiredState, observed: ObservedState, report: Report
) -> tuple[DesiredState, Plan]:
    """What is wanted to be as it was, and the plan to it; `desired` is what was looked for.

    A secret that is recorded nowhere is reported: without it there is no way back.
    """
    ledger = observed.ledger
    assert ledger is not None
    assert desired.stack is not None
    way = _Way(
        observed=observed,
        ledger=ledger,
        desired=desired,
        recalling=Recalling(each.fields for each in observed.things.values()),
    )
    found = [action for image in images.of for action in way.back(image, images)]
    made = tuple(sorted(_needing(found), key=lambda action: turn(action.resource)))
    deleted = tuple(each for each in found if isinstance(each, Delete))
    actions = (*made, *reversed(deleted))
    acted = {each.address for each in actions}
    plan = Plan(
        stack=desired.stack,
        mark=desired.mark,
        origin=ledger.origin,
        actions=actions,
        after=order(made),
        left_out=LeftOut(kept=tuple(way.untouched(acted))),
        ledger=_as_owned_then(images, ledger),
        gone=frozenset(ledger.ids) - observed.things.keys(),
        templates=observed.templates,
        goes_back=True,
        notes=tuple(_notes(images, observed, acted)),
        seen=observed,
        hidden=images.hidden,
    )
    for path in dict.fromkeys(way.recalling.lost):
        message = f"{path}: it was a secret, which is not recorded, and the server has another now"
        report.add(secret_not_recorded.RULE, message, None, hint=_HINT)
    for path in dict.fromkeys(way.recalling.untold):
        message = f"{path}: it was a secret of a block, of which nothing is recorded"
        report.add(secret_not_recorded.RULE, message, None, hint=_HINT)
    return replace(desired, resources=plan.all_wanted), plan


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What one plan back is made from."""

    observed: ObservedState
    ledger: Ledger
    desired: DesiredState
    recalling: Recalling

    def back(self, image: Image, images: Images) -> Iterator[Action]:
        there = self.observed.things.get(image.address)
        if not image.was_there:
            if there is not None and self._is_ours(image.address, there):
                yield Delete(image.address, there, Why.UNDONE)
        elif there is not None:
            yield from self._restored(image, there)
        elif image.is_whole:
            yield self._made_again(image, images)

    def untouched(self, acted: set[Address]) -> Iterator[Kept]:
        """What the stack owns beside; it goes on needing the pools that it runs in."""
        for address, there in sorted(self.observed.things.items(), key=lambda item: item[0]):
            if address not in acted and self._is_ours(address, there):
                yield Kept(self._resource(address, fields=there.fields), there)

    def _is_ours(self, address: Address, there: Observed) -> bool:
        return self.ledger.ids.get(address) == there.id and not is_default_queue(address)

    def _resource(self, address: Address, *, fields: Mapping[str, Json]) -> Resource:
        return Resource(address=address, fields=fields, written_at=_place(self.ledger))

    def _recalled(self, image: Image) -> dict[str, Json]:
        return {
            name: self.recalling.value(value, f"{image.address} {name}")
            for name, value in image.fields.items()
        }

    def _rode(self, image: Image) -> dict[str, Riding]:
        """What went along with the change, and goes along with its way back."""
        return {
            name: Riding(self.recalling.value(value, f"{image.address} {name}"), along)
            for name, (value, along) in image.riding.items()
        }

    def _made_again(self, image: Image, images: Images) -> Create:
        """In full; what was not the stack's then is given to it, and not remembered as its own."""
        recalled = self._recalled(image)
        whole = {name: value for name, value in recalled.items() if _is_sent(name, value)}
        if "schedules" in whole:
            whole["schedules"] = [_without_id(each) for each in mappings(whole["schedules"])]
        owned = {name: value for name, value in whole.items() if name in image.owned}
        rest = {name: value for name, value in whole.items() if name not in image.owned}
        successor = next((each.address for each in images.of if each.took == image.address), None)
        replaces = self.observed.things.get(successor) if successor is not None else None
        return Create(
            replace(
                self._resource(image.address, fields=owned),
                initial=rest,
                protect=image.protected,
                renamed_from=successor if replaces is not None else None,
            ),
            replaces,
        )

    def _restored(self, image: Image, there: Observed) -> Iterator[Action]:
        if claim(image.address, self.desired, self.observed) is not Claim.OURS:
            return  # somebody made another one under its name
        kept = {
            name: with_untouched(value, there.fields.get(name))
            for name, value in image.fields.items()
        }
        target, riding = self._recalled(replace(image, fields=kept)), self._rode(image)
        target |= {name: each.value for name, each in riding.items() if name in image.owned}
        if "tags" in target and image.address.kind in MARKED:
            target["tags"] = marked(target["tags"], self.desired.mark)
        if "schedules" in target:
            target["schedules"] = _kept_by_id(target["schedules"], there.fields.get("schedules"))
        names = [each.field for each in OWNED[image.address.kind] if each.field in image.owned]
        resource = replace(
            self._resource(
                image.address,
                fields={name: target.get(name, there.fields.get(name)) for name in names},
            ),
            riding={name: each for name, each in riding.items() if name not in image.owned},
            protect=image.protected,
        )
        changes = tuple(self._changes(resource, there, target))
        if changes:
            yield Update(resource, there, changes)
        elif image.protected is not (image.address in self.ledger.protected):
            yield Protect(resource, there, image.protected)

    def _changes(
        self, resource: Resource, there: Observed, target: Mapping[str, Json]
    ) -> Iterator[FieldChange]:
        last = last_applied(resource, there, self.ledger)
        for owned in OWNED[resource.address.kind]:
            name = owned.field
            if name not in target:
                continue
            before = there.fields.get(name)
            after = owned.settle(target[name], before)
            if agree(owned, before, after):
                continue
            sides = (
                memory_of_field(name, before, resource),
                memory_of_field(name, after, resource),
            )
            old = None if last is None else last.memory(name, sides[0])
            cause = Cause.UNKNOWN if old is None else cause_of(Place(old, *sides))
            yield FieldChange(name, before, after, cause, old, sides)


def _is_sent(name: str, value: Json) -> bool:
    """A deployment without a pool takes no queue, and a thing without a value none."""
    return not (value is None and name in {"work_pool_name", "work_queue_name", "version"})


def _without_id(schedule: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in schedule.items() if name != "id"}


def _kept_by_id(wanted: Json, there: Json) -> list[Mapping[str, Json]]:
    """The schedules of then; one that still exists keeps its id, and so its queued runs."""
    live = {str(each.get("id")): each for each in mappings(there)}
    then = mappings(wanted)
    kept = {str(each.get("id")) for each in then} & live.keys()
    free = [each for id, each in live.items() if id not in kept]
    new = iter(
        schedules.settle([_without_id(each) for each in then if each.get("id") not in kept], free)
    )
    return [each if each.get("id") in kept else next(new) for each in then]


def _needing(found: Sequence[Action]) -> Iterator[Create | Update | Adopt | Protect]:
    """The steps that make or change, each with those that it has to wait for."""
    made = {each.address for each in found if isinstance(each, Create)}
    for action in found:
        match action:
            case Create(resource, replaces):
                yield Create(replace(resource, needs=_needs(resource) & made), replaces)
            case Update(resource, observed, changes, adopts):
                needs = replace(resource, needs=_needs(resource) & made)
                yield Update(needs, observed, changes, adopts)
            case Delete():
                continue
            case _:
                yield action


def _needs(resource: Resource) -> frozenset[Address]:
    if resource.address.kind is Kind.BLOCK:
        return frozenset(
            block(*path.split("/")) for path in blocks_in(resource.fields.get("data")).values()
        )
    if resource.address.kind is Kind.WORK_QUEUE:
        return frozenset({work_pool(resource.address.path[0])})
    fields = {**resource.initial, **resource.fields}
    if resource.address.kind is Kind.AUTOMATION:
        return frozenset(each.address for each in references(fields))
    pool, queue = fields.get("work_pool_name"), fields.get("work_queue_name")
    if resource.address.kind is not Kind.DEPLOYMENT or not isinstance(pool, str):
        return frozenset()
    return frozenset({work_pool(pool), work_queue(pool, str(queue))})


def _as_owned_then(images: Images, ledger: Ledger) -> Ledger:
    """The memory without what only the apply that is undone had made the stack's."""
    owned = {each.address: each.owned for each in images.of if each.was_there}
    trimmed = [
        {
            address: {name: one for name, one in each.items() if name in owned.get(address, each)}
            for address, each in memory.items()
        }
        for memory in (ledger.applied, ledger.ahead)
    ]
    return replace(ledger, applied=trimmed[0], ahead=trimmed[1])


def _notes(images: Images, observed: ObservedState, acted: set[Address]) -> Iterator[Note]:
    for image in images.of:
        there, is_deployment = observed.things.get(image.address), _is_deployment(image.address)
        if image.was_there and not image.is_whole and there is None:
            yield Note(image.address, "was deleted since, and is not made again")
        elif image.is_whole and image.address in acted and is_deployment:
            yield Note(image.address, "is made again: it gets a new id, and has no runs")
        elif there is not None and is_deployment and not _is_known(image.address, observed):
            yield Note(image.address, "is another one than it was, and stays as it is")


def _is_deployment(address: Address) -> bool:
    return address.kind is Kind.DEPLOYMENT


def _is_known(address: Address, observed: ObservedState) -> bool:
    there, ledger = observed.things[address], observed.ledger
    made = ledger is not None and ledger.ids.get(address) == there.id
    return made or any(tag.startswith(tag_of("")) for tag in marks(address, there))
