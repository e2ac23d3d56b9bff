"""The closed set of steps that a plan is made of."""

from dataclasses import dataclass
from typing import TypeAlias

from compiler.desired.address import Address
from compiler.desired.resources import Resource
from compiler.diff.change import FieldChange
from compiler.state.observed import Observed


@dataclass(frozen=True, slots=True)
class Create:
    """Make what is not there."""

    resource: Resource

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
    """Make what is there the stack's, with nothing to change in it."""

    resource: Resource
    observed: Observed

    @property
    def address(self) -> Address:
        """What will be the stack's."""
        return self.resource.address


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove what the stack made and no longer wants."""

    address: Address
    observed: Observed


Action: TypeAlias = Create | Update | Adopt | Delete
