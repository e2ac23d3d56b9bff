"""How long a whole process takes, how much CPU and memory; many of them in turn."""

import os
import statistics
import subprocess
import sys
import time
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


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Sample:
    """Run a command to its end; one that fails ends the benchmark, with what it said."""
    begun = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        output = process.stdout.read() if process.stdout is not None else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}\n{output.decode()}")
    cpu = usage.ru_utime + usage.ru_stime
    return Sample(wall=wall, cpu=cpu, memory=usage.ru_maxrss / _PER_MEGABYTE)


def in_turn(contenders: Mapping[K, Callable[[], Sample]], rounds: int) -> dict[K, Measured]:
    """All of them after one another, that many times: what slows down one slows down all."""
    found: dict[K, list[Sample]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            found[name].append(contender())
    return {name: Measured(samples=tuple(samples)) for name, samples in found.items()}
