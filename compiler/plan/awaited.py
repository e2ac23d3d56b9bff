"""What of a plan only steps will make known, and the steps, as parts of its document."""

from collections.abc import Iterator, Mapping, Sequence

from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.desired.steps import Turn, turns_of
from compiler.plan.build import Plan
from compiler.state.observed import Observed

KNOWN_AFTER_BUILD = "(known after build)"
Step = tuple[Turn, tuple[str, ...]]
Awaited = tuple[Resource, str, tuple[str, ...], Json]


def steps_of(plan: Plan) -> Iterator[Step]:
    """Every step that an apply runs first, with the addresses of what it comes before."""
    for turn in turns_of(plan.recipes):
        users = {
            str(user)
            for recipe in plan.recipes
            if any(each.key == turn.key for each in recipe.turns)
            for user in recipe.users
        }
        yield turn, tuple(sorted(users))


def awaited_of(plan: Plan) -> Iterator[Awaited]:
    """Every value of what is there that steps will make known: the thing, its path, the value.

    What the server has no value for is shown among the changes.
    """
    things = plan.seen.things if plan.seen is not None else {}
    for resource in plan.awaited:
        there = things.get(resource.address)
        for path in resource.unbuilt.paths:
            found = _at(there, path)
            if found not in (None, "", [], ()):
                yield resource, ".".join(path), path, found


def may_differ(plan: Plan) -> int:
    """How many things are as they shall be but for what is awaited."""
    awaited = {each.address for each in plan.awaited}
    return sum(each.address in awaited for each in plan.kept)


def shown(value: Json, texts: frozenset[str]) -> Json:
    """The value as it is shown: what holds one of the templates is known after the build."""
    match value:
        case str():
            return KNOWN_AFTER_BUILD if any(text in value for text in texts) else value
        case Mapping():
            return {name: shown(item, texts) for name, item in value.items()}
        case Sequence():
            return [shown(item, texts) for item in value]
        case _:
            return value


def _at(there: Observed | None, path: tuple[str, ...]) -> Json:
    value: Json = there.fields if there is not None else None
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
