"""A parameter's value does not fit its type.

What it finds:
    A value under `parameters`, of a deployment or one of its schedules, that the parameter's
    JSON Schema refuses, or that is no date, time, duration or UUID where one is needed. The
    message says where inside the value it is, as in `$.rows[1]`.

Why it matters:
    The server refuses it, or each run fails when its parameters are validated.

Example:
    parameters:
      retry: often

Use instead:
    parameters:
      retry: 5

Known limits:
    A value with a template in it, or one of Prefect's references (`__prefect_kind`, `$ref`),
    is not checked; nor is a parameter of unknown type (DEP410), or a deployment with
    `enforce_parameter_schema: false`. Keys that a model does not have are only reported where
    the model forbids them.
"""

from collections.abc import Iterator, Mapping

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from compiler.desired.json import Json
from compiler.diagnostics import Fix, Report, Rule, Severity
from compiler.diagnostics.spelling import nearest
from compiler.entrypoints.read import Declared
from compiler.manifest.formats import FORMATS, fits
from compiler.manifest.manifest import Placed, parameter_sets
from compiler.manifest.model import Deployment, Schedule
from compiler.manifest.usable_schema import is_usable
from compiler.manifest.written import in_quotes, is_plain, replaced
from compiler.source.locate import Step, node_at
from compiler.source.nodes import Scalar

RULE = Rule(code="DEP405", name="wrong-parameter", severity=Severity.ERROR, page=__doc__)
_REFERENCES = ("__prefect_kind", "$ref")
_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}
_BOOLEANS = {"y": "true", "n": "false", "yes": "true", "no": "false", "on": "true", "off": "false"}
_BOOLEANS |= {"true": "true", "false": "false"}
_NOTHING = frozenset({"None", "none", "nil", "undefined", "null"})


def _checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name in FORMATS:
        checker.checks(name)(lambda value, name=name: _fits(name, value))
    return checker


def _fits(name: str, value: object) -> bool:
    return not isinstance(value, str) or fits(name, value)


_CHECKER = _checker()


def check(declared: Declared, report: Report) -> None:
    """Report values, a schedule's too, that the server would refuse for the flow."""
    reading = declared.reading
    if reading is None or reading.flow is None:
        return
    if declared.deployment.value.enforce_parameter_schema is False:
        return
    schema = reading.flow.parameter_schema
    if not is_usable(schema):
        return
    properties = schema.get("properties")
    types = properties if isinstance(properties, Mapping) else {}
    definitions = schema.get("definitions", {})
    for part in parameter_sets(declared.deployment):
        for name, value in (part.value.parameters or {}).items():
            known = name in types and name not in reading.flow.unknown
            at = part.at("parameters", name)
            if not known or _is_late(value) or report.has_error_within(at):
                continue
            whole: Json = {"definitions": definitions, "allOf": [types[name]]}
            for error in _errors(whole, value):
                _add(part, name, error, report)


def _errors(schema: Json, value: Json) -> Iterator[ValidationError]:
    assert isinstance(schema, dict)
    for error in Draft202012Validator(schema, format_checker=_CHECKER).iter_errors(value):
        yield from (each for each in _meant(error) or [error] if not _is_late(each.instance))


def _meant(error: ValidationError) -> list[ValidationError]:
    """Of several alternatives, the complaints about the only one of the value's own type."""
    if error.validator not in {"anyOf", "oneOf"}:
        return []
    by_choice: dict[int, list[ValidationError]] = {}
    for part in error.context or ():
        by_choice.setdefault(int(part.schema_path[0]), []).append(part)
    near = [
        parts
        for parts in by_choice.values()
        if not any(part.validator == "type" and not part.relative_path for part in parts)
    ]
    return near[0] if len(near) == 1 else []


def _add(
    part: Placed[Deployment] | Placed[Schedule], name: str, error: ValidationError, report: Report
) -> None:
    path: tuple[Step, ...] = tuple(error.absolute_path)
    node = node_at(part.node, ("parameters", name, *path))
    scalar = node if isinstance(node, Scalar) else None
    expected = _expected(error)
    fix = _fix(scalar, expected)
    report.add(
        RULE,
        f"{_shown(name, path)} does not fit the flow's type: it should be {expected}",
        part.at("parameters", name, *path),
        hint=_hint(scalar, expected) or _choice_near(error) or (fix.message if fix else None),
        fix=fix,
    )


