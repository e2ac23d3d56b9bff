"""What is happening: a bar on a terminal, lines elsewhere."""

import os
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update
from deploy.console import Console
from deploy.streams import room
from reconciler.apply.walker import Done, Failed

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

_DONE = {
    Create: "created",
    Update: "changed",
    Adopt: "adopted",
    Protect: "noted",
    Delete: "deleted",
}
_EACH = 100  # actions up to which each has a line of its own
_SHARE = 20  # lines for all of more
_NARROWEST = 40  # columns
_ECHO = 4  # columns for the ^C that a terminal writes itself: in the next line it would stay
_PATIENCE = 30.0  # seconds after which a line comes, however little was done


class Progress:
    """A listener that shows how far an apply is, and how long it will take."""

    def __init__(
        self, total: int, console: Console, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._console = console
        self._total = total
        self._ended = 0
        self._clock = clock
        self._begun = self._told_at = clock()
        self._told = 0
        self._is_each = total <= _EACH or console.is_detailed
        is_moving = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        silent = console.is_detailed or console.is_quiet
        self._bar = _bar() if is_moving and not silent else None
        if self._bar is not None:
            self._task = self._bar.add_task("applying", total=total)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._console.aside = self._above
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._console.aside = None
        if self._bar is not None:
            self._bar.stop()

    def started(self, action: Action) -> None:
        """Name what is being done."""
        if self._bar is not None:
            self._bar.update(self._task, description=self._console.mask.text(str(action.address)))

    def ended(self, action: Action, outcome: Done | Failed) -> None:
        """Count it."""
        self._ended += 1
        is_done = isinstance(outcome, Done)
        if self._bar is not None:
            self._bar.advance(self._task)
        elif self._is_each or not is_done:
            what = _DONE[type(action)] if is_done else "failed"
            self._console.tell(f"[{self._ended}/{self._total}] {action.address} {what}")
        elif self._is_due():
            self._told, self._told_at = self._ended, self._clock()
            self._console.tell(f"[{self._ended}/{self._total}]{self._left()}")

    def _is_due(self) -> bool:
        """Whether enough was done, or time has passed, for the next line."""
        is_far = (self._ended - self._told) * _SHARE >= self._total
        return is_far or self._ended == self._total or self._waited() >= _PATIENCE

    def _waited(self) -> float:
        return self._clock() - self._told_at

    def _left(self) -> str:
        """How long the rest takes if it goes on like this."""
        left = (self._clock() - self._begun) / self._ended * (self._total - self._ended)
        if self._ended == self._total:
            return " done"
        return f" done, about {_lasting(left)} left"

    def _above(self, text: str) -> None:
        """Say something while the bar is there: it stays below."""
        assert self._bar is not None
        self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)


def _lasting(seconds: float) -> str:
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _bar() -> "Bar":
    """Counts, the time left and what is under way, in one line of the terminal."""
    from rich import progress  # noqa: PLC0415  # only for a terminal
    from rich.console import Console as Terminal  # noqa: PLC0415
    from rich.table import Column  # noqa: PLC0415

    columns = max(_NARROWEST, (room(sys.stderr) or 0) - _ECHO)
    name = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    return progress.Progress(
        progress.BarColumn(bar_width=16),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(compact=True),
        progress.TextColumn("{task.description}", table_column=name, markup=False),
        console=Terminal(stderr=True, width=columns),
        transient=True,
        expand=True,
    )
