"""The complaints of jsonschema and pydantic, each put at its place.

What is wrong is reported and then taken out of the document, so that the rest
of it is still checked by everything that comes later: one run, all mistakes.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Values
from dataclasses import dataclass, replace
from functools import cache

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from pydantic import ValidationError as TypeMismatch

from compiler.desired.json import Json
from compiler.diagnostics import Fix, Report, Rule, Safety, Severity
from compiler.diagnostics.pages import missing_key, unknown_key, wrong_type
from compiler.manifest.misplaced import hint_for, renamed_to
from compiler.manifest.model import Document
from compiler.manifest.schema import TEMPLATE, document
from compiler.source.locate import Step, key_span, node_at, span_of
from compiler.source.mend import in_quotes, renamed
from compiler.source.nodes import Mapping, Node, Scalar, Sequence, plain

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "nothing",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Something at `path` that cannot stay in the document."""

    rule: Rule
    path: tuple[Step, ...]
    message: str
    hint: str | None = None
    fix: Fix | None = None
    better: str | None = None  # a key that was meant


def check_shape(root: Node, *, lenient: bool, report: Report) -> Node | None:
    """The document without what has no place in it; None when nothing is left."""
    return _without_flaws(root, _shape_flaws, lenient=lenient, report=report)


def parse(root: Node, report: Report) -> tuple[Document, Node] | None:
    """The typed document, with the nodes that it was made from."""
    kept = _without_flaws(root, _type_flaws, lenient=False, report=report)
    return None if kept is None else (Document.model_validate(plain(kept)), kept)


def _without_flaws(
    root: Node, find: Callable[[Node], Iterator[Flaw]], *, lenient: bool, report: Report
) -> Node | None:
    """Report and remove flaws until there are none.

    A key that is missing since the round before took it out is no news; what
    needs it goes too.
    """
    kept: Node | None = root
    removed: set[tuple[Step, ...]] = set()
    while kept is not None:
        flaws = list(find(kept))
        if not flaws:
            break
        for flaw in flaws:
            if not (flaw.rule is missing_key.RULE and removed):
                _add(flaw, kept, lenient=lenient, report=report)
        removed |= {flaw.path for flaw in flaws}
        kept = _pruned(kept, {flaw.path for flaw in flaws})
    return kept


def _add(flaw: Flaw, root: Node, *, lenient: bool, report: Report) -> None:
    if flaw.rule is not unknown_key.RULE:
        at = span_of(root, flaw.path)
        report.add(flaw.rule, flaw.message, at, hint=flaw.hint, fix=flaw.fix)
        return
    severity = Severity.WARNING if lenient else None
    at = key_span(root, flaw.path)
    fix = renamed(root, flaw.path, flaw.better) if flaw.better else None
    report.add(flaw.rule, flaw.message, at, hint=flaw.hint, severity=severity, fix=fix)


def _pruned(node: Node, flawed: set[tuple[Step, ...]], at: tuple[Step, ...] = ()) -> Node | None:
    """The tree without the values at the paths `flawed`."""
    if at in flawed:
        return None
    match node:
        case Scalar():
            return node
        case Sequence(items, span):
            kept = [_pruned(item, flawed, (*at, place)) for place, item in enumerate(items)]
            return Sequence(tuple(item for item in kept if item is not None), span)
        case Mapping(entries, span):
            pairs = [(key, _pruned(item, flawed, (*at, str(key.value)))) for key, item in entries]
            return Mapping(tuple((key, item) for key, item in pairs if item is not None), span)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(document())


def _shape_flaws(root: Node) -> Iterator[Flaw]:
    for error in _validator().iter_errors(plain(root)):
        yield from _explain(error, root)


def _explain(error: ValidationError, root: Node) -> Iterator[Flaw]:
    path, value = tuple(error.absolute_path), error.validator_value
    match error.validator, value:
        case "additionalProperties", _:
            known = tuple(error.schema["properties"]) if isinstance(error.schema, Values) else ()
            written = error.instance if isinstance(error.instance, Values) else {}
            yield from _each_once(
                _unknown(name, known, path) for name in sorted(set(written) - set(known))
            )
        case "required", list():
            for name in value:
                if isinstance(error.instance, Values) and name not in error.instance:
                    message = f"{name!r} is missing"
                    yield Flaw(rule=missing_key.RULE, path=path, message=message)
        case "anyOf", list():
            meant = _meant(error, value)
            for part in meant:
                yield from _explain(part, root)
            if not meant:
                yield _mistyped(error, root, _alternatives(value))
        case "type", _:
            yield _mistyped(error, root, _TYPES[str(value)])
        case _:
            yield Flaw(rule=wrong_type.RULE, path=path, message=_limit(error))


