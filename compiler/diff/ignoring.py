"""Places inside a value that are left to the server once the thing exists."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from compiler.desired.json import Json

Path: TypeAlias = tuple[str, ...]


def kept(wanted: Json, observed: Json, paths: Sequence[Path]) -> Json:
    """The wanted value with the server's at each of `paths`.

    A step of a path is the key of a mapping, or the slug of a schedule in a list.
    What the server does not have at a path, the wanted value loses there.
    """
    for path in paths:
        wanted = _kept(wanted, observed, path)
    return wanted


def _kept(wanted: Json, observed: Json, path: Path) -> Json:
    step, rest = path[0], path[1:]
    mine, theirs = _listed(wanted), _listed(observed)
    if mine is not None and theirs is not None:
        return _kept_in_list(mine, theirs, path)
    if not isinstance(wanted, Mapping) or not isinstance(observed, Mapping):
        return wanted
    if rest and step in wanted and step in observed:
        return {**wanted, step: _kept(wanted[step], observed[step], rest)}
    if rest:
        return wanted
    if step in observed:
        return {**wanted, step: observed[step]}
    return {key: value for key, value in wanted.items() if key != step}


def _listed(value: Json) -> Sequence[Json] | None:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else None


def _kept_in_list(wanted: Sequence[Json], observed: Sequence[Json], path: Path) -> list[Json]:
    """Schedules, each known by its slug; one that only the server has stands at the end."""
    slug, rest = path[0], path[1:]
    mine = next((each for each in wanted if _slug(each) == slug), None)
    there = next((each for each in observed if _slug(each) == slug), None)
    if not rest:
        others = [each for each in wanted if each is not mine]
        return others if there is None else [*others, there]
    if mine is None or there is None:
        return list(wanted)
    return [_kept(each, there, rest) if each is mine else each for each in wanted]


def _slug(schedule: Json) -> str | None:
    slug = schedule.get("slug") if isinstance(schedule, Mapping) else None
    return slug if isinstance(slug, str) else None
