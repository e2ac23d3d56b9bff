"""What an apply found: each thing as it was before, so that there is a way back.

Kept in the stack's ledger as one compressed text, which is taken apart only when
somebody goes back.  No secret is in it: where one stood there is a mark with the digest
that the ledger's memory has of it (`compiler.state.memory`), or, of a block, with nothing.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from compiler.desired.address import Address
from compiler.desired.block_secrets import is_reference
from compiler.desired.json import Json
from compiler.desired.secret import Secret
from compiler.desired.secret_shape import has_password, is_secret_name, secret_shape
from compiler.state.memory import memory_of
from compiler.state.ownership import equal

_MARK = "$secret"
_UNTOLD = "?"  # nothing is kept of it: whoever tried might find it out
_AS_IT_IS = "kept"  # the apply did not touch it
_FORMAT = 1
Hides = Callable[[str], bool]


class UnreadableImages(ValueError):
    """They were written by a newer version of this program, or by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One thing before an apply; `was_there` is false for what that apply was to make.

    `fields` are those that it was to change, and all of a thing that it was to delete
    (`is_whole`); `riding` those that went along, with the field that took them along.
    `owned` are the fields that were the stack's.  `took` is the thing whose place a new
    one took.
    """

    address: Address
    was_there: bool = True
    is_whole: bool = False
    fields: Mapping[str, Json] = field(default_factory=dict)
    riding: Mapping[str, tuple[Json, str | None]] = field(default_factory=dict)
    owned: frozenset[str] = frozenset()
    protected: bool = False
    took: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """What one apply found, in address order.

    `commit` is that of the state they are of, and `dirty` as in the history.  `hidden` are
    the digests of texts that are kept out though nothing in them looks like a secret.
    """

    of: tuple[Image, ...] = ()
    commit: str | None = None
    dirty: bool | None = None
    hidden: frozenset[str] = frozenset()

    def with_earlier(self, earlier: "Images") -> "Images":
        """Both, for an apply that goes on where one was killed: what that one found counts."""
        found = {each.address: each for each in (*self.of, *earlier.of)}
        return replace(
            earlier,
            of=tuple(found[address] for address in sorted(found)),
            hidden=self.hidden | earlier.hidden,
        )


class Hiding:
    """Takes secrets out of values: by name, by their looks, and those that are known."""

    def __init__(self, secrets: Iterable[str] = (), hidden: Iterable[str] = ()) -> None:
        self._secrets = [each for each in secrets if each]
        self._known = frozenset(hidden)
        self._hidden = set(self._known)

    @property
    def hidden(self) -> frozenset[str]:
        """The digests of those that only who was told them can know for secrets."""
        return frozenset(self._hidden)

    def learn(self, value: Json) -> None:
        """Know the texts again that have a known secret in them, when it is known no more."""
        if self._secrets:
            for leaf in _leaves(value):
                if isinstance(leaf, str) and self._is_known(leaf):
                    self._hidden.add(_digest(leaf))

    def _is_known(self, text: str) -> bool:
        return any(secret in text for secret in self._secrets)

    def value(self, value: Json, name: str = "") -> Json:
        """The value with a mark for each secret; `name` is the field's."""
        return self._within(value, secret=is_secret_name(name))

    def _within(self, value: Json, *, secret: bool) -> Json:
        match value:
            case Secret():
                return {_MARK: _UNTOLD}
            case Mapping() if value != {_MARK: _AS_IT_IS} and not is_reference(value):
                return {
                    key: self._within(item, secret=secret or is_secret_name(key))
                    for key, item in value.items()
                }
            case list() | tuple():
                return [self._within(item, secret=secret) for item in value]
            case _:
                return {_MARK: _digest(value)} if self._is_to_hide(value, secret) else value

    def _is_to_hide(self, value: Json, secret: bool) -> bool:  # noqa: FBT001  # of one caller
        match value:
            case None | bool():
                return False
            case str():
                return self._hides(value) or (secret and "{{" not in value)
            case _:
                return secret and isinstance(value, (int, float))

    def _hides(self, text: str) -> bool:
        if secret_shape(text) is not None or has_password(text):
            return True
        if self._is_known(text):
            self._hidden.add(_digest(text))
            return True
        return bool(self._known) and _digest(text) in self._known


