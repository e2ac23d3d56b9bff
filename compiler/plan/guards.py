"""Plans that are probably a mistake, and plans that must not be.

All of them are looked for before the first write, and reported together.
"""

from collections.abc import Iterable, Iterator, Mapping

from compiler.desired.address import Address, Kind, concurrency_limit
from compiler.desired.policy import Limits
from compiler.desired.resources import DesiredState, Resource
from compiler.diagnostics import Report
from compiler.diagnostics.pages import (
    deletes_a_pool,
    fixed_at_creation,
    not_ours,
    other_origin,
    protected,
    still_in_use,
    too_many_deletes,
    unknown_external,
    unknown_limit,
    unknown_pool_type,
    unknown_stack,
    unknown_work_pool,
)
from compiler.diagnostics.pages import (
    unclaimed as unclaimed_page,
)
from compiler.plan.action import Create, Delete, Update
from compiler.plan.automations import check_alike, check_automations
from compiler.plan.build import Allowed, Plan, is_elsewhere, of_kind
from compiler.plan.claim import Claim, claim, owner, unclaimed
from compiler.plan.clearing import check_clearing
from compiler.plan.job_template import check_job_templates
from compiler.plan.job_variables import check_job_variables
from compiler.state.observed import ObservedState

_USED = (Kind.BLOCK, Kind.CONCURRENCY_LIMIT, Kind.WORK_POOL, Kind.WORK_QUEUE)


def guard(
    plan: Plan,
    desired: DesiredState,
    observed: ObservedState,
    *,
    allowed: Allowed,
    report: Report,
) -> None:
    """Report everything that speaks against the plan."""
    _check_origin(plan, allowed, report)
    if plan.only_adopts:
        _check_taken(plan, desired, observed, report)
        check_alike(desired, observed, allowed, report)
        return
    _check_ownership(plan, desired, observed, report)
    _check_pools(plan, desired, observed, report)
    _check_limits(desired, observed, report)
    _check_externals(desired, observed, report)
    check_job_templates(plan, observed, report)
    check_job_variables(plan, desired, observed, report)
    check_automations(plan, desired, observed, report)
    check_alike(desired, observed, allowed, report)
    _check_fixed(plan, report)
    _check_in_use(plan, observed, report)
    if not allowed.force:
        _check_protected(plan, report)
        if not allowed.destroys:
            _check_pool_deletes(plan, report)
            _check_deletes(plan, desired.policy.limits, report)
        _check_understood(plan, desired, report)
    check_clearing(plan, observed, report)
    for address in unclaimed(desired, observed):
        message = f"{address} carries this stack's tag but was not made by it; it is left alone"
        report.add(unclaimed_page.RULE, message, None)


def _check_origin(plan: Plan, allowed: Allowed, report: Report) -> None:
    if plan.ledger is None or allowed.take_over or not is_elsewhere(plan.ledger, plan.origin):
        return
    report.add(
        other_origin.RULE,
        f"the stack {plan.stack!r} is applied from {plan.ledger.origin}; this is {plan.origin}",
        None,
        hint="choose another 'stack', or move it here for good with --take-over",
    )


def _check_taken(
    plan: Plan, desired: DesiredState, observed: ObservedState, report: Report
) -> None:
    """What is wanted and belongs to another stack is no stack's to adopt."""
    taken = {action.address for action in plan.actions}
    for resource in desired.resources:
        if resource.address in observed.things and resource.address not in taken:
            stack = owner(resource.address, observed)
            if claim(resource.address, desired, observed) is Claim.TAKEN:
                _refuse_foreign(resource, stack, report)
    if plan.from_stack is not None and observed.previous is None and not plan.actions:
        message = f"the server knows no stack {plan.from_stack!r}"
        report.add(unknown_stack.RULE, message, None, hint="see the tags 'deploy:…' on the server")


def _check_ownership(
    plan: Plan, desired: DesiredState, observed: ObservedState, report: Report
) -> None:
    acted = {action.address for action in plan.actions}
    for resource in plan.wanted:
        if resource.address not in observed.things:
            continue
        whose = claim(resource.address, desired, observed)
        if whose is Claim.TAKEN or (whose is Claim.FREE and resource.address not in acted):
            _refuse_foreign(resource, owner(resource.address, observed), report)


def _refuse_foreign(resource: Resource, stack: str | None, report: Report) -> None:
    if stack is not None:
        message = f"{resource.address} exists and belongs to the stack {stack!r}"
        hint = f"give this one another name, or move all of {stack!r}: deploy adopt --from-stack"
    else:
        message = f"{resource.address} exists and was not made by this stack"
        hint = "give it another name, or make it this stack's with --adopt"
    report.add(not_ours.RULE, message, resource.written_at, hint=hint)


def _check_pools(
    plan: Plan, desired: DesiredState, observed: ObservedState, report: Report
) -> None:
    declared = {each.address.name for each in desired.resources if _is_pool(each.address)}
    unselected = _pools_of(plan.left_out.wanted) - _pools_of(plan.wanted)
    for use in desired.pool_uses:
        if use.pool not in declared | observed.pools | unselected:
            message = f"the server has no work pool {use.pool!r}, and these files declare none"
            hint = "declare it under 'work_pools', or create it on the server"
            report.add(unknown_work_pool.RULE, message, use.at, hint=hint)
    for resource in plan.wanted:
        if _is_pool(resource.address) and resource.address not in observed.things:
            _check_type(resource, observed, report)


def _check_limits(desired: DesiredState, observed: ObservedState, report: Report) -> None:
    known = observed.things.keys() | {each.address for each in desired.resources}
    for use in desired.limit_uses:
        if concurrency_limit(use.limit) not in known:
            limit = f"concurrency limit {use.limit!r}"
            message = f"the server has no {limit}, and these files declare none"
            hint = "declare it under 'concurrency_limits', or create it on the server"
            report.add(unknown_limit.RULE, message, use.at, hint=hint)


