"""What a run notes in its stack's ledger, before its first write and after its last.

Both are functions from the ledger as it is at that moment: another run may have
noted something since the plan was made.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.diff.attribution import remembered
from compiler.diff.compare import marked
from compiler.plan.action import Adopt, Create, Delete, Protect, Update
from compiler.plan.build import Plan, counts
from compiler.plan.claim import is_default_queue
from compiler.plan.digest import digest
from compiler.plan.images import images_of
from compiler.state import images
from compiler.state.ledger import DID_NOT_END, Applied, Begun, Fields, Ledger
from compiler.state.memory import without_secrets
from reconciler.api.errors import Refused
from reconciler.apply.bodies import first_schedules
from reconciler.apply.fresh import Moved
from reconciler.apply.walker import Done, Failed, NotReached, Outcome, Skipped
from reconciler.verify import Seen, written_by

Ended = Mapping[Address, Outcome[Address]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who applies, when, with which tool, from which commit; None outside of Git.

    `dirty` says whether the files differ from that commit, None where that is not known.
    """

    who: str
    tool: str
    at: datetime
    commit: str | None = None
    dirty: bool | None = None


def ahead_of(plan: Plan, stamp: Stamp, now: Ledger | None) -> Ledger:
    """The ledger with what is about to be written, so that a run that dies knows its own.

    And with what it found there, so that there is a way back.
    """
    creating = [action.address for action in plan.actions if isinstance(action, Create)]
    fields = (
        {}
        if plan.only_adopts
        else {
            action.address: _noted(plan, action.resource, intended(action, plan.mark))
            for action in plan.actions
            if isinstance(action, (Create, Update))
        }
    )
    known = _known(plan, now)
    noted = replace(known, images=_found(plan, known)).without(plan.gone)
    return noted.about_to_write(fields, creating=creating).beginning(_begun(plan, stamp))


def _found(plan: Plan, known: Ledger) -> str:
    """What the apply finds; with what one found that was killed, and that this one goes on with."""
    try:
        earlier = images.load(known.images)
    except images.UnreadableImages:
        earlier = images.Images()
    found = images_of(plan, known, earlier.hidden)
    goes_on = known.begun is not None and not plan.goes_back
    return images.dump(found.with_earlier(earlier) if goes_on else found)


def _begun(plan: Plan, stamp: Stamp) -> Begun:
    deletes = (action.address for action in plan.actions if isinstance(action, Delete))
    return Begun(
        apply=_entry(plan, stamp, DID_NOT_END),
        writes=tuple(action.address for action in written_by(plan)),
        deletes=tuple(deletes),
    )


def intended(action: Create | Update, mark: str) -> Mapping[str, Json]:
    """The fields of a thing as the server shall have them once the action is done."""
    if isinstance(action, Create):
        resource = action.resource
        if resource.address.kind is Kind.AUTOMATION:
            return {**resource.fields, "tags": marked(resource.fields.get("tags"), mark)}
        if resource.address.kind is not Kind.DEPLOYMENT:
            return resource.fields
        tags, schedules = marked(resource.fields.get("tags"), mark), first_schedules(resource)
        return {**resource.fields, "tags": tags, "schedules": schedules}
    return {**action.observed.fields, **{each.field: each.after for each in action.changes}}


def after(plan: Plan, outcomes: Ended, seen: Seen, stamp: Stamp, now: Ledger | None) -> Ledger:
    """The ledger after a run: what exists, as it is, without what is gone or was never made."""
    made: dict[Address, str] = {}
    applied: dict[Address, Fields] = {
        kept.address: _noted(plan, kept.resource, kept.observed.fields) for kept in plan.kept
    }
    gone = set(plan.gone)
    for action in plan.actions:
        match action, outcomes[action.address]:
            case (Delete(), Done()):
                gone.add(action.address)
            case (Create(), Failed(error=Refused() | Moved()) | Skipped() | NotReached()):
                gone.add(action.address)
            case (Create(), Failed()):
                gone.discard(action.address)  # perhaps it was made: the next run will see
            case (Update(), Done()) if _only_moved(plan, action, now):
                gone.add(action.address)
            case (Create() | Update(), Done(id=str() as id)):
                gone.discard(action.address)
                made[action.address] = id
                if action.address in seen.found:
                    fields = seen.found[action.address].fields
                    applied[action.address] = _noted(plan, action.resource, fields)
            case (Adopt() | Protect(), Done(id=str() as id)):
                made[action.address] = id
                applied[action.address] = _noted(plan, action.resource, action.observed.fields)
            case _:
                continue
    gone |= _called_before(plan, made)
    if plan.only_adopts:
        applied = {address: applied.get(address) or _moved(plan, address) for address in made}
    noted = _known(plan, now).with_made(made, applied).without(gone)
    protection = _protection(plan, noted)
    ended = _ended(plan, outcomes, seen)
    return noted.with_protection(protection).with_apply(_entry(plan, stamp, ended))


