"""Job variables against the template that their pool has on the server, or will get.

What the files say of a template is checked before there is a server to ask (`compiler/rules`).
"""

from collections.abc import Iterator, Mapping

from compiler.desired.address import Kind, work_pool
from compiler.desired.json import Json
from compiler.desired.resources import DesiredState, Resource
from compiler.diagnostics import Report
from compiler.diagnostics.pages import idle_job_variable, refused_job_variable
from compiler.diagnostics.spelling import nearest
from compiler.manifest.fitting import has_template, misfits, properties_of
from compiler.plan.action import Create, Update
from compiler.plan.build import Plan
from compiler.plan.job_template import whole_template
from compiler.state.observed import ObservedState


def check_job_variables(
    plan: Plan, desired: DesiredState, observed: ObservedState, report: Report
) -> None:
    """Report what the server would refuse of the deployments that are written, or never use."""
    declared = {each.address.name: each for each in desired.resources if _is_pool(each)}
    for resource in _written(plan):
        fields = {**_there(resource, observed), **resource.fields}
        given, pool = fields.get("job_variables"), fields.get("work_pool_name")
        if not isinstance(given, Mapping) or not isinstance(pool, str):
            continue
        schema = _variables(pool, declared.get(pool), observed)
        if schema is not None:
            _check(resource, given, schema, report)


def _is_pool(resource: Resource) -> bool:
    return resource.address.kind is Kind.WORK_POOL


def _written(plan: Plan) -> Iterator[Resource]:
    """Deployments whose job variables or pool are written."""
    for action in plan.actions:
        match action:
            case Create(resource) if resource.address.kind is Kind.DEPLOYMENT:
                yield resource
            case Update(resource, _, changes) if resource.address.kind is Kind.DEPLOYMENT:
                if any(each.field in {"job_variables", "work_pool_name"} for each in changes):
                    yield resource
            case _:
                continue


def _there(resource: Resource, observed: ObservedState) -> Mapping[str, Json]:
    there = observed.things.get(resource.address)
    return there.fields if there is not None else {}


def _variables(
    pool: str, declared: Resource | None, observed: ObservedState
) -> Mapping[str, Json] | None:
    """The schema of a pool's variables; None where it checks nothing, or the files give it."""
    if declared is not None and "base_job_template" in declared.fields.keys() - declared.partial:
        return None
    there = observed.things.get(work_pool(pool))
    if declared is not None:
        template = whole_template(declared, observed)
    else:
        template = None if there is None else there.fields.get("base_job_template")
    variables = template.get("variables") if isinstance(template, Mapping) else None
    return variables if isinstance(variables, Mapping) and variables else None


def _check(
    resource: Resource, given: Mapping[str, Json], schema: Mapping[str, Json], report: Report
) -> None:
    types, at = properties_of(schema), resource.span_of("job_variables")
    for name, value in given.items():
        if name in types:
            if not has_template(value) and misfits(types[name], value, within=schema):
                message = f"the work pool refuses this value of the job variable {name!r}"
                report.add(refused_job_variable.RULE, message, at, hint=_wanted(types[name]))
        elif not schema.get("additionalProperties"):
            near = next(iter(nearest(name, types)), None)
            report.add(
                idle_job_variable.RULE,
                f"the work pool has no job variable {name!r}",
                at,
                hint=f"did you mean {near!r}?" if near else None,
            )


def _wanted(schema: Json) -> str | None:
    """What a variable wants, where its schema says it in a word."""
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    return f"it should be of type {kind!r}" if isinstance(kind, str) else None
