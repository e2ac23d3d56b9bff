"""Base job templates that the files give a part of, as a whole: with what is under them."""

from compiler.desired.address import Kind
from compiler.desired.json import Json
from compiler.desired.patch import patched
from compiler.desired.resources import Resource
from compiler.diagnostics import Report
from compiler.diagnostics.pages import refused_job_template
from compiler.manifest.job_template import flaws
from compiler.plan.action import Create, Update
from compiler.plan.build import Plan
from compiler.state.observed import ObservedState

_FIELD = "base_job_template"


def check_job_templates(plan: Plan, observed: ObservedState, report: Report) -> None:
    """Report what is wrong with a template that comes of what is laid over another."""
    for action in plan.actions:
        if action.address.kind is not Kind.WORK_POOL:
            continue
        template: Json = None
        match action:
            case Create(resource) if _FIELD in resource.partial:
                template = whole_template(resource, observed)
            case Update(resource, _, changes) if _FIELD in resource.partial:
                template = next((each.after for each in changes if each.field == _FIELD), None)
            case _:
                continue
        for message, hint in flaws(template):
            at = resource.span_of(_FIELD)
            report.add(refused_job_template.RULE, message, at, hint=hint)


def whole_template(pool: Resource, observed: ObservedState) -> Json:
    """The template that a pool has or will get, as far as that is known."""
    given = pool.fields.get(_FIELD)
    if given is not None and not pool.partial:
        return given
    there = observed.things.get(pool.address)
    if there is not None:
        under = there.fields.get(_FIELD)
    else:
        under = observed.templates.get(str({**pool.initial, **pool.fields}.get("type")))
    return under if given is None else patched(under, given)