def untouched(before: Json, after: Json) -> Json:
    """The data of a block with a mark for each secret that is the same before and after."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return before
    return {
        name: {_MARK: _AS_IT_IS}
        if isinstance(value, Secret) and equal(value, after.get(name))
        else value
        for name, value in before.items()
    }


def with_untouched(then: Json, now: Json) -> Json:
    """The data with what is there now in the place of each mark of `untouched`."""
    if not isinstance(then, Mapping) or not isinstance(now, Mapping):
        return then
    return {
        name: now[name] if value == {_MARK: _AS_IT_IS} and name in now else value
        for name, value in then.items()
    }


class Recalling:
    """Puts secrets back where marks stand, out of values that a server holds now."""

    def __init__(self, there: Iterable[Json]) -> None:
        self._there = tuple(there)
        self._by_digest: dict[str, Json] | None = None
        self.lost: list[str] = []
        self.untold: list[str] = []

    def value(self, value: Json, path: str) -> Json:
        """The value as it was; a place whose secret nothing there equals is added to `lost`, and
        one of whose secret nothing is kept to `untold`.
        """
        match value:
            case Mapping() if value.keys() == {_MARK}:
                return self._secret(str(value[_MARK]), path)
            case Mapping():
                return {key: self.value(item, f"{path}.{key}") for key, item in value.items()}
            case list() | tuple():
                return [self.value(item, f"{path}.{at}") for at, item in enumerate(value)]
            case _:
                return value

    def _secret(self, digest: str, path: str) -> Json:
        if self._by_digest is None:
            leaves = (leaf for value in self._there for leaf in _leaves(value))
            self._by_digest = {_digest(leaf): leaf for leaf in leaves}
        if digest in {_UNTOLD, _AS_IT_IS}:
            self.untold.append(path)
            return "(secret)"
        if digest not in self._by_digest:
            self.lost.append(path)
            return "(secret)"
        return self._by_digest[digest]


def texts_with(digests: Collection[str], values: Iterable[Json]) -> Iterator[str]:
    """The texts inside these values that have one of these digests."""
    for value in values if digests else ():
        for leaf in _leaves(value):
            if isinstance(leaf, str) and _digest(leaf) in digests:
                yield leaf


def _digest(value: Json) -> str:
    return str(memory_of(value, secret=True))


def _leaves(value: Json) -> Iterator[Json]:
    match value:
        case Mapping():
            for item in value.values():
                yield from _leaves(item)
        case list() | tuple():
            for item in value:
                yield from _leaves(item)
        case None | bool():
            return
        case _:
            yield value


def dump(images: Images) -> str:
    """The images as one short text."""
    document = {
        "format": _FORMAT,
        "commit": images.commit,
        "dirty": images.dirty,
        "hidden": sorted(images.hidden),
        "images": {str(each.address): _dumped(each) for each in images.of},
    }
    text = json.dumps(document, separators=(",", ":"), default=_plain)
    return b64encode(zlib.compress(text.encode())).decode()


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else list(value)  # type: ignore[call-overload]  # Json has no others


def _dumped(image: Image) -> dict[str, object]:
    if not image.was_there:
        return {} if image.took is None else {"took": str(image.took)}
    return {
        "whole": image.is_whole,
        "fields": image.fields,
        "riding": image.riding,
        "owned": sorted(image.owned),
        "protected": image.protected,
    }


def load(text: str) -> Images:
    """The images that `dump` made a text of; none of an empty one.

    Raises:
        UnreadableImages: they have another form than this version knows.
    """
    if not text:
        return Images()
    try:
        document = json.loads(zlib.decompress(b64decode(text, validate=True)))
        if document["format"] != _FORMAT:
            raise UnreadableImages(document["format"])
        return Images(
            of=tuple(_loaded(Address.parse(at), each) for at, each in document["images"].items()),
            commit=document["commit"],
            dirty=document["dirty"],
            hidden=frozenset(document["hidden"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError, zlib.error) as error:
        message = "what the last apply found was written in a form this version cannot read"
        raise UnreadableImages(message) from error


def _loaded(address: Address, written: Mapping[str, Json]) -> Image:
    if "fields" not in written:
        took = written.get("took")
        return Image(
            address=address,
            was_there=False,
            took=None if took is None else Address.parse(str(took)),
        )
    return Image(
        address=address,
        is_whole=written["whole"] is True,
        fields=_mapping(written["fields"]),
        riding={name: _pair(each) for name, each in _mapping(written["riding"]).items()},
        owned=frozenset(map(str, _listed(written["owned"]))),
        protected=written["protected"] is True,
    )


def _mapping(value: Json) -> Mapping[str, Json]:
    if isinstance(value, Mapping):
        return value
    raise TypeError(value)


def _listed(value: Json) -> Sequence[Json]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    raise TypeError(value)


def _pair(value: Json) -> tuple[Json, str | None]:
    one, along = _listed(value)
    return one, None if along is None else str(along)
