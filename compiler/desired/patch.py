"""A value that is laid over another, of which it says only a part: an RFC 7396 merge patch."""

from collections.abc import Iterator, Mapping

from compiler.desired.json import Json

Path = tuple[str, ...]


def patched(value: Json, patch: Json) -> Json:
    """The value with the patch over it: mappings are merged, null removes, all else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    under = value if isinstance(value, Mapping) else {}
    kept = {key: item for key, item in under.items() if patch.get(key, key) is not None}
    given = {key: patched(under.get(key), item) for key, item in patch.items() if item is not None}
    return {**kept, **given}


def patch_between(value: Json, other: Json) -> Json:
    """What `value` has to be patched with to be `other`, if a patch can do that at all."""
    if not isinstance(value, Mapping) or not isinstance(other, Mapping):
        return other
    changed = {
        key: patch_between(value.get(key), item)
        for key, item in other.items()
        if key not in value or value[key] != item
    }
    return {**changed, **dict.fromkeys(key for key in value if key not in other)}


def said_of(value: Json, patch: Json) -> Json:
    """As much of the value as the patch speaks of; null for what is not there."""
    if not isinstance(patch, Mapping):
        return value
    under = value if isinstance(value, Mapping) else {}
    return {key: said_of(under.get(key), item) for key, item in patch.items()}


def unsaid(earlier: Mapping[str, object], patch: Json) -> Iterator[Path]:
    """Where an earlier patch, or the memory of one, spoke of a value and this one does not."""
    if not isinstance(patch, Mapping):
        return  # it speaks of the whole
    for key, item in earlier.items():
        if key not in patch:
            yield (key,)
        elif isinstance(item, Mapping):
            yield from ((key, *path) for path in unsaid(item, patch[key]))
        elif isinstance(patch[key], Mapping):
            yield (key,)  # it was said as a whole


def put_back(value: Json, original: Json, path: Path) -> Json:
    """The value with what stands at `path` in the original, or nothing where that has nothing."""
    if not path:
        return original
    under = dict(value) if isinstance(value, Mapping) else {}
    there = original if isinstance(original, Mapping) else {}
    key, *rest = path
    if key in there:
        under[key] = put_back(under.get(key), there[key], tuple(rest))
    elif rest and key in under:
        under[key] = put_back(under[key], {}, tuple(rest))
    else:
        under.pop(key, None)
    return under
