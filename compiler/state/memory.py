"""A value as it is remembered: enough to know it again, never a secret, never large.

A short value is kept as it is, so that a plan can show it; a longer one, and every
secret, as a digest.  Of the secret of a block nothing is kept but when the server says that
it was written: it may be short, and a digest of it be found by trying.  A mapping is
remembered key by key, three deep, so that a change of one key and a drift of another can be
told apart.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TypeAlias, TypeGuard

from compiler.desired.block_secrets import is_reference
from compiler.desired.json import Json, whole
from compiler.desired.secret import Secret
from compiler.desired.secret_shape import has_password, is_secret_name, secret_shape

Memory: TypeAlias = str | Mapping[str, "Memory"]

_DEPTH = 3
_LONGEST = 80  # letters of a value that is kept as it is
_MOST_KEYS = 100
_BYTES = 12  # of a digest: two values of one field are told apart, and no more is asked of it
_SHOWN, _DIGEST, _WRITTEN = "=", "#", "?"


def memory_of(value: Json, *, depth: int = _DEPTH, secret: bool = False) -> Memory:
    """The memory of a value; a text is a leaf, a mapping holds the memories of its keys."""
    if isinstance(value, Secret):
        return f"{_WRITTEN}{value.revision or ''}"
    secret = secret and not is_reference(value)
    if (isinstance(value, Mapping) and 0 < len(value) <= _MOST_KEYS and depth > 0) or _has_secrets(
        value
    ):
        return {
            name: memory_of(item, depth=depth - 1, secret=secret or is_secret_name(name))
            for name, item in value.items()
        }
    text = json.dumps(whole(value), sort_keys=True, separators=(",", ":"), default=dict)
    hides = secret or _names_a_secret(value) or secret_shape(text) or has_password(text)
    return _SHOWN + text if len(text) <= _LONGEST and not hides else _digest(text)


def _has_secrets(value: Json) -> TypeGuard[Mapping[str, Json]]:
    """Whether it is the data of a block that has one."""
    values = value.values() if isinstance(value, Mapping) else ()
    return any(isinstance(each, Secret) for each in values)


def is_of_secret(memory: Memory | None) -> bool:
    """Whether it only says when something was written."""
    return isinstance(memory, str) and memory.startswith(_WRITTEN)


def _names_a_secret(value: Json) -> bool:
    """Whether something below is called like a secret, too deep to be remembered by itself."""
    if isinstance(value, Mapping):
        return any(is_secret_name(name) or _names_a_secret(each) for name, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(map(_names_a_secret, value))
    return False


def _digest(text: str) -> str:
    return _DIGEST + urlsafe_b64encode(blake2b(text.encode(), digest_size=_BYTES).digest()).decode()


def without_secrets(memory: Memory, texts: Collection[str], digests: Collection[str]) -> Memory:
    """The memory that shows none of these texts, and no value with one of these digests."""
    if isinstance(memory, Mapping):
        return {name: without_secrets(each, texts, digests) for name, each in memory.items()}
    if not memory.startswith(_SHOWN):
        return memory
    hides = any(each in memory for each in texts) or any(
        each in digests for each in _digests_within(json.loads(memory[1:]) if digests else None)
    )
    return _digest(memory[1:]) if hides else memory


def _digests_within(value: Json) -> Iterator[str]:
    """The digests of a value and of all that is in it: a list of tags is one value."""
    yield _digest(json.dumps(value))
    inner = value.values() if isinstance(value, Mapping) else value
    for item in inner if isinstance(inner, Iterable) and not isinstance(inner, str) else ():
        yield from _digests_within(item)


def same(one: Memory | None, other: Memory | None) -> bool:
    """Whether both are of one value: what one knows for a secret the other may show."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if not isinstance(one, str) or not isinstance(other, str) or one[:1] == other[:1]:
        return one == other
    return _as_digest(one) == _as_digest(other)


def hidden_in(memory: Memory, value: Json) -> Iterator[str]:
    """The texts of a value that the memory keeps as a digest, and would show if it could."""
    if isinstance(memory, Mapping):
        for name, item in value.items() if isinstance(value, Mapping) else ():
            if name in memory:
                yield from hidden_in(memory[name], item)
        return
    shown = memory_of(value, depth=0)
    if memory.startswith(_DIGEST) and shown != memory and same(shown, memory):
        yield from [value] if isinstance(value, str) else _texts(value)


def _texts(value: Json) -> Iterator[str]:
    """The texts of a list; but for what this program writes by itself."""
    listed = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return (each for each in listed if isinstance(each, str) and not each.startswith("deploy:"))


def _as_digest(memory: str) -> str:
    return _digest(memory[1:]) if memory.startswith(_SHOWN) else memory


def is_shown(memory: Memory | None) -> bool:
    """Whether `recalled` gives the value itself."""
    if isinstance(memory, Mapping):
        return all(map(is_shown, memory.values()))
    return memory is not None and memory.startswith(_SHOWN)


def recalled(memory: Memory) -> Json:
    """The value that is remembered; null where only a digest of it is."""
    if isinstance(memory, Mapping):
        return {name: recalled(item) for name, item in memory.items()}
    value: Json = json.loads(memory[1:]) if memory.startswith(_SHOWN) else None
    return value
