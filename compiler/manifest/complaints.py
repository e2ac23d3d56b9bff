"""The complaints of jsonschema and pydantic, each put at its place.

Loaded only when a document is refused: to say what is wrong takes more than to see that
something is.
"""

import re
from collections.abc import Iterator
from collections.abc import Mapping as Values
from dataclasses import replace
from itertools import chain

from pydantic import ValidationError

from compiler.desired.json import Json
from compiler.diagnostics import Safety
from compiler.diagnostics.pages import missing_key, unknown_key, wrong_type
from compiler.diagnostics.spelling import nearest
from compiler.manifest.flaw import Flaw
from compiler.manifest.form import Form
from compiler.manifest.json_schema import refusals_of_grammar
from compiler.manifest.misfit import Misfit
from compiler.manifest.misplaced import hint_for, renamed_to
from compiler.manifest.model import Document
from compiler.manifest.schema import TEMPLATE, document
from compiler.source.locate import Step, node_at
from compiler.source.mend import in_quotes
from compiler.source.nodes import Node, Scalar, plain

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "nothing",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}
_DEPLOYMENTS = Form(
    model=Document,
    schema=document,
    name="a deployment file",
    hint_for=hint_for,
    renamed_to=renamed_to,
)


def shape_flaws(root: Node, form: Form = _DEPLOYMENTS) -> Iterator[Flaw]:
    """What the schema refuses in a file as it is written."""
    for one in refusals_of_grammar(form.schema(), plain(root)):
        yield from _explain(one, root, form)


def _explain(one: Misfit, root: Node, form: Form) -> Iterator[Flaw]:
    match one.keyword, one.wanted:
        case "additionalProperties", _:
            yield from _unknown_ones(one, form)
        case "propertyNames", _:
            yield _misnamed(one)
        case "required", list() as names:
            for name in names:
                if isinstance(one.found, Values) and name not in one.found:
                    message = f"{name!r} is missing"
                    yield Flaw(rule=missing_key.RULE, path=one.path, message=message)
        case "anyOf", list() as choices:
            meant = _meant(one)
            for part in meant:
                yield from _explain(part, root, form)
            if not meant:
                yield _mistyped(one, root, _alternatives(choices))
        case "type", _:
            yield _mistyped(one, root, _TYPES[str(one.wanted)])
        case _:
            yield Flaw(rule=wrong_type.RULE, path=one.path, message=_limit(one))


def _unknown_ones(one: Misfit, form: Form) -> Iterator[Flaw]:
    known, forms = _keys(one.schema, "properties"), _keys(one.schema, "patternProperties")
    written = one.found if isinstance(one.found, Values) else {}
    taken: set[str | None] = set()
    for name in sorted(set(written) - set(known)):
        if not any(re.search(form, name) for form in forms):
            flaw = _unknown(name, known, one.path, form)
            yield replace(flaw, better=None) if flaw.better in taken else flaw
            taken.add(flaw.better)


def _keys(schema: Json, part: str) -> tuple[str, ...]:
    found = schema.get(part) if isinstance(schema, Values) else None
    return tuple(found) if isinstance(found, Values) else ()


def _misnamed(one: Misfit) -> Flaw:
    name = str(one.found)
    return Flaw(rule=wrong_type.RULE, path=(*one.path, name), message=f"{name!r} is no name")


def _meant(one: Misfit) -> tuple[Misfit, ...]:
    """Complaints about the alternative that the value is clearly meant to be."""
    return next((each for choice, each in one.of_its_type() if choice != TEMPLATE), ())


def _alternatives(choices: list[Json]) -> str:
    words: dict[str, None] = {}
    for choice in choices:
        if not isinstance(choice, Values) or choice == TEMPLATE:
            continue
        kind = "object" if "$ref" in choice else str(choice.get("type", ""))
        if kind in _TYPES and kind != "null":
            words[_TYPES[kind]] = None
    return " or ".join(words)


def _mistyped(one: Misfit, root: Node, wanted: str) -> Flaw:
    node = node_at(root, one.path)
    hint, fix = None, None
    if isinstance(node, Scalar) and "text" in wanted and node.text and node.value is not None:
        hint = f'put it in quotes: "{node.text}"'
        fix = in_quotes(node, Safety.SAFE if wanted == "text" else Safety.UNSAFE)
    return Flaw(
        rule=wrong_type.RULE,
        path=one.path,
        message=f"{_what(one.path)} should be {wanted}, not {_found(one.found)}",
        hint=hint,
        fix=fix,
    )


