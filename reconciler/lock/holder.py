"""Which process holds a lock, and whether it is sure that it has ended."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_ENDED = frozenset("ZX")  # and not yet asked about by its parent
_STATE, _STARTED = 0, 19  # of what stands behind a process's name in /proc/PID/stat


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A process that applies, on whose account and from which commit.

    `boot` names the start of its machine and `namespace` what its `pid` counts in;
    `started` is when, in ticks of that boot.  None where the system does not tell.
    """

    who: str
    host: str
    pid: int
    commit: str | None = None
    boot: str | None = None
    namespace: str | None = None
    started: str | None = None

    def has_died(self, proc: Path = _PROC) -> bool:
        """Whether it ran here, and surely does not any more."""
        if self.boot is None or self.namespace is None or self._place != _place(proc):
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:  # it is there, and somebody else's
            return False
        stat = _stat(proc, str(self.pid))
        return stat is not None and (stat[_STATE] in _ENDED or stat[_STARTED] != self.started)

    @property
    def _place(self) -> tuple[str, str | None, str | None]:
        return self.host, self.boot, self.namespace


def this_process(who: str, commit: str | None, proc: Path = _PROC) -> Holder:
    """This process, as a holder."""
    host, boot, namespace = _place(proc)
    stat = _stat(proc, "self")
    return Holder(
        who=who,
        host=host,
        pid=os.getpid(),
        commit=commit,
        boot=boot,
        namespace=namespace,
        started=stat[_STARTED] if stat is not None else None,
    )


def _place(proc: Path) -> tuple[str, str | None, str | None]:
    """The machine, its boot, and what processes count in.

    Two containers may share the first two, and count processes each for itself.
    """
    try:
        boot = (proc / "sys/kernel/random/boot_id").read_text().strip()
        return socket.gethostname(), boot, str((proc / "self/ns/pid").readlink())
    except OSError:
        return socket.gethostname(), None, None


def _stat(proc: Path, process: str) -> list[str] | None:
    """What the system tells of a process, behind its name, which may hold anything."""
    try:
        return (proc / process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
