"""The command in a real terminal: tmux on a socket of its own, a person who types, what is seen."""

import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.command import command, surroundings

_PATIENCE = 60.0  # seconds
_LINES = 60
_SHELL = 'file=$1; shift; trap : INT; "$@"; echo $? > "$file"; exec sleep 600'  # stays to be seen

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """A terminal in which one program runs; `code` is a file for its exit code."""

    socket: str
    columns: int
    code: Path

    def type(self, text: str) -> None:
        """Type letters, and Enter for a break of line."""
        for part in text.splitlines(keepends=True):
            if part.rstrip("\n"):
                self._tmux("send-keys", "-l", part.rstrip("\n"))
            if part.endswith("\n"):
                self._tmux("send-keys", "Enter")

    def press(self, key: str) -> None:
        """Press a key, called as tmux calls it: C-c."""
        self._tmux("send-keys", key)

    def screen(self, *, styled: bool = False) -> str:
        """All that was ever seen, as it is laid out, without blanks at ends of lines."""
        return self._captured(*(["-e"] if styled else []))

    def wrapped(self) -> list[str]:
        """Lines that were too wide for the terminal, so that it broke them itself."""
        rows = set(self._captured().splitlines())
        return [line for line in self._captured("-J").splitlines() if line.rstrip() not in rows]

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + _PATIENCE
        while not is_so():
            assert time.monotonic() < end, self.screen()
            time.sleep(0.05)

    def wait_for(self, text: str) -> None:
        """Wait until it is seen."""
        self.wait(lambda: text in self.screen())

    def ended(self) -> int:
        """Wait for the program's end; its exit code."""
        self.wait(lambda: self.code.exists() and self.code.read_text() != "")
        return int(self.code.read_text())

    @property
    def has_cursor(self) -> bool:
        """Whether the cursor can be seen."""
        return self._told("cursor_flag") == "1"

    def _captured(self, *options: str) -> str:
        text = self._tmux("capture-pane", "-p", "-S", "-", *options)
        return "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n")

    def _told(self, name: str) -> str:
        return self._tmux("display-message", "-p", f"#{{{name}}}").strip()

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self.socket, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout


@contextmanager
def in_a_pane(
    folder: Path,
    *arguments: str,
    columns: int,
    url: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Pane]:
    """The command in a terminal of so many columns, ended with the block."""
    around = surroundings(
        url, {"LC_ALL": "C.UTF-8", "TERM": "tmux-256color", **(environment or {})}
    )
    with TemporaryDirectory(prefix="deploy-tmux-") as aside:
        socket = str(Path(aside, "socket"))
        pane = Pane(socket=socket, columns=columns, code=Path(aside, "code"))
        words = ["env", "-i", *(f"{name}={value}" for name, value in around.items())]
        words += ["sh", "-c", _SHELL, "sh", str(pane.code), *command(*arguments)]
        size = ["-x", str(columns), "-y", str(_LINES), "-c", str(folder)]
        start = ["tmux", "-S", socket, "-f", "/dev/null", "-u", "new-session", "-d", *size]
        subprocess.run([*start, shlex.join(words)], check=True, env=around)
        try:
            yield pane
        finally:
            subprocess.run(["tmux", "-S", socket, "kill-server"], check=False, capture_output=True)
