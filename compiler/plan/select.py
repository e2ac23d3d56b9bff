"""The part of a plan that is selected; the rest is left as it is, deletions included."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import assert_never

from compiler.desired.address import Address, Kind
from compiler.desired.block_secrets import blocks_in
from compiler.desired.json import Json
from compiler.desired.naming import references
from compiler.diagnostics import Report
from compiler.diagnostics.pages import needs_unselected, nothing_selected
from compiler.diagnostics.spelling import nearest
from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update
from compiler.plan.build import LeftOut, Plan
from compiler.plan.selection import Choice, Selection, Subject, subject_of
from compiler.state.observed import Observed

_Needed = Create | Update | Delete
_VERBS: Mapping[type[_Needed], str] = {Create: "created", Update: "changed", Delete: "deleted"}


def select(plan: Plan, selection: Selection, report: Report) -> Plan:
    """The plan cut down to what is selected.

    An argument that means nothing of the stack is an error, and so is a step that needs
    another one which is not selected.
    """
    if selection.is_everything:
        return plan
    subjects = {each.address: each for each in _subjects(plan)}
    check_choices(selection, tuple(subjects.values()), report)
    chosen = frozenset(key for key, each in subjects.items() if selection.takes(each))
    parted = cut(plan, chosen)
    for action in parted.actions:
        for other in needed(action, parted.left_out.actions):
            is_excluded = selection.excludes(subjects[other.address])
            _refuse_need(action, other, is_excluded=is_excluded, report=report)
    return parted


def _subjects(plan: Plan) -> Iterator[Subject]:
    yield from (subject_of(resource) for resource in plan.wanted)
    yield from (subject_of(action) for action in plan.actions if isinstance(action, Delete))


def cut(plan: Plan, chosen: frozenset[Address]) -> Plan:
    """The plan with what is chosen of it; the rest is left as it is on the server."""
    actions = tuple(each for each in plan.actions if each.address in chosen)
    return replace(
        plan,
        actions=actions,
        after={key: needs & chosen for key, needs in plan.after.items() if key in chosen},
        kept=tuple(each for each in plan.kept if each.address in chosen),
        notes=tuple(each for each in plan.notes if each.address in {None, *chosen}),
        recipes=tuple(each for each in plan.recipes if each.users & chosen),
        left_out=LeftOut(
            actions=tuple(each for each in plan.actions if each.address not in chosen),
            kept=tuple(each for each in plan.kept if each.address not in chosen),
        ),
    )


def check_choices(
    selection: Selection,
    subjects: tuple[Subject, ...],
    report: Report,
    *,
    whole: str = "the stack",
) -> None:
    """Report what means nothing of `whole`, which has these subjects."""
    idle = [each for each in selection.chosen if not any(map(each.takes, subjects))]
    for choice in idle:
        message = f"--select {choice.text!r} means nothing of {whole}"
        report.add(nothing_selected.RULE, message, None, hint=_meant(choice, subjects))
    for choice in selection.excluded:
        if not any(map(choice.takes, subjects)):
            message = f"--exclude {choice.text!r} means nothing of {whole}"
            report.add(nothing_selected.RULE, message, None, hint=_meant(choice, subjects))
    if not idle and not any(map(selection.takes, subjects)):
        message = "everything that is selected is excluded"
        report.add(nothing_selected.RULE, message, None, hint="see what --exclude means")


def _meant(choice: Choice, subjects: tuple[Subject, ...]) -> str:
    """The first word that no thing matches, as it was probably meant."""
    for word in choice.words:
        known = sorted({value for each in subjects for value in each.values(word.by)})
        if known and not any(map(word.holds, subjects)):
            near = nearest(word.glob, known)
            return f"did you mean '{word.by}:{near[0]}'?" if near else _some(word.by, known)
    return "see `deploy plan` for what the stack has"


def _some(by: str, known: list[str]) -> str:
    shown = ", ".join(known[:3]) + (" …" if len(known) > 3 else "")
    return f"by {by} it has: {shown}"


def needed(action: Action, others: tuple[Action, ...]) -> Iterator[_Needed]:
    """Those of the others without which an action must not be carried out."""
    changing = [each for each in others if not isinstance(each, (Adopt, Protect))]
    match action:
        case Create(resource) | Update(resource):
            for other in changing:
                is_replaced = isinstance(other, Delete) and other.address == resource.renamed_from
                is_needed = other.address in resource.needs or is_replaced
                if is_needed or _is_in_one_order(action, other):
                    yield other
        case Delete(address):
            yield from (other for other in changing if _hangs_on(other, address))
        case Adopt() | Protect():
            return
        case _:
            assert_never(action)


def _is_in_one_order(action: _Needed, other: _Needed) -> bool:
    """Whether both give a queue of one pool its priority: each moves the others on."""
    return _moves(action) and _moves(other) and action.address.path[0] == other.address.path[0]


def _moves(action: _Needed) -> bool:
    if action.address.kind is not Kind.WORK_QUEUE:
        return False
    match action:
        case Create(resource):
            return "priority" in resource.fields
        case Update(_, _, changes):
            return any(change.field == "priority" for change in changes)
        case Delete():
            return False
        case _:
            assert_never(action)


def _hangs_on(action: _Needed, place: Address) -> bool:
    """Whether the action takes something out of what is at `place`, or takes its place."""
    match action:
        case Create(resource):
            return resource.renamed_from == place
        case Update(_, observed) | Delete(_, observed):
            if action.address.kind is Kind.AUTOMATION:
                named = (each.address for each in references(observed.fields))
                return place in named
            if place.kind is Kind.BLOCK:
                return _refers(observed, place)
            if place.kind is Kind.DEPLOYMENT or action.address.kind is Kind.BLOCK:
                return False
            inside = _place_of(action.address, observed)
            return inside[: len(place.path)] == place.path
        case _:
            assert_never(action)


def _refers(observed: Observed, place: Address) -> bool:
    """Whether a block, as it is there, has the one at `place` in it."""
    return "/".join(place.path) in blocks_in(observed.fields.get("data")).values()


def _place_of(address: Address, observed: Observed) -> tuple[Json, ...]:
    """The pool and the queue that a thing is, or runs in."""
    if address.kind is not Kind.DEPLOYMENT:
        return address.path
    return tuple(observed.fields.get(name) for name in ("work_pool_name", "work_queue_name"))


def _refuse_need(action: Action, other: _Needed, *, is_excluded: bool, report: Report) -> None:
    message = (
        f"{action.address} needs {other.address}, which is not selected "
        f"and would be {_VERBS[type(other)]}"
    )
    hint = f"add --select '{_words(other.address)}'"
    at = None if isinstance(action, Delete) else action.resource.written_at
    hint = "do not exclude it, or exclude both" if is_excluded else hint
    report.add(needs_unselected.RULE, message, at, hint=hint)


def _words(address: Address) -> str:
    """What selects this one thing."""
    return f"kind:{address.kind} name:{'/'.join(address.path)}"
