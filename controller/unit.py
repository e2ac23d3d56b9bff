"""The unit of reconciling: one stack at one commit, from its files to the server.

A function of what it is given and of what the server holds.  It remembers nothing and prints
nothing, and may be called by anybody: a loop, a flow run, a test.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from compiler import Compilation
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report, Span
from compiler.diagnostics.pages import wrong_server
from compiler.plan.build import Allowed, Plan
from compiler.plan.claim import kept_unwanted
from compiler.plan.describe import Circumstances, describe
from compiler.plan.digest import digest
from compiler.plan.document import PlanDocument
from compiler.plan.leave import drifted, without_drift
from compiler.plan.mask import Mask
from compiler.plan.part import Place
from compiler.plan.secrets import secrets_of
from controller.aside import Aside
from controller.ending import ended
from controller.files import Compiled, Files, compile_files, shown_to_files
from controller.findings import found_in
from controller.roster import Stack
from controller.settled import Found, Settled, State
from controller.sight import Sight, pack, sight_of
from controller.windows import Opening, opening
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from reconciler.api.errors import ApiError
from reconciler.apply.walker import Done, Halt
from reconciler.ledger import UnreadableLedger
from reconciler.lock.hold import Held, Notice, Terms, hold
from reconciler.lock.holder import this_process
from reconciler.lock.take import StackIsLocked
from reconciler.observe.block_types import Installed, nothing_installed
from reconciler.observe.sources import SourceReader
from reconciler.remember import Stamp
from reconciler.settling import Secrecy, settled
from reconciler.suspension import suspended

LOG = logging.getLogger(__name__)
T = TypeVar("T")
_SHORTEST, _LONGEST = 8.0, 130.0  # seconds that a lock is waited for


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What every look needs, whichever stack it is at.

    `taken` are the environment variables that files do not get to see, `secrets` the texts
    that nothing may show.  `is_at` says whether an address is the server's; `render` makes
    Markdown of a plan.
    """

    who: str
    tool: str
    aside: Aside
    is_at: Callable[[str], bool]
    render: Callable[[PlanDocument], str]
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    taken: frozenset[str] = frozenset()
    secrets: tuple[str, ...] = field(default=(), repr=False)
    installed: Installed = nothing_installed
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One stack at one commit, on its server."""

    stack: Stack
    files: Files
    compiled: Compiled
    means: Means
    secrecy: Secrecy
    halt: Halt

    @property
    def compilation(self) -> Compilation:
        """What came of compiling the files."""
        return self.compiled.compilation

    def place(self, span: Span) -> Place:
        """The place of a span, from the root of the repository; messages name files from there."""
        return Place(file=span.file, line=span.start.line, column=span.start.column)

    def settled(self, state: State, report: Report | None = None) -> Settled:
        """A summary without a plan."""
        return Settled(
            stack=self.stack.name,
            state=state,
            commit=self.files.commit,
            subject=self.secrecy.mask.text(self.files.subject),
            at=self.means.now(),
            findings=self._found(report) if report is not None else (),
        )

    def _found(self, report: Report) -> tuple[Found, ...]:
        return found_in(report, self.secrecy.mask, self.compilation.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A plan, cut down to what may be carried out; with an error in `report` none of it may."""

    desired: DesiredState
    plan: Plan | None
    report: Report
    drift: int = 0
    kept: int = 0
    ids: frozenset[str] = frozenset()
    sight: Sight | None = None


async def reconcile(
    stack: Stack,
    files: Files,
    client: PrefectClient,
    means: Means,
    *,
    before: Settled | None = None,
    halt: Halt | None = None,
) -> Settled:
    """Make the server equal to the stack's file, as far as the stack allows it.

    What the server refused `before` is not asked for again, as long as the plan is the same.
    Once `halt` is called, what is under way is finished, and nothing else is begun.
    """
    environ = shown_to_files(means.environ, means.taken)
    compiled = await means.aside(lambda: compile_files(stack, files, environ))
    mask = Mask((*means.secrets, *compiled.compilation.secrets))
    reader = SourceReader(compiled.reach)
    look = _Look(
        stack=stack,
        files=files,
        compiled=compiled,
        means=means,
        secrecy=Secrecy(mask=mask, reader=reader, installed=means.installed),
        halt=halt or Halt(),
    )
    desired = _wanted(look)
    if desired is None:
        return look.settled(State.INVALID, look.compilation.report)
    try:
        return await _brought_there(desired, look, client, before)
    except StackIsLocked as locked:
        reason = mask.text(str(locked))
        return replace(look.settled(State.LOCKED), reason=reason)
    except ApiError as error:
        return replace(look.settled(State.FAILED), reason=mask.text(str(error)))
    except UnreadableLedger as error:
        return replace(look.settled(State.INVALID), reason=mask.text(str(error)))


def _wanted(look: _Look) -> DesiredState | None:
    """What the files want of this server; None if the report says why not."""
    desired, report, pin = look.compilation.desired, look.compilation.report, look.compilation.pin
    if desired is not None and pin is not None and not look.means.is_at(pin.url):
        message = f"the environment belongs to {pin.url}, and the controller has another server"
        report.add(wrong_server.RULE, message, pin.at)
    if desired is None or report.has_errors:
        return None
    prunes = desired.policy.prunes if look.stack.prunes is None else look.stack.prunes
    policy = replace(desired.policy, prunes=prunes)
    return replace(desired, policy=policy, secrets=look.secrecy.mask.secrets)


