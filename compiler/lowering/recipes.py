"""Which steps come before what, and what of a thing waits for them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.desired.steps import Recipe, Unbuilt
from compiler.entrypoints.read import Declared
from compiler.environment.outputs import recipe_of
from compiler.lowering.things import lower_things
from compiler.manifest.manifest import Manifest
from compiler.manifest.steps import sections_in

_TEMPLATES_OF_THEIR_OWN = frozenset({"base_job_template"})


def recipes_of(
    deployed: Iterable[tuple[Declared, Resource]], manifests: tuple[Manifest, ...]
) -> tuple[Recipe, ...]:
    """Each distinct list of steps, with the things that it comes before, in written order.

    A deployment's own list takes the place of the document's, an empty one too.
    """
    found: dict[str, Recipe] = {}
    for one, resource in deployed:
        document, own = one.manifest.document, one.deployment
        recipe = recipe_of({**dict(sections_in(document)), **dict(sections_in(own))})
        _note(found, recipe, resource.address)
    for manifest, address in _others(manifests):
        _note(found, recipe_of(dict(sections_in(manifest.document))), address)
    return tuple(found.values())


def _others(manifests: tuple[Manifest, ...]) -> Iterator[tuple[Manifest, Address]]:
    """What is no deployment and waits for the document's own steps."""
    for manifest in manifests:
        things = lower_things(manifest) if manifest.taken.waiting else ()
        for resource in waiting_for_steps(things, (manifest,)):
            if resource.unbuilt.paths:
                yield manifest, resource.address


def _note(found: dict[str, Recipe], recipe: Recipe, user: Address) -> None:
    key = recipe.key
    if key is not None:
        first = found.setdefault(key, recipe)
        found[key] = replace(first, users=first.users | {user})


def waiting_for_steps(
    resources: Iterable[Resource], manifests: tuple[Manifest, ...]
) -> Iterator[Resource]:
    """The resources, each with what of it only steps will make known."""
    texts = frozenset(one.text for each in manifests for one in each.taken.waiting)
    for resource in resources:
        yield replace(resource, unbuilt=_unbuilt(resource.fields, texts)) if texts else resource


def _unbuilt(fields: Mapping[str, Json], texts: frozenset[str]) -> Unbuilt:
    paths = tuple(
        (name, *path)
        for name, value in fields.items()
        if name not in _TEMPLATES_OF_THEIR_OWN
        for path in _paths(value, texts)
    )
    return Unbuilt(paths=paths, texts=texts) if paths else Unbuilt()


def _paths(value: Json, texts: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Keys that lead to a text with one of the templates; a list is one value."""
    match value:
        case str():
            if any(text in value for text in texts):
                yield ()
        case Mapping():
            for name, item in value.items():
                yield from ((name, *path) for path in _paths(item, texts))
        case list() | tuple():
            if any(True for item in value for _ in _paths(item, texts)):
                yield ()
        case _:
            return
