"""What the steps of `build` and `push` put out, where templates name it.

output = step-id "." name *("." name) | name
"""

import re
from collections.abc import Mapping as Values
from dataclasses import dataclass

from compiler.desired.json import Json
from compiler.desired.steps import Built, Recipe, Step
from compiler.source.nodes import Mapping, Node, Sequence, plain

SECTIONS = ("build", "push")
_NAME = re.compile(r"[\w-]+(\.[\w-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """The steps in force at a place, and what they have put out; None where they have not run.

    `is_given` says that the caller told what they put out.
    """

    recipe: Recipe
    sections: Values[str, Node]
    known: Values[str, Json] | None = None
    is_given: bool = False

    @property
    def ids(self) -> frozenset[str]:
        """What the steps are called by."""
        return frozenset(
            str(step.inputs["id"]) for step in self.recipe.steps if "id" in step.inputs
        )

    def has(self, name: str) -> bool:
        """Whether one of the steps may put that out."""
        head, dot, _ = name.partition(".")
        if not self.recipe.steps or not _NAME.fullmatch(name):
            return False
        return not dot or head in self.ids


NO_OUTPUTS = Outputs(recipe=Recipe(steps=()), sections={})


def outputs_within(sections: Values[str, Node], around: Outputs, built: Built) -> Outputs:
    """Those of a part that has `sections` of its own: they take the place of those around it."""
    sections = {**around.sections, **sections}
    recipe = recipe_of(sections)
    known = built.of(recipe)
    return Outputs(recipe=recipe, sections=sections, known=known, is_given=built.given is not None)


def recipe_of(sections: Values[str, Node]) -> Recipe:
    """The steps of `build`, then those of `push`; what has not the form of a step is none."""
    return Recipe(
        steps=tuple(
            step for name in SECTIONS if name in sections for step in _steps(name, sections[name])
        )
    )


def _steps(section: str, listed: Node) -> list[Step]:
    written = listed.items if isinstance(listed, Sequence) else (listed,)
    return [
        Step(section=section, function=str(name.value), inputs=_inputs(given), at=name.span)
        for each in written
        if isinstance(each, Mapping) and len(each.entries) == 1
        for name, given in each.entries
        if isinstance(given, Mapping)
    ]


def _inputs(given: Mapping) -> Values[str, Json]:
    return {name: plain(item) for name, item in given}


@dataclass(frozen=True, slots=True)
class Output:
    """What a step has put out."""

    value: Json


def looked_up(outputs: Values[str, Json], name: str) -> Output | None:
    """What a name leads to; None where it leads nowhere."""
    if name in outputs:
        return Output(outputs[name])
    value: Json = outputs
    for part in name.split("."):
        if not isinstance(value, Values) or part not in value:
            return None
        value = value[part]
    return Output(value)
