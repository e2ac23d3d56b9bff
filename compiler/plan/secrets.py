"""What of a plan must not be shown."""

from compiler.desired.resources import Resource
from compiler.diagnostics import start_of
from compiler.diff.attribution import once_secret
from compiler.plan.action import Delete, Update
from compiler.plan.build import Plan
from compiler.plan.mask import secrets_named
from compiler.state.images import texts_with


def secrets_of(plan: Plan) -> tuple[str, ...]:
    """Secrets that a plan would show, or a refusal quote."""
    there = [each for each in plan.actions if isinstance(each, (Update, Delete))]
    values = [each.resource.fields for each in plan.actions if not isinstance(each, Delete)]
    values += [each.observed.fields for each in there]
    named = (secret for fields in values for secret in secrets_named(fields))
    once = (
        secret
        for each in there
        for secret in once_secret(_resource_of(each), each.observed, plan.ledger)
    )
    return (*named, *once, *texts_with(plan.hidden, values))


def _resource_of(action: Update | Delete) -> Resource:
    """What is wanted of a thing; nothing of one that goes."""
    if isinstance(action, Update):
        return action.resource
    return Resource(address=action.address, fields={}, written_at=start_of("deploy.yaml"))
