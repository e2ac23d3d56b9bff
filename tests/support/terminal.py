"""The command at a terminal, with a person who answers, or presses Ctrl-C."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Timer

from tests.support.command import command, surroundings
from tests.support.stage import Stage

_PATIENCE = 60.0  # seconds
LISTENING = (  # a shell that starts tests in the background has them ignore Ctrl-C
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """How a run at a terminal ended, and what stood on the screen."""

    code: int
    screen: str


def at_a_terminal(
    stage: Stage,
    *arguments: str,
    answer: str | signal.Signals = "",
    before: Callable[[], object] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Talk:
    """Run the command at a terminal; `answer` is typed, or sent, whenever it asks.

    `before` is done before the first answer.
    """
    ours, theirs = pty.openpty()
    stage.proxy.calls.clear()
    with subprocess.Popen(
        [sys.executable, "-c", LISTENING, *command(*arguments)],
        cwd=stage.folder,
        env=surroundings(stage.proxy.url, {"TERM": "xterm", **(environment or {})}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        screen, answered = "", 0
        deadline = Timer(_PATIENCE, process.kill)
        deadline.start()
        while part := _read(ours):
            screen += part
            if answer and screen.count("? [y/N]") > answered:
                answered += 1
                if before is not None and answered == 1:
                    before()
                _give(answer, process, ours)
        deadline.cancel()
    os.close(ours)
    return Talk(code=process.returncode, screen=screen)


def _give(answer: str | signal.Signals, process: subprocess.Popen[bytes], terminal: int) -> None:
    if isinstance(answer, signal.Signals):
        process.send_signal(answer)
    else:
        os.write(terminal, answer.encode())


def _read(terminal: int) -> str:
    """What the other side wrote; empty when it has hung up."""
    try:
        return os.read(terminal, 4096).decode(errors="replace")
    except OSError:
        return ""
