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
from compiler.desired.secret import Secret

Settle = Callable[[Json, Json], Json]
Same = Callable[[Json, Json], bool]


def as_written(wanted: Json, observed: Json) -> Json:  # noqa: ARG001  # one form for every row
    """The wanted value as it is."""
    return wanted


def equal(one: Json, other: Json) -> bool:
    """Equality of JSON: true is not 1, and 1 is 1.0."""
    match one, other:
        case (Secret(), _) | (_, Secret()):
            return _equal_secrets(one, other)
        case (bool(), _) | (_, bool()):
            return one is other
        case (str(), _) | (_, str()):
            return one == other
        case Mapping(), Mapping():
            return one is other or (
                one.keys() == other.keys() and all(equal(one[k], other[k]) for k in one)
            )
        case Sequence(), Sequence():
            return len(one) == len(other) and all(
                equal(a, b) for a, b in zip(one, other, strict=True)
            )
        case _:
            return one == other


def _equal_secrets(one: Json, other: Json) -> bool:
    """Whether both have one value; of two that a server keeps back, whether it is one state."""
    both = [each for each in (one, other) if isinstance(each, Secret)]
    if all(each.is_known for each in both):
        return equal(_bare(one), _bare(other))
    return len(both) == 2 and both[0] == both[1] and both[0].revision == both[1].revision


def _bare(value: Json) -> Json:
    return value.reveal() if isinstance(value, Secret) else value


def as_set(one: Json, other: Json) -> bool:
    """Equality of lists whose order and repetitions mean nothing."""
    return _items(one) == _items(other)


def _items(value: Json) -> frozenset[str]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return frozenset(map(str, value))
    return frozenset()


def as_variables(one: Json, other: Json) -> bool:
    """Equality of job variables: no environment means the same as none at all."""
    nothing: tuple[Json, ...] = ({}, {"env": {}})
    return equal(one, other) or (one in nothing and other in nothing)


class Left(Enum):
    """What becomes of a value that left the file, where it is not one fixed value."""

    STAYS = "stays as it is"
    DEFAULT_QUEUE = "the pool's default queue"
    DEFAULT_STEPS = "the pull step that a new deployment would get"
    TYPES_TEMPLATE = "the template of the pool's type"


@dataclass(frozen=True, slots=True)
class Owned:
    """One field: how it is completed, when it is the same, what follows when it left the file.

    `is_opaque` is a value of which only a digest is remembered.  `note` says what else
    there is to know of the field, for people.
    """

    field: str
    settle: Settle = as_written
    same: Same = equal
    left: "Left | Json" = Left.STAYS
    is_opaque: bool = False
    note: str = ""


OWNED: Mapping[Kind, tuple[Owned, ...]] = {
    Kind.VARIABLE: (
        Owned("value", note="JSON, as a whole"),
        Owned("tags", same=as_set, left=(), note="a set"),
    ),
    Kind.CONCURRENCY_LIMIT: (
        Owned("limit"),
        Owned("slot_decay_per_second", left=0.0),
        Owned("active", note="compared only where the file gives it: an operator's word stays"),
    ),
    Kind.TAG_LIMIT: (Owned("limit"),),
    Kind.BLOCK: (
        Owned("data", note="as a whole; of a secret nothing is remembered but when it was written"),
    ),
    Kind.WORK_POOL: (
        Owned("type", note="fixed at creation"),
        Owned("description", left=None),
        Owned("concurrency_limit", left=None),
        Owned("is_paused", note="compared only where the file gives it: an operator's pause stays"),
        Owned(
            "base_job_template",
            left=Left.TYPES_TEMPLATE,
            is_opaque=True,
            note="of a new pool: the template of its type where the file gives none",
        ),
    ),
    Kind.WORK_QUEUE: (
        Owned("priority", note="the server moves on the queues above"),
        Owned("concurrency_limit", left=None),
        Owned("is_paused", note="compared only where the file gives it: an operator's pause stays"),
        Owned("description", left=""),
    ),
    Kind.DEPLOYMENT: (
        Owned("entrypoint"),
        Owned("description", note="the flow's docstring where the file gives none"),
        Owned("version", note="compared only where the file gives it; otherwise it rides along"),
        Owned("tags", same=as_set, left=(), note="a set, with the stack's own tag"),
        Owned("parameters", left={}),
        Owned(
            "parameter_openapi_schema",
            is_opaque=True,
            note="read from the flow; a parameter that nobody can know keeps the server's word",
        ),
        Owned("enforce_parameter_schema", left=True),
        Owned("paused", note="compared only where the file gives it: an operator's pause stays"),
        Owned("concurrency", left=None),
        Owned("work_pool_name", left=None),
        Owned("work_queue_name", left=Left.DEFAULT_QUEUE),
        Owned(
            "job_variables",
            same=as_variables,
            left={},
            note="{} is stored as {env: {}} where the server cannot clear them",
        ),
        Owned(
            "pull_steps",
            left=Left.DEFAULT_STEPS,
            note="where the file gives none: set at creation, and again with the entrypoint; "
            "with 'work_pool: null' the folder that is served",
        ),
        Owned(
            "schedules", left=(), note="by slug; an undeclared 'active' or anchor is the server's"
        ),
    ),
    Kind.AUTOMATION: (
        Owned("name", note="what the server calls it: its address is the stack's own"),
        Owned("description", left=""),
        Owned("enabled", note="compared only where the file gives it: an operator's word stays"),
        Owned("tags", same=as_set, left=(), note="a set, with the stack's own tag"),
        Owned("trigger", note="without what the server fills in; names stand for ids"),
        Owned("actions", note="as the trigger"),
        Owned("actions_on_trigger", left=(), note="as the trigger"),
        Owned("actions_on_resolve", left=(), note="as the trigger"),
    ),
}
