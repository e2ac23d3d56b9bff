"""How long a whole process takes, how much CPU and memory; many of them in turn."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
_PER_MEGABYTE = 1024**2 if sys.platform == "darwin" else 1024  # of what the system counts in


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run: seconds on the clock, seconds of CPU, peak megabytes; its children included."""

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Several runs of one thing."""

    samples: tuple[Sample, ...]

    @property
    def wall(self) -> float:
        """The median of the seconds on the clock."""
        return statistics.median(each.wall for each in self.samples)

    @property
    def fastest(self) -> float:
        """The least of the seconds on the clock."""
        return min(each.wall for each in self.samples)

    @property
    def slowest(self) -> float:
        """The most of the seconds on the clock."""
        return max(each.wall for each in self.samples)

    @property
    def cpu(self) -> float:
        """The median of the seconds of CPU."""
        return statistics.median(each.cpu for each in self.samples)

    @property
    def memory(self) -> float:
        """The most of the peak megabytes."""
        return max(each.memory for each in self.samples)


_INSIDE = """
import json, os, sys, time
told = int(sys.argv[1])
os.set_inheritable(told, False)
begun = time.perf_counter()
child = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - begun
code = os.waitstatus_to_exitcode(status)
os.write(told, json.dumps([wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, code]).encode())
"""


_COMPILES_ANEW = (
    "PYTHONDONTWRITEBYTECODE"  # then every start compiles, which is not what users have
)


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Sample:
    """Run a command to its end; one that fails ends the benchmark, with what it said.

    A small process starts it: on Linux the peak memory of a process is at least that of the
    one that has started it.
    """
    usual = {name: value for name, value in environment.items() if name != _COMPILES_ANEW}
    reading, writing = os.pipe()
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", _INSIDE, str(writing), *command],
        cwd=folder,
        env=usual,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(writing,),
        check=True,
    )
    os.close(writing)
    with os.fdopen(reading) as told:
        wall, cpu, memory, code = json.load(told)
    if code != 0:
        sys.exit(f"{' '.join(command)}: exit code {code}\n{done.stdout.decode()}")
    return Sample(wall=wall, cpu=cpu, memory=memory / _PER_MEGABYTE)


def in_turn(contenders: Mapping[K, Callable[[], Sample]], rounds: int) -> dict[K, Measured]:
    """All of them after one another, that many times: what slows down one slows down all."""
    found: dict[K, list[Sample]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            found[name].append(contender())
    return {name: Measured(samples=tuple(samples)) for name, samples in found.items()}
