"""What a run planned, sent and was answered, as JSON lines: `--journal FILE`.

Each line is written at once and whole, so that a run that is killed leaves all that it had
done.  `docs/explanation/journal.md` says what each means; no value that is written to a
server is in any of them.
"""

import json
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from compiler.desired.json import Json
from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update
from compiler.plan.build import Plan, counts
from compiler.plan.digest import digest
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.job import Job
from reconciler.api.errors import ApiError
from reconciler.api.trace import Answered, Hearer, Sent
from reconciler.apply.events import Listener
from reconciler.apply.walker import Done, Failed, NotReached, Skipped
from reconciler.pipeline import Outcomes

FORMAT = "1.0"
_VERBS: dict[type[Action], str] = {
    Create: "create",
    Update: "update",
    Adopt: "adopt",
    Protect: "protect",
    Delete: "delete",
}
Now = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Journal:
    """Writes down a run; without a file nothing.

    A disk that is full while things are being written to a server ends the journal, not
    the run: half an apply is worse than half a journal.
    """

    def __init__(self, file: FileIO | None, console: Console, *, now: Now = _now) -> None:
        self._file = file
        self._console = console
        self._now = now
        self._run = secrets.token_hex(4)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._note("run-ended", exit=None, error=kind.__name__)
        if self._file is not None:
            self._file.close()

    @property
    def hearer(self) -> Hearer | None:
        """Whoever is to be told of requests: nobody, if nothing is written down."""
        return None if self._file is None else self

    def began(self, job: Job) -> None:
        """The run has begun: whose, from where, on which server."""
        told = self._console.mask.text
        self._note(
            "run-started",
            tool_version=job.stamp.tool,
            pid=os.getpid(),
            who=told(job.stamp.who),
            server=told(job.target.name.partition("?")[0]),
            stack=None if job.desired.stack is None else told(job.desired.stack),
            environment=None if job.origin.environment is None else told(job.origin.environment),
            commit=None if job.stamp.commit is None else told(job.stamp.commit),
        )

    def ended(self, code: int) -> None:
        """The run has ended with this exit code."""
        self._note("run-ended", exit=int(code), error=None)

    def planned(self, plan: Plan) -> None:
        """This is what the run is about to do, if nobody objects."""
        actions: list[Json] = [self._of(action) for action in plan.actions]
        self._note("planned", digest=digest(plan), counts=dict(counts(plan)), actions=actions)

    def action_started(self, action: Action) -> None:
        """An action is about to be carried out."""
        self._note("action-started", **self._of(action))

    def action_ended(self, action: Action, outcome: Done | Failed) -> None:
        """An action has been tried."""
        if isinstance(outcome, Done):
            self._note("action-ended", **self._of(action), outcome="done")
            return
        error = outcome.error
        call = self._console.mask.text(error.call) if isinstance(error, ApiError) else None
        kind = type(error).__name__
        self._note("action-ended", **self._of(action), outcome="failed", error=kind, call=call)

    def skipped(self, plan: Plan, outcomes: Outcomes) -> None:
        """What was not tried, because of what."""
        for action in plan.actions:
            match outcomes.of.get(action.address):
                case Skipped(root):
                    because = self._console.mask.text(str(root))
                    part = self._of(action)
                    self._note("action-ended", **part, outcome="skipped", because=because)
                case NotReached():
                    self._note("action-ended", **self._of(action), outcome="not reached")
                case _:
                    continue

    def sent(self, request: Sent) -> None:
        """A request is about to be sent."""
        self._note(
            "request",
            number=request.number,
            method=request.method,
            path=self._console.mask.text(request.path),
            role=request.role.value,
            tried=request.tried,
            fields=list(request.fields),
        )

    def answered(self, answer: Answered) -> None:
        """A request was answered, or its answer was lost."""
        self._note(
            "answer",
            number=answer.sent.number,
            seconds=round(answer.seconds, 3),
            status=answer.status,
            error=answer.error,
        )

    def _of(self, action: Action) -> dict[str, Json]:
        address = self._console.mask.text(str(action.address))
        return {"address": address, "action": _VERBS[type(action)]}

    def _note(self, event: str, /, **facts: Json) -> None:
        if self._file is None:
            return
        at = self._now().astimezone(UTC).isoformat(timespec="milliseconds")
        head = {"format_version": FORMAT, "run": self._run, "at": at.replace("+00:00", "Z")}
        line = json.dumps({**head, "event": event, **facts}) + "\n"
        try:
            self._file.write(line.encode())  # in one piece: others may append to the same file
        except OSError as error:
            self._file.close()
            self._file = None
            self._console.warn(f"the journal ends here, and the run goes on: {error.strerror}")


class Both:
    """Two listeners as one: a person who watches, and the journal."""

    def __init__(self, watching: Listener, journal: Journal) -> None:
        self._watching = watching
        self._journal = journal

    def started(self, action: Action) -> None:
        """Tell both."""
        self._journal.action_started(action)
        self._watching.started(action)

    def ended(self, action: Action, outcome: Done | Failed) -> None:
        """Tell both."""
        self._journal.action_ended(action, outcome)
        self._watching.ended(action, outcome)


def open_journal(path: Path | None, console: Console) -> Journal:
    """A journal that goes on where the file ends; None is one that writes nothing.

    Raises:
        Complaint: the file cannot be written.
    """
    if path is None:
        return Journal(None, console)
    try:
        file = FileIO(path, "a+", opener=_private)
        if _is_torn(file):
            file.write(b"\n")
    except OSError as error:
        message = f"the journal {str(path)!r} cannot be written: {error.strerror}"
        raise Complaint(message, hint="nothing was written to the server") from error
    return Journal(file, console)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # who did what is nobody else's business


def _is_torn(file: FileIO) -> bool:
    """Whether the last line has no end: its writer was killed, or its disk was full."""
    if not file.seekable() or file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"
