"""What a stack knows of itself between two runs.  Kept on the server, read and written
by `reconciler.ledger`; nothing is kept on a local disk.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from compiler.desired.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a stack is applied from.

    `remote` is the normalised address of the Git remote, None where there is
    none; `files` are the root files, relative to the repository.
    """

    remote: str | None
    files: tuple[str, ...]
    environment: str | None = None

    def agrees_with(self, other: "Origin") -> bool:
        """Whether both are the same place; an unknown remote is any."""
        remotes_agree = None in {self.remote, other.remote} or self.remote == other.remote
        return remotes_agree and (self.files, self.environment) == (other.files, other.environment)

    def __str__(self) -> str:
        files = ", ".join(self.files)
        environment = f" (environment {self.environment})" if self.environment else ""
        return f"{files} of {self.remote or 'a folder outside of Git'}{environment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What the stack made, by address, and where it is applied from.

    An id of None was written ahead: the thing was about to be created when the
    entry was made, and whether it was is for the next run to see.
    """

    origin: Origin
    ids: Mapping[Address, str | None]

    def owns(self, address: Address, id: str) -> bool:
        """Whether the thing with this id is the one that the stack made under `address`."""
        return address in self.ids and self.ids[address] in {None, id}

    def about_to_create(self, addresses: Iterable[Address]) -> "Ledger":
        """The ledger to save before things are created."""
        return replace(self, ids={**dict.fromkeys(addresses), **self.ids})

    def with_ids(self, made: Mapping[Address, str]) -> "Ledger":
        """The ledger that knows these ids."""
        return replace(self, ids={**self.ids, **made})

    def without(self, addresses: Iterable[Address]) -> "Ledger":
        """The ledger that has forgotten these addresses."""
        gone = frozenset(addresses)
        return replace(self, ids={key: id for key, id in self.ids.items() if key not in gone})
