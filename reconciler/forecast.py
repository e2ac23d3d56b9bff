"""How many requests an apply will make, if none has to be repeated.

Pure: what is sent is what the executor, the ledger and the reading again send, and the
conditions are theirs.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from compiler.desired.address import Kind
from compiler.diff import schedules
from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update
from compiler.plan.backlog import staying
from compiler.plan.build import Plan, registered
from compiler.plan.claim import is_default_queue
from compiler.plan.requests import RequestCount
from compiler.state.observed import ObservedState
from reconciler.api.client import MOST_DELETED
from reconciler.api.paging import parts, requests_for_offsets
from reconciler.apply import bodies
from reconciler.apply.deployments import requests_for_automations, requests_for_sweeping
from reconciler.apply.fresh import requests_for_looking
from reconciler.apply.pools import wanted_priorities
from reconciler.ledger import requests_for_revising
from reconciler.observe.naming import requests_for_looking_up
from reconciler.observe.reader import requests_for_reading_again
from reconciler.things.every import THINGS
from reconciler.verify import written_by

_NONE = RequestCount()
_A_READ = RequestCount(reads=1)
_A_WRITE = RequestCount(writes=1)


def forecast(plan: Plan) -> RequestCount:
    """The requests of an apply in which everything goes well.

    No runs are taken to be late where a schedule goes or a deployment takes another's place,
    and none to be left behind; the server to hand out whole pages; and no automation to belong
    to one of many deployments that go, nor to be on a second page.
    """
    if plan.is_empty:
        return _NONE
    seen = plan.seen or ObservedState(things={})
    queues = {pool: _priorities(plan, pool, seen.priorities.get(pool)) for pool in _pools(plan)}
    return _total(
        [
            requests_for_revising(is_there=plan.ledger is not None, has_type=seen.keeps_ledgers),
            RequestCount(housekeeping=len(plan.resumed) + 2 * len(registered(plan))),
            RequestCount(reads=requests_for_looking(plan, _there(seen))),
            *(_of_action(action, queues) for action in plan.actions),
            _deleting(plan),
            RequestCount(writes=len(_flows(plan)), reads=len(_limits(plan))),
            *(_settling(plan, pool, queues[pool]) for pool in sorted(_touched(plan))),
            _reading_again(plan, queues),
            RequestCount(reads=requests_for_looking_up(plan)),
            requests_for_revising(is_there=True, has_type=True),
            *_letting_go(plan, seen),
        ]
    )


def _letting_go(plan: Plan, seen: ObservedState) -> Iterator[RequestCount]:
    """The memory of the stack that things are moved from is written too."""
    if plan.from_stack is not None and seen.previous is not None:
        yield requests_for_revising(is_there=True, has_type=True)


def _total(counts: Iterable[RequestCount]) -> RequestCount:
    return sum(counts, start=_NONE)


def _of_action(action: Action, queues: Mapping[str, Mapping[str, int]]) -> RequestCount:
    match action:
        case Create():
            return _creating(action, queues)
        case Update():
            return _updating(action)
        case Delete():
            return _NONE if action.address.kind is Kind.DEPLOYMENT else _A_WRITE
        case Adopt() | Protect():
            return _NONE
        case _:
            assert_never(action)


def _creating(action: Create, queues: Mapping[str, Mapping[str, int]]) -> RequestCount:
    if is_default_queue(action.address):
        pool = action.address.path[0]
        return RequestCount(writes=1, reads=requests_for_offsets(len(queues[pool])))
    if action.address.kind is not Kind.DEPLOYMENT:
        return _A_WRITE + _looking(action)
    writes = 1 + bool(bodies.later_schedules(action.resource))
    if action.replaces is None or action.replaces.fields.get("paused") is True:
        return RequestCount(writes=writes)
    fires = bool(schedules.firing(bodies.made(action.resource)))
    return RequestCount(writes=1 + writes, reads=1 + fires, housekeeping=int(fires))


def _updating(action: Update) -> RequestCount:
    if action.address.kind is not Kind.DEPLOYMENT:
        return _A_WRITE + _looking(action)
    steps = bodies.changed_schedules(action.changes)
    writes = len(steps.removed) + len(steps.edited) + bool(steps.added)
    writes += (bodies.letting_go(action) is not None) + bool(bodies.changed_deployment(action))
    return RequestCount(
        writes=writes, housekeeping=int(bodies.fires(action)), reads=int(bool(staying(action)))
    )


def _looking(action: Create | Update) -> RequestCount:
    """What a thing that stands alone looks up just before it is written."""
    things = THINGS.get(action.address.kind)
    return _NONE if things is None else RequestCount(reads=things.reads_for_writing(action))


def _deleting(plan: Plan) -> RequestCount:
    """Of deployments: what goes before, many at once, and what comes after all."""
    gone = [
        each
        for each in plan.actions
        if isinstance(each, Delete) and each.address.kind is Kind.DEPLOYMENT
    ]
    before = sum(bodies.shared_limit(each.observed.fields) is not None for each in gone)
    together = parts(gone, MOST_DELETED)
    looking = sum((requests_for_automations(len(each)) for each in together), start=_NONE)
    return looking + RequestCount(
        writes=before + len(together), reads=requests_for_sweeping(len(gone))
    )


def _there(seen: ObservedState) -> dict[str, int]:
    """How many queues each pool has before anything is done."""
    return {pool: len(priorities) for pool, priorities in seen.priorities.items()}


def _flows(plan: Plan) -> frozenset[str]:
    """Flows that are asked for by name, once each: of none it is known that it exists."""
    known = plan.seen.flows if plan.seen is not None else {}
    return frozenset(
        action.address.path[0]
        for action in plan.actions
        if isinstance(action, Create)
        and action.address.kind is Kind.DEPLOYMENT
        and action.address.path[0] not in known
    )


def _limits(plan: Plan) -> frozenset[str]:
    """Shared limits that deployments are put under, each asked for once."""
    found = set()
    for action in plan.actions:
        match action:
            case Create(resource):
                found.add(bodies.shared_limit({**resource.initial, **resource.fields}))
            case Update() if bodies.changed_deployment(action):
                found.add(bodies.newly_shared_limit(action))
            case _:
                continue
    return frozenset(name for name in found if name is not None)


def _pools(plan: Plan) -> frozenset[str]:
    """Pools in which a queue is acted on."""
    queues = (each.address for each in plan.actions if each.address.kind is Kind.WORK_QUEUE)
    return frozenset(address.path[0] for address in queues)


def _touched(plan: Plan) -> frozenset[str]:
    """Pools in which a queue is made or changed."""
    queues = (each.address for each in written_by(plan) if each.address.kind is Kind.WORK_QUEUE)
    return frozenset(address.path[0] for address in queues)


def _settling(plan: Plan, pool: str, priorities: Mapping[str, int]) -> RequestCount:
    """Giving queues the priority that writes to others have moved on."""
    wanted = wanted_priorities(plan, pool)
    if not wanted:
        return _NONE
    writes = len(bodies.priority_writes(priorities, wanted))
    return RequestCount(writes=writes, reads=requests_for_offsets(len(priorities)))


def _priorities(plan: Plan, pool: str, there: Mapping[str, int] | None) -> dict[str, int]:
    """The priorities of a pool's queues once all steps are done; a new pool has one queue."""
    found = dict(there) if there is not None else {"default": 1}
    for action in plan.actions:
        if action.address.kind is not Kind.WORK_QUEUE or action.address.path[0] != pool:
            continue
        name = action.address.name
        if isinstance(action, Delete):
            found.pop(name, None)
        else:
            for priority in _given(action, is_new=name not in found):
                found = bodies.moved_on(found, name, priority)
    return found


def _given(action: Action, *, is_new: bool) -> Iterator[int | None]:
    """The priority that a step gives a queue, if it does; None is for the server to choose."""
    fields: Mapping[str, object] = {}
    match action:
        case Create(resource):
            fields = resource.fields
        case Update(_, _, changes):
            fields = {change.field: change.after for change in changes}
        case _:
            return
    priority = fields.get("priority")
    if isinstance(priority, int) or is_new:
        yield priority if isinstance(priority, int) else None


def _reading_again(plan: Plan, queues: Mapping[str, Mapping[str, int]]) -> RequestCount:
    sizes = {pool: len(priorities) for pool, priorities in queues.items()}
    written = [action.address for action in written_by(plan)]
    return RequestCount(reads=requests_for_reading_again(written, sizes))