def _check_externals(desired: DesiredState, observed: ObservedState, report: Report) -> None:
    for use in desired.externals:
        if use.address not in observed.things:
            message = f"the server has no {use.address.kind} {'/'.join(use.address.path)!r}"
            hint = "its owner has to make it first; or take it off the list under 'external'"
            report.add(unknown_external.RULE, message, use.at, hint=hint)


def _pools_of(resources: Iterable[Resource]) -> frozenset[str]:
    return frozenset(str(each.fields.get("work_pool_name")) for each in resources)


def _is_pool(address: Address) -> bool:
    return address.kind is Kind.WORK_POOL


def _check_type(resource: Resource, observed: ObservedState, report: Report) -> None:
    """Without a template of its own, a pool's type has to be one that the server knows."""
    wanted = str({**resource.initial, **resource.fields}["type"])
    whole = resource.fields.keys() - resource.partial
    if "base_job_template" in whole or wanted in observed.templates:
        return
    report.add(
        unknown_pool_type.RULE,
        f"the server knows no work pool type {wanted!r}",
        resource.span_of("type"),
        hint=f"it knows {', '.join(sorted(observed.templates))}; or give a 'base_job_template'",
    )


def _check_fixed(plan: Plan, report: Report) -> None:
    updates = (action for action in plan.actions if isinstance(action, Update))
    for action in updates:
        for change in action.changes:
            if _is_pool(action.address) and change.field == "type":
                _refuse_fixed(action, f"from {change.before!r} to {change.after!r}", report)


def _refuse_fixed(action: Update, move: str, report: Report) -> None:
    report.add(
        fixed_at_creation.RULE,
        f"the type of the work pool {action.address.name!r} cannot change {move}",
        action.resource.span_of("type"),
        hint="declare a pool with another name, move the deployments, then remove this one",
    )


def _check_in_use(plan: Plan, observed: ObservedState, report: Report) -> None:
    """Whatever else is asked for, nothing loses the pool, queue, limit or block that it uses."""
    leaving = [each for kind in _USED for each in of_kind(plan, kind)]
    for action in leaving:
        users = observed.users.get(action.address, ())
        if users:
            shown = ", ".join(users[:3]) + (" …" if len(users) > 3 else "")
            message = f"{action.address} is used outside of this stack, by {shown}"
            report.add(still_in_use.RULE, message, None, hint="keep it in the file")
        for resource in (*plan.wanted, *plan.left_out.wanted):
            if _uses(resource, action.address):
                message = f"{resource.address} uses {action.address}, which {action.why}"
                report.add(still_in_use.RULE, message, resource.written_at, hint="put it back")


def _uses(resource: Resource, place: Address) -> bool:
    if place.kind is Kind.CONCURRENCY_LIMIT:
        limit = resource.fields.get("concurrency")
        return isinstance(limit, Mapping) and limit.get("shared") == place.name
    names = (resource.fields.get("work_pool_name"), resource.fields.get("work_queue_name"))
    return names[: len(place.path)] == place.path


def _check_protected(plan: Plan, report: Report) -> None:
    kept = plan.ledger.protected if plan.ledger is not None else frozenset()
    for action in plan.actions:
        if isinstance(action, Delete) and action.address in kept:
            message = f"{action.address} is protected, and would be deleted"
            hint = "put it back and apply it with 'protect: false' first, or say --force"
            report.add(protected.RULE, message, None, hint=hint)


def _check_pool_deletes(plan: Plan, report: Report) -> None:
    for kind in (Kind.WORK_POOL, Kind.WORK_QUEUE):
        for action in of_kind(plan, kind):
            message = f"{action.address} {action.why} and would be deleted"
            hint = "put it back, or delete it with --force"
            report.add(deletes_a_pool.RULE, message, None, hint=hint)


def _check_deletes(plan: Plan, limits: Limits, report: Report) -> None:
    if limits.are_off:
        return
    made = [action for action in plan.actions if isinstance(action, Create)]
    for kind in Kind:
        gone = of_kind(plan, kind)
        staying = sum(address.kind is kind for address in _staying(plan))
        owned = len(gone) + staying
        new = any(action.address.kind is kind for action in made)
        too_many = owned >= limits.exempt_below and len(gone) > limits.share * owned
        if gone and (too_many or not (staying or new)):
            _refuse_deletes(kind, len(gone), owned, report)


def _staying(plan: Plan) -> Iterator[Address]:
    """What the stack owns and goes on owning, also where it is not selected."""
    yield from (each.address for each in (*plan.kept, *plan.left_out.kept))
    yield from (each.address for each in plan.actions if not isinstance(each, (Create, Delete)))
    yield from (each.address for each in plan.left_out.actions if not isinstance(each, Create))


def _check_understood(plan: Plan, desired: DesiredState, report: Report) -> None:
    """What a lenient file misspells is no reason to delete anything."""
    gone = [action for action in plan.actions if isinstance(action, Delete)]
    if gone and not desired.is_understood:
        message = f"parts of the files were skipped, and this would delete {len(gone)}"
        hint = "see the warnings; if the deletions are meant, say --force"
        report.add(too_many_deletes.RULE, message, None, hint=hint)


def _refuse_deletes(kind: Kind, gone: int, owned: int, report: Report) -> None:
    what = f"{'all' if gone == owned else f'{gone} of'} {owned} {kind}s"
    message = f"this would delete {f'the only {kind}' if owned == 1 else what} of the stack"
    hint = "look at what left the files; if it is meant, say --force"
    report.add(too_many_deletes.RULE, message, None, hint=hint)
