"""A parameter's value does not fit its type.

What it finds:
    A value under `parameters`, of a deployment or one of its schedules or triggers, that
    the parameter's JSON Schema refuses, or that is no date, time, duration or UUID where one
    is needed. The message says where inside the value it is, as in `$.rows[1]`.

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

from collections.abc import Iterable, Iterator, Mapping

from compiler.desired.json import Json
from compiler.diagnostics import Fix, Report, Rule, Safety, Severity
from compiler.diagnostics.spelling import nearest
from compiler.entrypoints.read import Declared
from compiler.manifest.fitting import misfits, properties_of
from compiler.manifest.formats import FORMATS
from compiler.manifest.manifest import ParameterSet, parameters_of
from compiler.manifest.misfit import Misfit
from compiler.manifest.written import is_plain
from compiler.source.locate import Step, node_at
from compiler.source.mend import in_quotes, rewritten
from compiler.source.nodes import Node, Scalar

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


def check(declared: Declared, report: Report) -> None:
    """Report values, a schedule's or trigger's too, that the server would refuse for the flow."""
    reading = declared.reading
    if reading is None or reading.flow is None:
        return
    if declared.deployment.value.enforce_parameter_schema is False:
        return
    schema, unknown = reading.flow.parameter_schema, reading.flow.unknown
    types = properties_of(schema)
    for part, name, value in parameters_of(declared.deployment):
        if name not in types or name in unknown or _is_late(value):
            continue
        found = misfits(types[name], value, within=schema, formats=True)
        if found and not report.has_error_within(part.at("parameters", name)):
            for one in _meant(found):
                _add(part, name, one, report)


def _meant(found: Iterable[Misfit]) -> Iterator[Misfit]:
    """Of several alternatives, what the only one of the value's own type has against it."""
    for one in found:
        near = one.of_its_type()
        parts = near[0][1] if len(near) == 1 else (one,)
        yield from (each for each in parts if not _is_late(each.found))


def _add(part: ParameterSet, name: str, misfit: Misfit, report: Report) -> None:
    path = misfit.path
    node = node_at(part.node, ("parameters", name, *path))
    scalar = node if isinstance(node, Scalar) else None
    expected = _expected(misfit)
    better = _better(scalar, expected)
    report.add(
        RULE,
        f"{_shown(name, path)} does not fit the flow's type: it should be {expected}",
        part.at("parameters", name, *path),
        hint=_hint(scalar, expected)
        or _choice_near(misfit)
        or (f"write {better}" if better else None),
        fix=_fix(scalar, expected, is_own=_is_within(scalar, part.node)),
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


def _expected(misfit: Misfit) -> str:
    """What the schema asks for; the value itself may be a secret."""
    wanted = misfit.wanted
    if misfit.keyword == "required" and isinstance(wanted, list):
        given = misfit.found if isinstance(misfit.found, dict) else {}
        return f"a mapping with {', '.join(repr(name) for name in wanted if name not in given)}"
    if misfit.keyword == "additionalProperties" and isinstance(misfit.schema, dict):
        return f"a mapping of {', '.join(map(repr, misfit.schema.get('properties', {})))} alone"
    choices = _listed(wanted)
    known = {
        "type": lambda: _TYPES.get(str(wanted), str(wanted)),
        "anyOf": lambda: " or ".join(dict.fromkeys(map(_choice, choices))),
        "oneOf": lambda: " or ".join(dict.fromkeys(map(_choice, choices))),
        "enum": lambda: f"one of {', '.join(map(repr, choices))}",
        "const": lambda: repr(wanted),
        "format": lambda: FORMATS[str(wanted)],
    }
    say = known.get(str(misfit.keyword))
    return say() if say else f"so that {misfit.keyword} is {wanted}"


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


def _choice_near(misfit: Misfit) -> str | None:
    """The choice that a misspelt text is close to."""
    if misfit.keyword != "enum":
        return None
    words = [one for one in _listed(misfit.wanted) if isinstance(one, str)]
    near = nearest(str(misfit.found), words)
    return f"did you mean {near[0]!r}?" if near else None


def _read(scalar: Scalar) -> str:
    if isinstance(scalar.value, bool):
        return "true" if scalar.value else "false"
    return f"the number {scalar.value}"


def _is_exponent(text: str) -> bool:
    digits, _, power = text.lower().partition("e")
    return digits.lstrip("+-").isdecimal() and power.lstrip("+-").isdecimal()


def _is_within(scalar: Scalar | None, node: Node) -> bool:
    """Whether it is written there, and not laid under it for others as well."""
    if scalar is None or scalar.span.file != node.span.file:
        return False
    return node.span.start <= scalar.span.start <= node.span.end


def _fix(scalar: Scalar | None, expected: str, *, is_own: bool) -> Fix | None:
    if scalar is not None and expected == "text":
        is_text = isinstance(scalar.value, str)
        return None if is_text else in_quotes(scalar, Safety.SAFE if is_own else Safety.UNSAFE)
    better = _better(scalar, expected)
    return rewritten(scalar, better) if better else None


def _better(scalar: Scalar | None, expected: str) -> str | None:
    """The value that a text is meant to be."""
    if scalar is not None and expected == "true or false":
        return _BOOLEANS.get(scalar.text.casefold())
    is_number = expected in {"a whole number", "a number"}
    return str(int(scalar.text)) if scalar and is_number and scalar.text.isdecimal() else None