async def _brought_there(
    desired: DesiredState, look: _Look, client: PrefectClient, before: Settled | None
) -> Settled:
    seen = await _seen(desired, look, client)
    look = await _with_suspension(look, seen, client)
    now = opening(look.stack.windows, look.means.now())
    if (ending := _without_writing(seen, look, now, before)) is not None:
        return ending
    assert seen.plan is not None
    terms = _terms(look, before)
    async with hold(client, pipeline.stacks_of(seen.plan), terms) as held:
        if held.waited or not await pipeline.is_current(seen.plan, held.client):
            seen = await _seen(desired, look, held.client)
            look = await _with_suspension(look, seen, held.client)
            if (ending := _without_writing(seen, look, now, before)) is not None:
                return ending
        ending, text = await _applied(seen, look, held)
    if ending.written:
        await _kept_for_people(text, look, client)
    return ending


async def _with_suspension(look: _Look, seen: _Seen, client: PrefectClient) -> _Look:
    """Whether a person has stopped the stack: asked only where something would be written."""
    if look.stack.suspended or seen.plan is None or seen.plan.is_empty:
        return look
    stopped = await suspended(client, [look.stack.name])
    return replace(look, stack=replace(look.stack, suspended=bool(stopped)))


def _terms(look: _Look, before: Settled | None) -> Terms:
    """At first no longer than it takes to see that a holder has died; later until it is sure."""

    def hear(notice: Notice) -> None:
        del notice

    was_locked = before is not None and before.state is State.LOCKED
    holder = this_process(look.means.who, look.files.commit)
    return Terms(holder=holder, patience=_LONGEST if was_locked else _SHORTEST, hear=hear)


async def _seen(desired: DesiredState, look: _Look, client: PrefectClient) -> _Seen:
    """The plan as the server is now."""
    report = Report(look.compilation.report)
    filled = await settled(desired, client, look.secrecy, report)
    if report.has_errors:
        return _Seen(desired=filled, plan=None, report=report)
    origin = look.compiled.origin
    plan = await pipeline.plan(filled, client, origin, allowed=Allowed(), report=report)
    look.secrecy.mask.learn(secrets_of(plan))
    parted = plan if look.stack.self_heals else without_drift(plan)
    known = plan.ledger.ids.values() if plan.ledger is not None else ()
    return _Seen(
        desired=filled,
        plan=parted,
        report=report,
        drift=len(drifted(plan)),
        kept=len(kept_unwanted(filled, plan.seen)) if plan.seen is not None else 0,
        ids=frozenset(filter(None, known)),
        sight=sight_of(plan, _document(plan, look)),
    )


def _without_writing(
    seen: _Seen, look: _Look, now: Opening, before: Settled | None
) -> Settled | None:
    """What comes of it if nothing is to be written, or nothing may be; None if something is."""
    told = replace(
        look.settled(State.SYNCED, seen.report),
        planned=True,
        drift=seen.drift,
        kept=seen.kept,
        ids=seen.ids,
        sight=pack(seen.sight) if seen.sight is not None else b"",
    )
    if seen.plan is None or seen.report.has_errors:
        return replace(told, state=State.INVALID)
    if seen.plan.is_empty:
        return replace(told, state=State.DRIFTED if seen.drift else State.SYNCED)
    told = replace(told, waiting=len(seen.plan.actions))
    if (reason := _held_back(look, now)) is not None:
        state = State.FAILED if look.halt.is_called else State.PENDING
        again_in = None if now.is_open else now.lasts
        return replace(told, state=state, reason=reason, again_in=again_in)
    if before is not None and _is_refused_again(seen.plan, look, before):
        return replace(before, at=told.at, drift=told.drift, written=False, sight=told.sight)
    return None


def _is_refused_again(plan: Plan, look: _Look, before: Settled) -> bool:
    """Whether the server has refused this very plan of this commit."""
    return before.commit == look.files.commit and before.refused == digest(plan)


def _held_back(look: _Look, now: Opening) -> str | None:
    """Why nothing may be written now; None if it may."""
    if look.halt.is_called:
        return look.halt.reason
    if look.stack.suspended:
        return "the stack is suspended"
    return None if now.is_open else "no window is open"


async def _applied(seen: _Seen, look: _Look, held: Held) -> tuple[Settled, str]:
    """What comes of carrying the plan out, and the plan in Markdown."""
    assert seen.plan is not None
    plan, report, means = seen.plan, Report(seen.report), look.means
    text = means.render(_document(plan, look))
    stamp = Stamp(
        who=means.who, tool=means.tool, at=means.now(), commit=look.files.commit, dirty=False
    )
    course = pipeline.Course(halt=look.halt)
    outcomes = await pipeline.apply(
        plan, seen.desired, held.client, stamp, report=report, course=course
    )
    left = len(plan.left_out.actions)
    done = {str(address) for address, one in outcomes.of.items() if isinstance(one, Done)}
    told = replace(
        look.settled(State.SYNCED, report),
        written=outcomes.count(Done) > 0,
        planned=True,
        drift=left,
        healed=seen.drift - left,
        kept=seen.kept,
        sight=pack(seen.sight.with_done(done)) if seen.sight is not None else b"",
        ids=seen.ids | {one.id for one in outcomes.of.values() if isinstance(one, Done) and one.id},
    )
    return ended(told, outcomes, report, digest(plan)), text


def _document(plan: Plan, look: _Look) -> PlanDocument:
    circumstances = Circumstances(
        tool=look.means.tool, at=look.means.now(), commit=look.files.commit
    )
    return describe(plan, circumstances, mask=look.secrecy.mask, place=look.place)


async def _kept_for_people(text: str, look: _Look, client: PrefectClient) -> None:
    """An artifact with the plan that was carried out.  That it fails changes nothing."""
    description = f"`{look.stack.name}` at commit `{look.files.commit}`"
    try:
        await client.create_artifact(
            f"deploy-{look.stack.name}", markdown=text, description=description
        )
    except ApiError as error:
        LOG.warning("no artifact of the plan was made: %s", look.secrecy.mask.text(str(error)))
