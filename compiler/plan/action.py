"""The closed set of steps that a plan is made of."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from compiler.desired.address import Address
from compiler.desired.resources import Resource
from compiler.diff.change import FieldChange
from compiler.state.observed import Observed


class Why(StrEnum):
    """Why a thing is deleted."""

    LEFT = "left the files"
    RENAMED = "renamed"
    DESTROYED = "the stack is destroyed"
    UNDONE = "was made by the apply that is undone"


@dataclass(frozen=True, slots=True)
class Create:
    """Make what is not there; `replaces` is the deployment that it takes the place of."""

    resource: Resource
    replaces: Observed | None = None

    @property
    def address(self) -> Address:
        """What will be made."""
        return self.resource.address


@dataclass(frozen=True, slots=True)
class Update:
    """Change fields of what is there; `adopts` when it was not the stack's before."""

    resource: Resource
    observed: Observed
    changes: tuple[FieldChange, ...]
    adopts: bool = False

    @property
    def address(self) -> Address:
        """What will be changed."""
        return self.resource.address


@dataclass(frozen=True, slots=True)
class Adopt:
    """Note that what is there is the stack's; it needs no other change."""

    resource: Resource
    observed: Observed

    @property
    def address(self) -> Address:
        """What will be the stack's."""
        return self.resource.address


@dataclass(frozen=True, slots=True)
class Protect:
    """Note that a thing is not to be deleted, or may be again; it needs no other change."""

    resource: Resource
    observed: Observed
    is_on: bool

    @property
    def address(self) -> Address:
        """What is protected."""
        return self.resource.address


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove what the stack made and no longer wants."""

    address: Address
    observed: Observed
    why: Why = Why.LEFT


Action: TypeAlias = Create | Update | Adopt | Protect | Delete