def _meant(error: ValidationError, choices: list[Json]) -> list[ValidationError]:
    """Complaints about the alternative that the value is clearly meant to be."""
    by_choice: dict[int, list[ValidationError]] = {}
    for part in error.context or ():
        by_choice.setdefault(int(part.schema_path[0]), []).append(part)
    return next(
        (
            parts
            for number, parts in by_choice.items()
            if choices[number] != TEMPLATE
            and not any(part.validator == "type" and not part.path for part in parts)
        ),
        [],
    )


def _alternatives(choices: list[Json]) -> str:
    words: dict[str, None] = {}
    for choice in choices:
        if not isinstance(choice, Values) or choice == TEMPLATE:
            continue
        kind = "object" if "$ref" in choice else str(choice.get("type", ""))
        if kind in _TYPES and kind != "null":
            words[_TYPES[kind]] = None
    return " or ".join(words)


def _mistyped(error: ValidationError, root: Node, wanted: str) -> Flaw:
    path = tuple(error.absolute_path)
    node = node_at(root, path)
    hint, fix = None, None
    if isinstance(node, Scalar) and "text" in wanted and node.text and node.value is not None:
        hint = f'put it in quotes: "{node.text}"'
        fix = in_quotes(node, Safety.SAFE if wanted == "text" else Safety.UNSAFE)
    return Flaw(
        rule=wrong_type.RULE,
        path=path,
        message=f"{_what(path)} should be {wanted}, not {_found(error.instance)}",
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


def _limit(error: ValidationError) -> str:
    what, value = _what(tuple(error.absolute_path)), error.validator_value
    match error.validator:
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
            return f"{what}: {error.message}"


def _what(path: tuple[Step, ...]) -> str:
    """How a message calls the value at `path`."""
    named = next((step for step in reversed(path) if isinstance(step, str)), None)
    if named is None:
        return "the document"
    return f"an item of {named!r}" if isinstance(path[-1], int) else repr(named)


def _unknown(name: str, known: tuple[str, ...], path: tuple[Step, ...]) -> Flaw:
    hint, better = hint_for(name, path), renamed_to(name, path)
    if hint is None:
        better = next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.6)), None)
        hint = f"did you mean {better!r}?" if better else None
    return Flaw(
        rule=unknown_key.RULE,
        path=(*path, name),
        message=f"{name!r} is no key of {_place(path)}",
        hint=hint,
        better=better,
    )


def _each_once(flaws: Iterable[Flaw]) -> Iterator[Flaw]:
    """Flaws of one mapping, of which only the first may be given a name that another has too."""
    taken: set[str | None] = set()
    for flaw in flaws:
        yield replace(flaw, better=None) if flaw.better in taken else flaw
        taken.add(flaw.better)


def _place(path: tuple[Step, ...]) -> str:
    names = [step for step in path if isinstance(step, str)]
    if not names:
        return "a deployment file"
    one = {"deployments": "a deployment", "schedules": "a schedule", "work_pools": "a work pool"}
    return one.get(names[-1], repr(names[-1]))


def _type_flaws(root: Node) -> Iterator[Flaw]:
    seen: set[tuple[Step, ...]] = set()
    try:
        Document.model_validate(plain(root))
    except TypeMismatch as error:
        for complaint in error.errors(include_url=False, include_context=False):
            path = _walkable(root, complaint["loc"])
            if path in seen:  # pydantic complains of each type that a value might have had
                continue
            seen.add(path)
            missing = complaint["type"] == "missing"
            text = complaint["msg"][:1].lower() + complaint["msg"][1:]
            yield Flaw(
                rule=missing_key.RULE if missing else wrong_type.RULE,
                path=path,
                message=f"{_what(path)}: {text}",
                hint="the value comes from a template" if not missing else None,
            )


def _walkable(root: Node, loc: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps of a pydantic location that exist in the document."""
    path: tuple[Step, ...] = ()
    for step in loc:
        if node_at(root, (*path, step)) is not None:
            path = (*path, step)
    return path
