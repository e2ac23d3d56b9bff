"""The only importer of jsonschema: what it has against a value, as values of our own.

It is slow to import and slow to ask, so it is imported only when there is something to ask
(`compiler/manifest/fitting.py`, `compiler/manifest/complaints.py`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from compiler.desired.json import Json
from compiler.manifest.formats import FORMATS, fits
from compiler.manifest.misfit import Misfit


def refusals(schema: Mapping[str, Json], value: Json, *, formats: bool) -> tuple[Misfit, ...]:
    """What any schema has against a value, if it can be checked against.

    It can be if it is one, has patterns that Python knows, and its references lead into it:
    nothing is ever fetched.  Texts are checked for their format where `formats` says so.
    """
    try:
        return (
            tuple(_refusals(schema, value, formats=formats))
            if _is_usable(json.dumps(schema, sort_keys=True))
            else ()
        )
    except (RecursionError, Unresolvable):  # a reference to itself, or to elsewhere
        return ()
    except (ArithmeticError, ValueError):  # a number that is none, or has no multiples
        return ()


def refusals_of_grammar(schema: Mapping[str, Json], value: Json) -> Iterator[Misfit]:
    """The same of a schema of our own."""
    return _refusals(schema, value, formats=False)


def _refusals(schema: Mapping[str, Json], value: Json, *, formats: bool) -> Iterator[Misfit]:
    checker = _checker() if formats else None
    offline = Registry()  # without one jsonschema asks the network
    validator = Draft202012Validator(schema, registry=offline, format_checker=checker)
    return map(_misfit, validator.iter_errors(value))


@lru_cache(maxsize=1024)  # a controller stays, and sees ever more of them
def _is_usable(text: str) -> bool:
    try:
        Draft202012Validator.check_schema(json.loads(text))
    except SchemaError:
        return False
    return True


def _misfit(error: ValidationError) -> Misfit:
    return Misfit(
        path=tuple(error.absolute_path),
        keyword="propertyNames" if _is_of_key(error) else str(error.validator),
        wanted=_given(error.validator_value),
        found=_given(error.instance),
        schema=_given(error.schema),
        message=error.message,
        alternatives=_by_choice(error.context or ()),
    )


def _given(value: object) -> Json:
    """What jsonschema fills in for every complaint, and has no type for."""
    assert isinstance(value, bool | int | float | str | list | dict | None)
    return value


def _is_of_key(error: ValidationError) -> bool:
    """Whether what does not fit is a key; jsonschema names only what its form should be."""
    *_, before, last, _ = ("", "", "", *error.relative_schema_path)
    return last == "propertyNames" and before != "properties"


def _by_choice(parts: Iterable[ValidationError]) -> tuple[tuple[Misfit, ...], ...]:
    """The complaints of each alternative; one that nothing fits has a single one, at no path."""
    found: dict[int | str, list[Misfit]] = {}
    for part in parts:
        number = part.schema_path[0] if part.schema_path else -len(found) - 1
        found.setdefault(number, []).append(_misfit(part))
    return tuple(map(tuple, found.values()))


@cache
def _checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name in FORMATS:
        checker.checks(name)(lambda value, name=name: _fits(name, value))
    return checker


def _fits(name: str, value: object) -> bool:
    return not isinstance(value, str) or fits(name, value)
