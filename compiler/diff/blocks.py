"""The data of a block: which of its values nobody may see, and which nobody can."""

from collections.abc import Mapping

from compiler.desired.json import Json
from compiler.desired.secret import Secret
from compiler.state.memory import Memory, is_of_secret, memory_of


def hidden_as(value: Json, like: Json) -> Json:
    """The data with each value out of sight that is a secret in the data `like` it."""
    if not isinstance(value, Mapping) or not isinstance(like, Mapping):
        return value
    return {
        name: Secret(item) if _is_to_hide(item, like.get(name)) else item
        for name, item in value.items()
    }


def hidden_as_remembered(value: Json, memory: Memory | None) -> Json:
    """The data with each value out of sight that was a secret when it was last applied."""
    if not isinstance(value, Mapping) or not isinstance(memory, Mapping):
        return value
    secrets = {name: Secret(None) for name, each in memory.items() if is_of_secret(each)}
    return hidden_as(value, secrets)


def _is_to_hide(value: Json, like: Json) -> bool:
    return isinstance(like, Secret) and not isinstance(value, Secret) and value is not None


def settle(wanted: Json, there: Json, last: Memory | None, *, is_written: bool) -> Json:
    """The wanted data, with a server's own word for each secret that it keeps to itself.

    Such a one is taken for the wanted one if nobody has written to the block since this
    stack did, or this stack just did (`is_written`).
    """
    if not isinstance(wanted, Mapping) or not isinstance(there, Mapping):
        return wanted
    known = last if isinstance(last, Mapping) else {}
    return {
        name: there[name]
        if isinstance(item, Secret)
        and _is_kept_back(there.get(name))
        and (is_written or known.get(name) == memory_of(there[name]))
        else item
        for name, item in wanted.items()
    }


def _is_kept_back(value: Json) -> bool:
    return isinstance(value, Secret) and value.is_withheld