def _found(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text {value!r}" if len(value) <= 40 else "a long text"
        case list():
            return "a list"
        case _:
            return "a mapping"


def _limit(one: Misfit) -> str:
    what, value = _what(one.path), one.wanted
    match one.keyword:
        case "enum" if isinstance(value, list):
            return f"{what} should be one of {', '.join(map(str, value))}"
        case "minimum":
            return f"{what} should be at least {value}"
        case "maximum":
            return f"{what} should be at most {value}"
        case "minLength":
            return f"{what} should not be empty"
        case "pattern":
            return f"{what} should match {value}"
        case _:
            return f"{what}: {one.message}"


def _what(path: tuple[Step, ...]) -> str:
    """How a message calls the value at `path`."""
    named = next((step for step in reversed(path) if isinstance(step, str)), None)
    if named is None:
        return "the document"
    return f"an item of {named!r}" if isinstance(path[-1], int) else repr(named)


def _unknown(name: str, known: tuple[str, ...], path: tuple[Step, ...], form: Form) -> Flaw:
    hint, better = form.hint_for(name, path), form.renamed_to(name, path)
    if hint is None:
        better = next(iter(nearest(name, known)), None)
        hint = f"did you mean {better!r}?" if better else None
    return Flaw(
        rule=unknown_key.RULE,
        path=(*path, name),
        message=f"{name!r} is no key of {_place(path, form)}",
        hint=hint,
        better=better,
    )


def _place(path: tuple[Step, ...], form: Form) -> str:
    names = [step for step in path if isinstance(step, str)]
    if not names:
        return form.name
    if names[-2:-1] == ["environments"]:
        return "an environment"
    one = {
        "deployments": "a deployment",
        "schedules": "a schedule",
        "work_pools": "a work pool",
        "variables": "a variable",
        "concurrency_limits": "a concurrency limit",
        "tag_limits": "a tag limit",
        "blocks": "a block",
        "automations": "an automation",
        "triggers": "a trigger",
        "trigger": "a trigger",
        "actions": "an action",
        "stacks": "a stack",
        "windows": "a window",
    }
    return one.get(names[-1], repr(names[-1]))


def type_flaws(root: Node, form: Form = _DEPLOYMENTS) -> Iterator[Flaw]:
    """What the models refuse in a resolved file."""
    seen: set[tuple[Step, ...]] = set()
    try:
        form.model.model_validate(plain(root))
    except ValidationError as error:
        complaints = error.errors(include_url=False, include_context=False)
        placed = [(each, _walkable(root, each["loc"])) for each in complaints]
        around = {path[:end] for _, path in placed for end in range(len(path))}
        for complaint, path in placed:
            if path in seen:  # pydantic complains of each type that a value might have had
                continue
            is_key = complaint["type"] in {"missing", "extra_forbidden"}
            if path in around and not is_key:  # and of types that its parts rule out
                continue
            seen.add(path)
            yield _type_flaw(complaint["type"], complaint["msg"], path, (root, form))


def _type_flaw(kind: str, text: str, path: tuple[Step, ...], of: tuple[Node, Form]) -> Flaw:
    if kind == "extra_forbidden":  # laid over: as written it was checked
        return _unknown(str(path[-1]), _keys_beside(path, *of), path[:-1], of[1])
    return Flaw(
        rule=missing_key.RULE if kind == "missing" else wrong_type.RULE,
        path=path,
        message=f"{_what(path)}: {text[:1].lower()}{text[1:]}",
        hint="the value comes from a template" if kind != "missing" else None,
    )


def _keys_beside(path: tuple[Step, ...], root: Node, form: Form) -> tuple[str, ...]:
    """The keys that could stand where an unknown one does."""
    found = refusals_of_grammar(form.schema(), plain(root))
    inner = (part for one in found for part in (one, *chain(*one.alternatives)))
    keys = (_keys(part.schema, "properties") for part in inner if part.path == path[:-1])
    return next(filter(None, keys), ())


def _walkable(root: Node, loc: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps of a pydantic location that exist in the document."""
    path: tuple[Step, ...] = ()
    for step in loc:
        if node_at(root, (*path, step)) is not None:
            path = (*path, step)
    return path
