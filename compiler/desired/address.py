"""What files, plan and server agree to call a thing."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of thing a stack can own, in the order in which they are created."""

    VARIABLE = "variable"
    CONCURRENCY_LIMIT = "concurrency-limit"
    TAG_LIMIT = "tag-limit"
    BLOCK = "block"
    WORK_POOL = "work-pool"
    WORK_QUEUE = "work-queue"
    DEPLOYMENT = "deployment"
    AUTOMATION = "automation"


_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Address:
    """`deployment/etl/nightly`: a kind, and the names that make it unique on a server.

    No name holds a `/` (the server refuses it), so the text can be read back.
    """

    kind: Kind
    path: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read what `str()` wrote.

        Raises:
            ValueError: the text begins with no known kind.
        """
        kind, *path = text.split("/")
        return cls(Kind(kind), tuple(path))

    @property
    def name(self) -> str:
        """The last and most particular name: a deployment's, a pool's, a queue's."""
        return self.path[-1]

    def __str__(self) -> str:
        return "/".join((self.kind, *self.path))

    def __lt__(self, other: "Address") -> bool:
        return (_ORDER[self.kind], self.path) < (_ORDER[other.kind], other.path)


def deployment(flow: str, name: str) -> Address:
    """Address of the deployment `flow/name`."""
    return Address(Kind.DEPLOYMENT, (flow, name))


def work_pool(name: str) -> Address:
    """Address of a work pool."""
    return Address(Kind.WORK_POOL, (name,))


def work_queue(pool: str, name: str) -> Address:
    """Address of a queue of a work pool."""
    return Address(Kind.WORK_QUEUE, (pool, name))


def variable(name: str) -> Address:
    """Address of a Prefect variable."""
    return Address(Kind.VARIABLE, (name,))


def concurrency_limit(name: str) -> Address:
    """Address of a global concurrency limit."""
    return Address(Kind.CONCURRENCY_LIMIT, (name,))


def tag_limit(tag: str) -> Address:
    """Address of the limit on task runs with a tag."""
    return Address(Kind.TAG_LIMIT, (tag,))


def block(type_slug: str, name: str) -> Address:
    """Address of a block: the slug of its type, and its name."""
    return Address(Kind.BLOCK, (type_slug, name))


def automation(*path: str) -> Address:
    """Address of an automation: by its name, or as `flow, deployment, name` of a trigger."""
    return Address(Kind.AUTOMATION, path)
