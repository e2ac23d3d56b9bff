"""Values that only steps will make known: the server's stand in for them until then.

So they are no reason to write.
"""

from collections.abc import Mapping, Sequence

from compiler.desired.json import Json


def stand_in(wanted: Json, observed: Json, paths: Sequence[tuple[str, ...]]) -> Json:
    """The wanted value with the server's at each of `paths` where the server has one."""
    for path in paths:
        wanted = _stand_in(wanted, observed, path)
    return wanted


def _stand_in(wanted: Json, observed: Json, path: tuple[str, ...]) -> Json:
    if not path:
        return wanted if observed in (None, "", [], ()) else observed
    if not isinstance(wanted, Mapping) or not isinstance(observed, Mapping):
        return wanted
    step, rest = path[0], path[1:]
    if step not in wanted or step not in observed:
        return wanted
    return {**wanted, step: _stand_in(wanted[step], observed[step], rest)}
