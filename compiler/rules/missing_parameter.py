"""A scheduled deployment does not give what its flow needs.

What it finds:
    A parameter without a default that neither the deployment nor one of its active schedules
    gives.

Why it matters:
    The server makes the runs, and each fails when it begins: nobody is there to give the value.

Example:
    # deploy.yaml
    deployments:
      - name: nightly
        entrypoint: flows/shop.py:etl
        schedules:
          - cron: "0 3 * * *"
    # flows/shop.py
    from prefect import flow


    @flow
    def etl(source: str): ...

Use instead:
    # deploy.yaml
    deployments:
      - name: nightly
        entrypoint: flows/shop.py:etl
        parameters: {source: web}
        schedules:
          - cron: "0 3 * * *"
    # flows/shop.py
    from prefect import flow


    @flow
    def etl(source: str): ...

Known limits:
    Without an active schedule nothing is found: the value may be given by hand. The same holds
    for a paused deployment, for one with `enforce_parameter_schema: false`, and for one of
    whose parameters another is misspelt.
"""

import re
from collections.abc import Iterable

from compiler.diagnostics import Report, Rule, Severity, Span
from compiler.diagnostics.spelling import nearest
from compiler.entrypoints.answer import Flow
from compiler.entrypoints.read import Declared
from compiler.manifest.manifest import Placed, schedules_of
from compiler.manifest.model import Deployment, Schedule

RULE = Rule(
    code="DEP404", name="missing-parameter", severity=Severity.ERROR, page=__doc__, is_opinion=True
)
_OPEN = re.compile(r"\*(\w+)")


def check(declared: Declared, report: Report) -> None:
    """Report active schedules whose runs lack a parameter."""
    reading, deployment = declared.reading, declared.deployment
    if reading is None or reading.flow is None or not _runs_by_itself(deployment):
        return
    names = _required(reading.flow)
    given = deployment.value.parameters or {}
    for schedule in schedules_of(deployment):
        missing = _missing(names, {**given, **(schedule.value.parameters or {})})
        if missing and schedule.value.active is not False and not _is_cut(deployment, report):
            _add(missing, declared, schedule, report)


def _is_cut(deployment: Placed[Deployment], report: Report) -> bool:
    """Whether its parameters may have been wrong as a whole, and taken out."""
    return not deployment.has("parameters") and report.has_error_within(deployment.node.span)


def _add(
    missing: Iterable[str], declared: Declared, schedule: Placed[Schedule], report: Report
) -> None:
    reading = declared.reading
    assert reading is not None
    for name in missing:
        report.add(
            RULE,
            f"the flow {reading.flow_name!r} needs the parameter {name!r}, "
            "and nothing gives it to the scheduled runs",
            _at(declared.deployment, schedule),
            hint="give it under 'parameters', or give it a default in the flow",
            related=reading.definition(),
        )


def _required(flow: Flow) -> list[str]:
    """Parameters that a call needs; `*rows` and `**options` are required by the schema alone."""
    required = flow.parameter_schema.get("required")
    names = [str(name) for name in required] if isinstance(required, list) else []
    open_ones = _OPEN.findall(flow.signature) if "*" in flow.signature else []
    return [name for name in names if name not in open_ones]


def _runs_by_itself(deployment: Placed[Deployment]) -> bool:
    value = deployment.value
    return value.enforce_parameter_schema is not False and value.paused is not True


def _missing(names: Iterable[str], given: dict[str, object]) -> list[str]:
    """Names that are not given, nor in a misspelling that DEP403 reports."""
    known = list(names)
    others = [name for name in given if name not in known]
    absent = [name for name in known if name not in given]
    return [name for name in absent if not nearest(name, others)]


def _at(deployment: Placed[Deployment], schedule: Placed[Schedule]) -> Span:
    """The parameters that lack it: the deployment's if there are any, else the schedule."""
    if deployment.value.parameters:
        return deployment.key_at("parameters")
    return schedule.node.span
