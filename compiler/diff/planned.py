"""Which of the schedules that are wanted will fire."""

from collections.abc import Iterable, Iterator

from compiler.desired.address import Kind
from compiler.desired.json import mappings
from compiler.desired.resources import Resource
from compiler.diff import schedules as matching
from compiler.firing.agenda import Planned


def planned(resources: Iterable[Resource]) -> Iterator[Planned]:
    """The deployments of a state with what fires of them; paused ones have nothing."""
    for each in resources:
        if each.address.kind is not Kind.DEPLOYMENT:
            continue
        wanted = matching.settle(mappings(each.fields.get("schedules")), ())
        firing = matching.firing({**each.initial, **each.fields, "schedules": wanted})
        yield Planned(name="/".join(each.address.path), schedules=firing)
