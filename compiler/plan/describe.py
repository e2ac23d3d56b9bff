"""From a plan to its document: what happens, whose doing it is, and what becomes of runs.

Nothing in a document depends on the folder it was made in, or on the machine.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, assert_never

from pydantic import JsonValue

from compiler.desired.address import Kind
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.desired.secret import Secret
from compiler.desired.secret_shape import is_secret_name
from compiler.diagnostics import Diagnostic, Span
from compiler.diff.change import Cause, FieldChange
from compiler.diff.compare import marked
from compiler.diff.parts import Part, parts
from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update
from compiler.plan.awaited import awaited_of, may_differ, shown, steps_of
from compiler.plan.build import Plan, counts
from compiler.plan.digest import digest
from compiler.plan.document import (
    ActionPart,
    AwaitedPart,
    ChangePart,
    Counts,
    FieldReason,
    NotePart,
    OriginPart,
    PlanDocument,
    Reason,
    RefusalPart,
    Requests,
    StepPart,
    Verb,
)
from compiler.plan.impact import as_part
from compiler.plan.part import Place
from compiler.state.memory import is_shown, recalled
from compiler.state.observed import MARKED

_OF_THE_FLOW = frozenset({"description", "parameter_openapi_schema"})
_WRITTEN: FieldReason = "written in the file"


class Masking(Protocol):
    """Whatever takes secrets out of values and texts."""

    def value(self, value: Json, *, secret: bool = False) -> Json:
        """The value with every secret replaced."""

    def text(self, text: str) -> str:
        """The text with every known secret replaced."""


class Placing(Protocol):
    """From a span to a place that is the same from every folder and in every clone."""

    def __call__(self, span: Span) -> Place: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the document says beside the plan; `server` is None for an embedded one."""

    tool: str
    at: datetime | None = None
    server: str | None = None
    commit: str | None = None
    findings: Sequence[Diagnostic] = ()


def describe(
    plan: Plan, circumstances: Circumstances, *, mask: Masking, place: Placing
) -> PlanDocument:
    """The document of a plan, with no secret in it."""
    number = counts(plan)
    at = circumstances.at
    findings = tuple(_finding(each, mask, place) for each in circumstances.findings)
    return PlanDocument(
        tool_version=circumstances.tool,
        created_at=at.isoformat(timespec="seconds").replace("+00:00", "Z") if at else None,
        server=circumstances.server,
        stack=plan.stack,
        origin=OriginPart(
            remote=plan.origin.remote,
            files=plan.origin.files,
            environment=plan.origin.environment,
        ),
        commit=circumstances.commit,
        digest=digest(plan),
        is_applicable=not any(each.severity == "error" for each in findings),
        counts=Counts(
            create=number["create"],
            update=number["change"],
            adopt=number["adopt"],
            delete=number["delete"],
            protect=number["protect"],
            known_after_build=may_differ(plan),
            unchanged=number["keep"] - may_differ(plan),
        ),
        actions=tuple(_Teller(plan, mask, place).told(action) for action in plan.actions),
        steps=tuple(_steps(plan, place)),
        known_after_build=tuple(_awaited(plan, mask, place)),
        notes=tuple(_notes(plan)),
        findings=findings,
        requests=Requests(
            writes=plan.requests.writes,
            housekeeping=plan.requests.housekeeping,
            reads=plan.requests.reads,
        ),
    )


def _notes(plan: Plan) -> Iterator[NotePart]:
    for note in plan.notes:
        yield NotePart(address=str(note.address) if note.address else None, text=note.text)
    if plan.left_out.actions:
        number = len(plan.left_out.actions)
        yield NotePart(address=None, text=f"not selected, and left as they are: {number}")
    if plan.takes_over and plan.ledger is not None:
        yield NotePart(address=None, text=f"the stack moves here from {plan.ledger.origin}")


def _steps(plan: Plan, place: Placing) -> Iterator[StepPart]:
    for turn, users in steps_of(plan):
        step = turn.step
        yield StepPart(
            name=step.name,
            section="push" if step.section == "push" else "build",
            function=step.function,
            users=users,
            at=place(step.at),
        )


def _awaited(plan: Plan, mask: Masking, place: Placing) -> Iterator[AwaitedPart]:
    for resource, name, path, before in awaited_of(plan):
        secret = any(map(is_secret_name, path))
        at = resource.where.get(path[0])
        yield AwaitedPart(
            address=str(resource.address),
            path=name,
            before=_plain(mask.value(before, secret=secret)),
            at=None if at is None else place(at),
        )


