"""Which fields of each kind a stack can own: the whole policy, as one table.

A row says how a wanted value is completed by what the server holds (`settle`),
when two values are equal (`same`), and what becomes of a value that we wrote and
that has left the file (`left`).  A field that has no row here is never read,
compared or written.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

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


class Left(Enum):
    """What becomes of a value that left the file, where it is not one fixed value."""

    STAYS = "stays: fixed, operational, or read from the flow"
    DEFAULT_QUEUE = "the pool's default queue"
    DEFAULT_STEPS = "the pull step that a new deployment would get"
    TYPES_TEMPLATE = "the template of the pool's type"


@dataclass(frozen=True, slots=True)
class Owned:
    """One field: how it is completed, when it is the same, what follows when it left the file.

    `is_opaque` is a value of which only a digest is remembered.
    """

    field: str
    settle: Settle = as_written
    same: Same = equal
    left: "Left | Json" = Left.STAYS
    is_opaque: bool = False


OWNED: Mapping[Kind, tuple[Owned, ...]] = {
    Kind.WORK_POOL: (
        Owned("type"),
        Owned("description", left=None),
        Owned("concurrency_limit", left=None),
        Owned("is_paused"),
        Owned("base_job_template", left=Left.TYPES_TEMPLATE, is_opaque=True),
    ),
    Kind.WORK_QUEUE: (
        Owned("priority"),
        Owned("concurrency_limit", left=None),
        Owned("is_paused"),
        Owned("description", left=""),
    ),
    Kind.DEPLOYMENT: (
        Owned("entrypoint"),
        Owned("description"),
        Owned("version"),
        Owned("tags", same=as_set, left=()),
        Owned("parameters", left={}),
        Owned("parameter_openapi_schema", is_opaque=True),
        Owned("enforce_parameter_schema", left=True),
        Owned("paused"),
        Owned("concurrency", left=None),
        Owned("work_pool_name", left=None),
        Owned("work_queue_name", left=Left.DEFAULT_QUEUE),
        Owned("job_variables", settle=cleared, left={}),
        Owned("pull_steps", left=Left.DEFAULT_STEPS),
        Owned("schedules", left=()),
    ),
}