def _shown(name: str, path: tuple[Step, ...]) -> str:
    """The parameter, or the place inside its value, as `$.rows[1].day`."""
    if not path:
        return repr(name)
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return f"'$.{name}{''.join(steps)}'"


def _is_late(value: object) -> bool:
    """Whether the value is filled in later: a template, or a reference of Prefect's."""
    if isinstance(value, str):
        return "{{" in value
    return isinstance(value, dict) and any(key in value for key in _REFERENCES)


def _expected(error: ValidationError) -> str:
    """What the schema asks for; the value itself may be a secret."""
    wanted = error.validator_value
    if error.validator == "required" and isinstance(wanted, list):
        given = error.instance if isinstance(error.instance, dict) else {}
        return f"a mapping with {', '.join(repr(name) for name in wanted if name not in given)}"
    if error.validator == "additionalProperties" and isinstance(error.schema, dict):
        return f"a mapping of {', '.join(map(repr, error.schema.get('properties', {})))} alone"
    choices = _listed(wanted)
    known = {
        "type": lambda: _TYPES.get(str(wanted), str(wanted)),
        "anyOf": lambda: " or ".join(dict.fromkeys(map(_choice, choices))),
        "oneOf": lambda: " or ".join(dict.fromkeys(map(_choice, choices))),
        "enum": lambda: f"one of {', '.join(map(repr, choices))}",
        "const": lambda: repr(wanted),
        "format": lambda: FORMATS[str(wanted)],
    }
    say = known.get(str(error.validator))
    return say() if say else f"so that {error.validator} is {wanted}"


def _listed(value: object) -> list[Json]:
    return value if isinstance(value, list) else []


def _choice(choice: Json) -> str:
    if not isinstance(choice, Mapping):
        return "another value"
    if "$ref" in choice:
        return str(choice["$ref"]).rpartition("/")[2]
    if "format" in choice and choice["format"] in FORMATS:
        return FORMATS[str(choice["format"])]
    return _TYPES.get(str(choice.get("type")), "another value")


def _hint(scalar: Scalar | None, expected: str) -> str | None:
    """What YAML did to the value, where that explains it."""
    if scalar is None or not is_plain(scalar):
        return None
    if scalar.text in _NOTHING and isinstance(scalar.value, str):
        return "YAML's word for nothing is null"
    if isinstance(scalar.value, bool | int | float) and "text" in expected:
        return f'YAML reads {scalar.text} as {_read(scalar)}; put it in quotes: "{scalar.text}"'
    if isinstance(scalar.value, str) and _is_exponent(scalar.text):
        return f"YAML reads {scalar.text} as text; write it out, or as 1.0e+3"
    return None


def _choice_near(error: ValidationError) -> str | None:
    """The choice that a misspelt text is close to."""
    if error.validator != "enum":
        return None
    words = [one for one in _listed(error.validator_value) if isinstance(one, str)]
    near = nearest(str(error.instance), words)
    return f"did you mean {near[0]!r}?" if near else None


def _read(scalar: Scalar) -> str:
    if isinstance(scalar.value, bool):
        return "true" if scalar.value else "false"
    return f"the number {scalar.value}"


def _is_exponent(text: str) -> bool:
    digits, _, power = text.lower().partition("e")
    return digits.lstrip("+-").isdecimal() and power.lstrip("+-").isdecimal()


def _fix(scalar: Scalar | None, expected: str) -> Fix | None:
    if scalar is None:
        return None
    if isinstance(scalar.value, bool | int | float) and expected == "text":
        return in_quotes(scalar)
    if expected == "true or false" and scalar.text.casefold() in _BOOLEANS:
        return replaced(scalar.span, _BOOLEANS[scalar.text.casefold()])
    if expected in {"a whole number", "a number"} and scalar.text.isdecimal():
        return replaced(scalar.span, scalar.text)
    return None
