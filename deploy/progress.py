"""What is happening: a bar on a terminal, a line an action elsewhere."""

import sys
from types import TracebackType
from typing import Self

from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update
from deploy.console import Console
from reconciler.apply.walker import Done, Failed

_DONE = {
    Create: "created",
    Update: "changed",
    Adopt: "adopted",
    Protect: "noted",
    Delete: "deleted",
}


class Progress:
    """A listener that shows how far an apply is."""

    def __init__(self, total: int, console: Console) -> None:
        self._console = console
        self._total = total
        self._ended = 0
        self._bar = None
        if sys.stderr.isatty() and not console.is_detailed:
            from rich.console import Console as Terminal  # noqa: PLC0415  # only for a terminal
            from rich.progress import Progress as Bar  # noqa: PLC0415

            self._bar = Bar(console=Terminal(stderr=True), transient=True)
            self._task = self._bar.add_task("applying", total=total)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def started(self, action: Action) -> None:
        """Name what is being done."""
        if self._bar is not None:
            self._bar.update(self._task, description=self._console.mask.text(str(action.address)))

    def ended(self, action: Action, outcome: Done | Failed) -> None:
        """Count it."""
        self._ended += 1
        if self._bar is not None:
            self._bar.advance(self._task)
            return
        what = _DONE[type(action)] if isinstance(outcome, Done) else "failed"
        self._console.tell(f"[{self._ended}/{self._total}] {action.address} {what}")
