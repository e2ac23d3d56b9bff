"""One stack on a server, applied and looked at again and again, with a count of its requests."""

from dataclasses import dataclass, field

from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.build import Allowed, Plan
from compiler.plan.requests import RequestCount
from compiler.plan.selection import EVERYTHING, Selection
from compiler.state.ledger import Origin
from reconciler import ledger, pipeline
from reconciler.api.client import PrefectClient
from reconciler.api.connect import Connection
from reconciler.lock.hold import Terms, hold
from tests.support.builders import ORIGIN, STAMP
from tests.support.locking import ADA, Heard
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Recorder

ANYTHING = Allowed(adopt=True, force=True, take_over=True)
ORDINARY = Allowed(force=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A plan that was applied."""

    plan: Plan
    counted: RequestCount


@dataclass(frozen=True, slots=True)
class Rounds:
    """Applies what it is given, and says what was asked of the server."""

    http: Connection
    recorder: Recorder
    origin: Origin = ORIGIN
    client: PrefectClient = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "client", PrefectClient(self.http))

    async def plan(
        self,
        desired: DesiredState,
        allowed: Allowed = ORDINARY,
        selection: Selection = EVERYTHING,
    ) -> Plan:
        """The plan, which no guard refuses."""
        report = Report()
        planned = await pipeline.plan(
            desired, self.client, self.origin, allowed=allowed, selection=selection, report=report
        )
        assert not report.has_errors, [each.message for each in report]
        return planned

    async def apply(
        self,
        desired: DesiredState,
        allowed: Allowed = ORDINARY,
        selection: Selection = EVERYTHING,
    ) -> Round:
        """Plan and apply, which has to succeed."""
        report, planned = Report(), await self.plan(desired, allowed, selection)
        self.recorder.calls.clear()
        if planned.is_empty:
            return Round(plan=planned, counted=counted(self.recorder))
        terms = Terms(holder=ADA, patience=0, hear=Heard())
        async with hold(self.client, pipeline.stacks_of(planned), terms) as held:
            assert await pipeline.is_current(planned, held.client)
            done = await pipeline.apply(planned, desired, held.client, STAMP, report=report)
        assert done.all_done, [each.message for each in report]
        return Round(plan=planned, counted=counted(self.recorder))

    async def forget(self, stack: str) -> None:
        """Lose the ledger."""
        document = await self.client.block_document(ledger.BLOCK_TYPE, stack)
        if document is not None:
            (await self.http.delete(f"/block_documents/{document.id}")).raise_for_status()


def counted(recorder: Recorder) -> RequestCount:
    """What was asked for and answered: a busy database is asked again."""
    calls = [call for call in recorder.calls if call.status is not None and call.status < 500]
    roles = [call.role.value for call in calls]
    return RequestCount(
        writes=roles.count("write"),
        housekeeping=roles.count("housekeeping"),
        reads=roles.count("read"),
    )


def rounds_on(server: PrefectServer, origin: Origin = ORIGIN) -> Rounds:
    """Rounds of a stack on this server; close `http` in the end."""
    recorder = Recorder(server.transport)
    return Rounds(server.connect(recorder), recorder, origin)
