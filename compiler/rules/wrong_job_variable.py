"""A job variable's value does not fit the work pool's template.

What it finds:
    A value under `job_variables` that the variable's JSON Schema refuses, in the base job
    template of the pool that the same files declare.

Why it matters:
    The server refuses the deployment, after others were written.

Example:
    work_pools:
      - name: local
        base_job_template:
          job_configuration: {cpu: "{{ cpu }}"}
          variables: {properties: {cpu: {type: integer}}}
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: local, job_variables: {cpu: much}}

Use instead:
    work_pools:
      - name: local
        base_job_template:
          job_configuration: {cpu: "{{ cpu }}"}
          variables: {properties: {cpu: {type: integer}}}
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: local, job_variables: {cpu: 2}}

Known limits:
    Required variables are not asked for, since a run may give them. Values with a template in
    them are not checked, nor are pools that the files do not declare, nor a schema that refers
    to something outside of itself.
"""

from collections.abc import Iterable, Mapping

from jsonschema import Draft202012Validator

from compiler.desired.json import Json
from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Deployment
from compiler.manifest.usable_schema import is_usable, shared_parts

RULE = Rule(code="DEP509", name="wrong-job-variable", severity=Severity.ERROR, page=__doc__)


def check(
    variables: Mapping[str, Mapping[str, Json]],
    deployments: Iterable[Placed[Deployment]],
    report: Report,
) -> None:
    """Report values that the server would refuse; `variables` are the schemas, by pool."""
    for deployment in deployments:
        pool = deployment.value.work_pool
        schema = variables.get(pool.name or "") if pool is not None else None
        if pool is None or schema is None or not is_usable(schema):
            continue
        properties = schema.get("properties")
        types = properties if isinstance(properties, Mapping) else {}
        for name, value in (pool.job_variables or {}).items():
            if name in types and not _has_template(value):
                whole = {**shared_parts(schema), "allOf": [types[name]]}
                _check_value(whole, name, value, deployment, report)


def _check_value(
    schema: Mapping[str, Json],
    name: str,
    value: Json,
    deployment: Placed[Deployment],
    report: Report,
) -> None:
    for error in Draft202012Validator(schema).iter_errors(value):
        wanted = f"{error.validator}: {error.validator_value}"
        if isinstance(error.validator_value, list) and error.validator == "anyOf":
            wanted = "one of the forms that it has there"
        path = ("work_pool", "job_variables", name, *error.absolute_path)
        message = f"{name!r} does not fit the work pool's variable: it should be {wanted}"
        report.add(RULE, message, deployment.at(*path))


def _has_template(value: Json) -> bool:
    match value:
        case str():
            return "{{" in value
        case Mapping():
            return any(map(_has_template, value.values()))
        case list():
            return any(map(_has_template, value))
        case _:
            return False