def _finding(finding: Diagnostic, mask: Masking, place: Placing) -> RefusalPart:
    return RefusalPart(
        code=finding.rule.code,
        severity=finding.severity.value,
        message=mask.text(finding.message),
        hint=None if finding.hint is None else mask.text(finding.hint),
        at=None if finding.at is None else place(finding.at),
    )


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells the steps of one plan."""

    plan: Plan
    mask: Masking
    place: Placing

    def told(self, action: Action) -> ActionPart:
        match action:
            case Create(resource, replaces):
                renamed = resource.renamed_from if replaces is not None else None
                missing: Reason = "not on the server"
                if self.plan.goes_back:
                    missing = "was deleted by the apply that is undone"
                return self._part(
                    action,
                    ("create", missing if renamed is None else "renamed"),
                    renamed_from=None if renamed is None else str(renamed),
                    changes=tuple(self._made(resource)),
                )
            case Update(resource, _, changes, adopts):
                told = tuple(
                    self._change(part, one, resource) for one in changes for part in parts(one)
                )
                reason: Reason = "exists and is adopted" if adopts else "differs from the files"
                if self.plan.goes_back:
                    reason = "was changed by the apply that is undone"
                return self._part(action, ("update", reason), is_adopted=adopts, changes=told)
            case Adopt():
                return self._part(action, ("adopt", "exists and is adopted"), is_adopted=True)
            case Protect(_, _, is_on):
                if is_on:
                    return self._part(action, ("protect", "protection was asked for"))
                return self._part(action, ("unprotect", "protection was lifted"))
            case Delete(_, _, why):
                return self._part(action, ("delete", why.value))
            case _:
                assert_never(action)

    def _part(
        self,
        action: Action,
        what: tuple[Verb, Reason],
        *,
        is_adopted: bool = False,
        renamed_from: str | None = None,
        changes: tuple[ChangePart, ...] = (),
    ) -> ActionPart:
        impact = self.plan.impacts.get(action.address)
        return ActionPart(
            action=what[0],
            address=str(action.address),
            kind=action.address.kind.value,
            reason=what[1],
            id=None if isinstance(action, Create) else action.observed.id,
            is_adopted=is_adopted,
            renamed_from=renamed_from,
            at=None if isinstance(action, Delete) else self.place(action.resource.written_at),
            changes=changes,
            impact=None if impact is None else as_part(impact),
        )

    def _made(self, resource: Resource) -> Iterator[ChangePart]:
        """All that a new thing will have, but what rides along and differs with every commit."""
        fields = {**resource.initial, **resource.fields}
        if resource.address.kind in MARKED:
            fields["tags"] = marked(fields.get("tags"), self.plan.mark)
        for name, value in sorted(fields.items()):
            yield ChangePart(
                path=name,
                field=name,
                how="added",
                before=None,
                after=self._masked(name, shown(value, resource.unbuilt.texts)),
                cause="change",
                reason=self._reason(name, resource, Cause.CHANGE),
                at=self.place(resource.where[name]) if name in resource.where else None,
            )

    def _change(self, part: Part, change: FieldChange, resource: Resource) -> ChangePart:
        secret = any(map(is_secret_name, part.path))
        wanted = shown(part.after, resource.unbuilt.texts)
        after = self._masked(part.path[-1], wanted, secret=secret)
        hides = secret or after != _plain(wanted)
        known = is_shown(part.old) and not hides
        return ChangePart(
            path=str(part),
            field=change.field,
            how=part.how,
            before=self._masked(part.path[-1], part.before, secret=hides),
            after=after,
            last_applied=_plain(recalled(part.old)) if known and part.old is not None else None,
            is_last_applied_known=known,
            cause=part.cause.value,
            reason=self._reason(change.field, resource, change.cause),
            at=self.place(resource.where[change.field]) if change.field in resource.where else None,
        )

    def _reason(self, name: str, resource: Resource, cause: Cause) -> FieldReason:
        return "as it was before" if self.plan.goes_back else _reason(name, resource, cause)

    def _masked(self, name: str, value: Json, *, secret: bool = False) -> JsonValue:
        return _plain(self.mask.value(value, secret=secret or is_secret_name(name)))


def _reason(name: str, resource: Resource, cause: Cause) -> FieldReason:
    if cause is Cause.LEFT:
        return "default of the server"
    if name in resource.fields:
        of_the_flow = name in _OF_THE_FLOW and name not in resource.where
        return "read from the flow" if of_the_flow and _is_deployment(resource) else _WRITTEN
    return "tag of the stack" if name == "tags" else "default of the server"


def _is_deployment(resource: Resource) -> bool:
    return resource.address.kind is Kind.DEPLOYMENT


def _plain(value: Json) -> JsonValue:
    """The value in lists and dictionaries, as a document holds it; a secret is masked by now."""
    if isinstance(value, Secret):
        return str(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
