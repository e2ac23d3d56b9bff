"""What a plan is about to change, as it is now: the way back from an apply.  Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from compiler.desired.address import Address, Kind, work_queue
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.plan.action import Adopt, Create, Delete, Protect, Update
from compiler.plan.build import Plan
from compiler.state.images import Hiding, Image, Images, untouched
from compiler.state.ledger import Ledger
from compiler.state.observed import Observed
from compiler.state.ownership import OWNED

_GOES_ALONG = {"work_pool_name": "work_queue_name"}  # a move to another pool moves to its queue


def images_of(plan: Plan, ledger: Ledger, hidden: frozenset[str] = frozenset()) -> Images:
    """Each thing that the plan writes as it was found; `ledger` is from before the apply.

    `hidden` are the digests of texts that earlier applies have kept out.
    """
    hiding = Hiding(plan.secrets, plan.hidden | hidden)
    found = sorted(_found(plan, ledger), key=lambda image: image.address)
    safe = tuple(_without_secrets(image, hiding) for image in found)
    _learn_new(plan, hiding)
    last = next(iter(ledger.numbered.values()), None)
    return Images(
        of=safe,
        commit=None if last is None else last.commit,
        dirty=None if last is None else last.dirty,
        hidden=hiding.hidden,
    )


def _found(plan: Plan, ledger: Ledger) -> Iterator[Image]:
    if plan.only_adopts:
        return  # whose a thing is is no content of it, and stays
    for action in plan.actions:
        match action:
            case Create(resource, replaces):
                took = resource.renamed_from if replaces is not None else None
                yield Image(address=action.address, was_there=False, took=took)
            case Update(resource, observed, changes, _):
                fields = dict(_before(observed, (each.field for each in changes)))
                fields |= {
                    each.field: untouched(each.before, each.after)
                    for each in changes
                    if each.field == "data"
                }
                yield _image(action.address, ledger, fields, _riding(resource, observed))
            case Protect():
                yield _image(action.address, ledger, {})
            case Delete(address, observed, _):
                whole = {
                    each.field: observed.fields.get(each.field) for each in OWNED[address.kind]
                }
                yield _image(address, ledger, whole, is_whole=True)
            case Adopt():
                continue
    yield from _moved_queues(plan, ledger)


def _image(
    address: Address,
    ledger: Ledger,
    fields: Mapping[str, Json],
    riding: Mapping[str, tuple[Json, str | None]] | None = None,
    *,
    is_whole: bool = False,
) -> Image:
    return Image(
        address=address,
        is_whole=is_whole,
        fields=fields,
        riding=riding or {},
        owned=frozenset(ledger.applied.get(address, ())),
        protected=address in ledger.protected,
    )


def _before(observed: Observed, names: Iterable[str]) -> Iterator[tuple[str, Json]]:
    for name in names:
        yield name, observed.fields.get(name)
        if name in _GOES_ALONG:
            yield _GOES_ALONG[name], observed.fields.get(_GOES_ALONG[name])


def _riding(resource: Resource, observed: Observed) -> dict[str, tuple[Json, str | None]]:
    return {
        name: (observed.fields.get(name), each.along)
        for name, each in resource.riding.items()
        if name in observed.fields
    }


def _moved_queues(plan: Plan, ledger: Ledger) -> Iterator[Image]:
    """The server moves queues on where another one of their pool is given its priority."""
    acted = {each.address for each in plan.actions if each.address.kind is Kind.WORK_QUEUE}
    found = plan.seen.priorities if plan.seen is not None else {}
    for pool in sorted({address.path[0] for address in acted} & found.keys()):
        for name, priority in found[pool].items():
            address = work_queue(pool, name)
            if address not in acted:
                moved = _image(address, ledger, {"priority": priority})
                yield replace(moved, owned=moved.owned | {"priority"})


def _without_secrets(image: Image, hiding: Hiding) -> Image:
    return replace(
        image,
        fields={name: hiding.value(value, name) for name, value in image.fields.items()},
        riding={
            name: (hiding.value(value, name), along)
            for name, (value, along) in image.riding.items()
        },
    )


def _learn_new(plan: Plan, hiding: Hiding) -> None:
    """What is written now is what the next apply finds, which may not know that it is secret."""
    for action in plan.actions:
        if isinstance(action, (Create, Update)):
            hiding.learn(action.resource.fields)