def _called_before(plan: Plan, made: Mapping[Address, str]) -> set[Address]:
    """What automations were called while their deployments had other names: they are the same."""
    return {
        each.renamed_from
        for each in plan.wanted
        if each.address.kind is Kind.AUTOMATION
        and each.address in made
        and each.renamed_from is not None
    }


def with_written_back(
    plan: Plan, written: Collection[tuple[Address, str]], now: Ledger | None
) -> Ledger:
    """The ledger in which these fields were last applied as the server has them.

    The files say so by now; nothing else that is remembered changes.
    """
    assert plan.seen is not None
    known, applied = _known(plan, now), {}
    for resource in plan.all_wanted:
        names = {name for address, name in written if address == resource.address}
        if names and resource.address in plan.seen.things:
            noted = _noted(plan, resource, plan.seen.things[resource.address].fields)
            earlier = known.applied.get(resource.address, {})
            newly = {name: memory for name, memory in noted.items() if name in names}
            applied[resource.address] = {**earlier, **newly}
    return replace(known, applied={**known.applied, **applied})


def _noted(plan: Plan, resource: Resource, fields: Mapping[str, Json]) -> Fields:
    """The memories of the fields that are the resource's, which show no secret."""
    found = remembered(resource, fields)
    if not plan.secrets and not plan.hidden:
        return found
    return {name: without_secrets(each, plan.secrets, plan.hidden) for name, each in found.items()}


def _only_moved(plan: Plan, update: Update, now: Ledger | None) -> bool:
    """Whether a pool's default queue, which nobody wrote down, got back its place and no more."""
    is_ours = now is not None and update.address in now.ids
    return plan.goes_back and is_default_queue(update.address) and not is_ours


def _known(plan: Plan, now: Ledger | None) -> Ledger:
    """The ledger as it is, else as the plan saw it, from where the plan is applied."""
    known = now or plan.ledger or Ledger(origin=plan.origin, ids={})
    return replace(known, origin=plan.origin, preview=plan.preview or known.preview)


def _moved(plan: Plan, address: Address) -> Fields:
    """What the stack that it comes from remembers of a thing; nothing where nobody made it."""
    previous = plan.seen.previous if plan.seen is not None else None
    return previous.applied.get(address, {}) if previous is not None else {}


def _protection(plan: Plan, ledger: Ledger) -> dict[Address, bool]:
    previous = plan.seen.previous if plan.seen is not None else None
    if plan.only_adopts:
        moved = previous.protected if previous is not None else frozenset()
        return {address: True for address in moved if address in ledger.ids}
    return {
        resource.address: resource.protect
        for resource in plan.wanted
        if resource.protect is not None and resource.address in ledger.ids
    }


def _ended(plan: Plan, outcomes: Ended, seen: Seen) -> str:
    done = sum(isinstance(outcome, Done) for outcome in outcomes.values())
    whole = done == len(plan.actions) and not seen.left
    return "done" if whole else "partly" if done else "failed"


def _entry(plan: Plan, stamp: Stamp, ended: str) -> Applied:
    return Applied(
        at=stamp.at.isoformat(timespec="seconds"),
        who=stamp.who,
        tool=stamp.tool,
        digest=digest(plan),
        ended=ended,
        commit=stamp.commit,
        environment=plan.origin.environment,
        counts=counts(plan),
        dirty=stamp.dirty,
    )
