"""Values that look like secrets: each is left out, and a name stands in its place.

A file asks for it by `{{ $NAME }}`; for a number by an input that is made of one, since
what the environment gives is text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json
from compiler.desired.secret_shape import has_password, is_secret_name, secret_shape
from compiler.source.yaml_writer import spelled

_COUNTS = re.compile(
    r"tokens$|^(max|min|num|n)[_-]|(count|limit|size|length|ttl|max|min|seconds)$|expir",
    re.IGNORECASE,
)
_OWN = 8  # letters; shorter values may be equal by chance


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A secret that was found: the variable that stands for it, its value, and the first place.

    The value is a text of our own (`untold`) where the server was not asked for it.
    """

    name: str
    value: str
    address: Address
    path: str


def looks_secret(value: Json, *, named: bool) -> bool:
    """Whether a single value is kept out; `named` says that a name above it says secret."""
    match value:
        case bool():
            return False
        case str():
            is_given = named and value.strip() != "" and "{{" not in value
            return is_given or secret_shape(value) is not None or has_password(value)
        case int() | float():
            return named
        case _:
            return False


def says_secret(name: str, value: Json) -> bool:
    """Whether a name says that what is under it is a secret; a number may be a count of tokens."""
    is_number = isinstance(value, (int, float))
    return is_secret_name(name) and not (is_number and _COUNTS.search(name))


class Secrets:
    """Gives each secret a name, equal ones the same; in the order in which they are found."""

    def __init__(self) -> None:
        self._names: dict[str, LeftOut] = {}
        self._numbers: dict[str, str] = {}

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """All that were found."""
        return tuple(self._names.values())

    @property
    def inputs(self) -> Mapping[str, Json]:
        """The inputs that are numbers, as `vars` declares them."""
        return {
            name: {"default": f"{{{{ ${variable} }}}}", "type": "number"}
            for name, variable in self._numbers.items()
        }

    def template(self, value: str | float, address: Address, path: tuple[str, ...]) -> str:
        """What stands in the file in place of a secret."""
        text = value if isinstance(value, str) else spelled(value)
        name = self._name(text, address, path)
        if isinstance(value, str):
            return f"{{{{ ${name} }}}}"
        self._numbers[name.lower()] = name
        return f"{{{{ vars.{name.lower()} }}}}"

    def _name(self, text: str, address: Address, path: tuple[str, ...]) -> str:
        same = (each for each in self._names.values() if each.value == text)
        if len(text) >= _OWN and (known := next(same, None)) is not None:
            return known.name
        wished = _wished(address, path)
        numbered = (f"{wished[1]}_{number}" for number in range(2, len(self._names) + 4))
        for name in (*wished, *numbered):
            known = self._names.setdefault(name, LeftOut(name, text, address, ".".join(path)))
            if known.value == text:
                return name
        raise AssertionError(wished)


def untold(address: Address, path: tuple[str, ...]) -> str:
    """What stands for a value that nobody has asked the server for: another text for each."""
    return f"not asked for: {address}: {'.'.join(path)}"


def _wished(address: Address, path: tuple[str, ...]) -> tuple[str, ...]:
    """Names that say what the secret is; that of a block goes in front of what is in it."""
    if address.kind is not Kind.BLOCK:
        return (_word(path[-1]), _word(f"{address.name}_{path[-1]}"))
    inside = [each for each in path if each != "value"]
    return (_word("_".join((address.name, *inside))), _word("_".join((*address.path, *inside))))


def _word(text: str) -> str:
    """A name for an environment variable."""
    word = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").upper() or "SECRET"
    return f"SECRET_{word}" if word[0].isdigit() else word
