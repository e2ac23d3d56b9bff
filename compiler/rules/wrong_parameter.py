"""A parameter's value does not fit its type.

What it finds:
    A value under `parameters`, of a deployment or one of its schedules, that the parameter's
    JSON Schema refuses.

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
    `enforce_parameter_schema: false`. Formats such as dates are not checked.
"""

from collections.abc import Mapping

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from compiler.diagnostics import Report, Rule, Severity
from compiler.entrypoints.read import Declared
from compiler.manifest.manifest import parameter_sets

RULE = Rule(code="DEP405", name="wrong-parameter", severity=Severity.ERROR, page=__doc__)
_REFERENCES = ("__prefect_kind", "$ref")


def check(declared: Declared, report: Report) -> None:
    """Report values, a schedule's too, that the server would refuse for the flow."""
    reading = declared.reading
    if reading is None or reading.flow is None:
        return
    if declared.deployment.value.enforce_parameter_schema is False:
        return
    schema = reading.flow.parameter_schema
    properties = schema.get("properties")
    types = properties if isinstance(properties, Mapping) else {}
    definitions = schema.get("definitions", {})
    for part in parameter_sets(declared.deployment):
        for name, value in (part.value.parameters or {}).items():
            known = name in types and name not in reading.flow.unknown
            at = part.at("parameters", name)
            if not known or _is_late(value) or report.has_error_within(at):
                continue
            whole = {"definitions": definitions, "allOf": [types[name]]}
            for error in Draft202012Validator(whole).iter_errors(value):
                path = ("parameters", name, *error.absolute_path)
                message = f"{name!r} does not fit the flow's type: {_expected(error)}"
                report.add(RULE, message, part.at(*path))


def _is_late(value: object) -> bool:
    """Whether the value is filled in later: a template, or a reference of Prefect's."""
    if isinstance(value, str):
        return "{{" in value
    return isinstance(value, dict) and any(key in value for key in _REFERENCES)


def _expected(error: ValidationError) -> str:
    """What the schema asks for; the value itself may be a secret."""
    if error.validator == "type":
        return f"it should be of type {error.validator_value}"
    return f"it should satisfy {error.validator}: {error.validator_value}"
