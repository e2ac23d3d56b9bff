"""What entries are written with: it knows what is not to be said, and keeps secrets."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from compiler.desired.address import Address
from compiler.desired.json import Json, whole
from compiler.desired.secret import Secret
from compiler.emit.braces import Place, escaped
from compiler.emit.secrets import Secrets, looks_secret, says_secret, untold
from compiler.state.inventory import Inventory

_VALUE_OF_A_SCHEMA = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """Writes values of an inventory.

    `unsaid` are the owned fields that are not to be written, by what they are of;
    `exported` is all that is being written.
    """

    inventory: Inventory
    exported: Collection[Address] = ()
    unsaid: Mapping[Address, frozenset[str]] = field(default_factory=dict)
    secrets: Secrets = field(default_factory=Secrets)

    def says(self, address: Address, name: str) -> bool:
        """Whether a field is to be written."""
        return name not in self.unsaid.get(address, frozenset())

    def value(self, value: Json, address: Address, name: str, place: Place = Place.PLAIN) -> Json:
        """A field's value as a file has to have it."""
        return self._within(whole(value), address, (name,), place, named=says_secret(name, value))

    def secret(self, secret: Secret[Json], address: Address, key: str) -> Json:
        """Templates for all that is in a secret; of one that a server withholds, by its places."""
        return self._hidden(secret.reveal(), address, (key,), is_told=not secret.is_withheld)

    def _hidden(
        self, value: Json, address: Address, path: tuple[str, ...], *, is_told: bool
    ) -> Json:
        match value:
            case bool():
                return value
            case Mapping():
                return {
                    key: self._hidden(item, address, (*path, key), is_told=is_told)
                    for key, item in value.items()
                }
            case list() | tuple():
                return [
                    self._hidden(item, address, (*path, str(place)), is_told=is_told)
                    for place, item in enumerate(value)
                ]
            case str() | int() | float():
                text = value if is_told else untold(address, path)
                return self.secrets.template(text, address, path)
            case _:
                return None

    def template(self, value: Json, address: Address) -> Json:
        """A base job template: below a secret's name stand its title, its type and its default."""
        return self._schema(whole(value), address, ("base_job_template",))

    def _within(
        self, value: Json, address: Address, path: tuple[str, ...], place: Place, *, named: bool
    ) -> Json:
        match value:
            case Mapping():
                return {
                    key: self._within(
                        item, address, (*path, key), place, named=named or says_secret(key, item)
                    )
                    for key, item in value.items()
                }
            case list() | tuple():
                return [self._within(item, address, path, place, named=named) for item in value]
            case _:
                return self._leaf(value, address, path, place, named=named)

    def _schema(self, value: Json, address: Address, path: tuple[str, ...]) -> Json:
        match value:
            case Mapping():
                return {
                    key: self._schema(item, address, (*path, key)) for key, item in value.items()
                }
            case list() | tuple():
                return [self._schema(item, address, path) for item in value]
            case _:
                name = path[-2] if path[-1] == _VALUE_OF_A_SCHEMA else path[-1]
                named = says_secret(name, value)
                return self._leaf(value, address, path, Place.STEPS, named=named)

    def _leaf(
        self, value: Json, address: Address, path: tuple[str, ...], place: Place, *, named: bool
    ) -> Json:
        is_known = isinstance(value, str) and value in self.inventory.secrets
        if isinstance(value, (str, int, float)) and (is_known or looks_secret(value, named=named)):
            return self.secrets.template(value, address, path)
        return escaped(value, place) if isinstance(value, str) else value
