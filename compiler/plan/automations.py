"""What automations name and ask for, against what there is on the server."""

from collections.abc import Iterator, Mapping

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json, mappings
from compiler.desired.naming import ACTIONS, Named, Reference, reference_to, references
from compiler.desired.resources import DesiredState, Resource
from compiler.diagnostics import Report
from compiler.diagnostics.pages import (
    cloud_only,
    runs_beside,
    several_alike,
    still_in_use,
    unknown_name,
)
from compiler.diagnostics.spelling import nearest
from compiler.plan.action import Delete
from compiler.plan.build import Allowed, Plan
from compiler.state.observed import ObservedState


def check_automations(
    plan: Plan, desired: DesiredState, observed: ObservedState, report: Report
) -> None:
    """Report what the server would refuse, and what would run beside."""
    declared = {each.address for each in desired.resources}
    gone = {each.address: each for each in plan.actions if isinstance(each, Delete)}
    for resource in plan.wanted:
        if resource.address.kind is not Kind.AUTOMATION:
            continue
        for field, reference in _named(resource):
            leaving = gone.get(reference.address)
            if leaving is not None:
                message = f"{resource.address} names {leaving.address}, which {leaving.why}"
                report.add(still_in_use.RULE, message, resource.span_of(field), hint="put it back")
            elif not _is_there(reference, declared, observed):
                _refuse_unknown(reference, field, resource, _known(declared, observed), report)
        if observed.server_version is not None:
            _check_cloud(resource, report)
    for at, names in observed.beside.items():
        if at not in gone:
            _warn_beside(at, names, report)


def check_alike(
    desired: DesiredState, observed: ObservedState, allowed: Allowed, report: Report
) -> None:
    """Report names under which more than one automation could be adopted."""
    if not (allowed.adopt or allowed.only_adopt):
        return
    for resource in desired.resources:
        number = observed.alike.get(resource.address, 0)
        if number:
            name = resource.address.name
            message = f"there are {number} automations {name!r} that no stack made"
            hint = "rename or delete those that are not meant, or give this one another name"
            report.add(several_alike.RULE, message, resource.written_at, hint=hint)


def _named(resource: Resource) -> Iterator[tuple[str, Reference]]:
    for field in ("trigger", *ACTIONS):
        if field in resource.fields:
            for reference in references({field: resource.fields[field]}):
                yield field, reference


def _is_there(reference: Reference, declared: set[Address], observed: ObservedState) -> bool:
    if reference in observed.named or reference.address in declared:
        return True
    pool, _, queue = reference.name.rpartition("/")
    is_default = reference.of is Named.WORK_QUEUE and queue == "default"
    return is_default and Reference(Named.WORK_POOL, pool).address in declared


def _known(declared: set[Address], observed: ObservedState) -> frozenset[Reference]:
    found = (reference_to(address) for address in declared)
    return frozenset(each for each in found if each is not None) | observed.named.keys()


def _refuse_unknown(
    reference: Reference,
    field: str,
    resource: Resource,
    known: frozenset[Reference],
    report: Report,
) -> None:
    near = nearest(reference.name, sorted(each.name for each in known if each.of is reference.of))
    report.add(
        unknown_name.RULE,
        f"the server has no {reference}, or several, and these files declare none",
        resource.span_of(field),
        hint=f"did you mean {near[0]!r}?" if near else "declare it, or make it on the server",
    )


def _check_cloud(resource: Resource, report: Report) -> None:
    asked = [
        ("trigger", "a trigger of type 'metric'")
        for each in _triggers(resource.fields.get("trigger"))
        if each.get("type") == "metric"
    ]
    asked += [
        (field, "an action 'declare-incident'")
        for field in ACTIONS
        for each in mappings(resource.fields.get(field))
        if each.get("type") == "declare-incident"
    ]
    for field, what in dict.fromkeys(asked):
        message = f"only Prefect Cloud has {what}"
        hint = "a trigger with 'posture: Proactive' notices what does not happen"
        report.add(cloud_only.RULE, message, resource.span_of(field), hint=hint)


def _triggers(trigger: Json) -> Iterator[Mapping[str, Json]]:
    if isinstance(trigger, Mapping):
        yield trigger
        for each in mappings(trigger.get("triggers")):
            yield from _triggers(each)


def _warn_beside(at: Address, names: tuple[str, ...], report: Report) -> None:
    for name in dict.fromkeys(names):
        report.add(
            runs_beside.RULE,
            f"{at} is also run by the automation {name!r}, which no stack made",
            None,
            hint="delete it, or give a trigger its name and adopt it: deploy --adopt",
        )
