"""The steps of `build` and `push`: what runs before anything is written, and what it puts out.

Steps are the user's code.  Nothing here runs them; `deploy` does, in a process of their own.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePath

from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.diagnostics import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a `section`, `build` or `push`, with all that it is given."""

    section: str
    function: str
    inputs: Mapping[str, Json]
    at: Span = field(compare=False)

    @property
    def name(self) -> str:
        """Its id, or the last part of its function's name where it has none."""
        return str(self.inputs.get("id") or self.function.rpartition(".")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A step in its turn: after the steps whose last has the key `after`, if there are any."""

    key: str
    after: str | None
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Steps that run one after another, and what is made of their outputs.

    `users` are the things whose files say that these steps come before them.
    """

    steps: tuple[Step, ...]
    users: frozenset[Address] = frozenset()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Its steps, each known by itself and all before it."""
        found: list[Turn] = []
        for step in self.steps:
            after = found[-1].key if found else None
            found.append(Turn(key=_key(step, after), after=after, step=step))
        return tuple(found)

    @property
    def key(self) -> str | None:
        """The same for the same steps in the same order and folders; None where there are none."""
        turns = self.turns
        return turns[-1].key if turns else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A template that steps will fill in: as it is written, what it names, and where.

    One that is not `is_sure` may be meant for a worker as well.
    """

    text: str
    name: str
    at: Span
    is_sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbuilt:
    """What of a thing waits for steps: paths inside its fields, and the templates there."""

    paths: tuple[tuple[str, ...], ...] = ()
    texts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What steps have put out: by the key of their recipe, or `given` for all by the caller."""

    outputs: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    given: Mapping[str, Json] | None = None

    def of(self, recipe: Recipe) -> Mapping[str, Json] | None:
        """The outputs of a recipe; None where it has not run."""
        if self.given is not None:
            return self.given
        key = recipe.key
        return None if key is None else self.outputs.get(key)


def turns_of(recipes: Iterable[Recipe]) -> tuple[Turn, ...]:
    """Every distinct step once, however many share it; those of `build` before all of `push`."""
    found = {turn.key: turn for recipe in recipes for turn in recipe.turns}
    return tuple(sorted(found.values(), key=lambda turn: turn.step.section == "push"))


def names_in(outputs: Mapping[str, Json]) -> Iterator[str]:
    """What templates may call the outputs by."""
    for name, value in outputs.items():
        yield from ((f"{name}.{each}" for each in value) if isinstance(value, Mapping) else (name,))


def _key(step: Step, after: str | None) -> str:
    folder = PurePath(step.at.file).parent.as_posix()
    told = [after, step.section, folder, step.function, step.inputs]
    return sha256(json.dumps(told, sort_keys=True, default=dict).encode()).hexdigest()
