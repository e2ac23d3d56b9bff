"""Which fields of each kind a stack can own: the whole policy, as one table.

A row says how a wanted value is completed by what the server holds (`settle`)
and when two values are equal (`same`).  A field that has no row here is never
read, compared or written.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from compiler.desired.address import Kind
from compiler.desired.json import Json

Settle = Callable[[Json, Json], Json]
Same = Callable[[Json, Json], bool]


def as_written(wanted: Json, observed: Json) -> Json:  # noqa: ARG001  # one form for every row
    """The wanted value as it is."""
    return wanted


def equal(one: Json, other: Json) -> bool:
    """Equality of JSON: true is not 1, and 1 is 1.0."""
    match one, other:
        case (bool(), _) | (_, bool()):
            return one is other
        case (str(), _) | (_, str()):
            return one == other
        case Mapping(), Mapping():
            return one.keys() == other.keys() and all(equal(one[k], other[k]) for k in one)
        case Sequence(), Sequence():
            return len(one) == len(other) and all(
                equal(a, b) for a, b in zip(one, other, strict=True)
            )
        case _:
            return one == other


def as_set(one: Json, other: Json) -> bool:
    """Equality of lists whose order and repetitions mean nothing."""
    return _items(one) == _items(other)


def _items(value: Json) -> frozenset[str]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return frozenset(map(str, value))
    return frozenset()


def cleared(wanted: Json, observed: Json) -> Json:
    """No job variables are written as `{env: {}}`: not every server can clear them."""
    return {"env": {}} if wanted == {} and observed != {} else wanted


@dataclass(frozen=True, slots=True)
class Owned:
    """One field: how it is completed, and when it is the same."""

    field: str
    settle: Settle = as_written
    same: Same = equal


OWNED: Mapping[Kind, tuple[Owned, ...]] = {
    Kind.WORK_POOL: (
        Owned("type"),
        Owned("description"),
        Owned("concurrency_limit"),
        Owned("is_paused"),
        Owned("base_job_template"),
    ),
    Kind.WORK_QUEUE: (
        Owned("priority"),
        Owned("concurrency_limit"),
        Owned("is_paused"),
        Owned("description"),
    ),
    Kind.DEPLOYMENT: (
        Owned("entrypoint"),
        Owned("description"),
        Owned("version"),
        Owned("tags", same=as_set),
        Owned("parameters"),
        Owned("parameter_openapi_schema"),
        Owned("enforce_parameter_schema"),
        Owned("paused"),
        Owned("concurrency"),
        Owned("work_pool_name"),
        Owned("work_queue_name"),
        Owned("job_variables", settle=cleared),
        Owned("pull_steps"),
        Owned("schedules"),
    ),
}
