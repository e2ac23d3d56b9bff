"""The bounds of `bounds.toml`: a small part of the benchmark, fast enough for each change.

Times are CPU seconds of a whole process over those of the least that could do the same, both
in turn in one run, so that neither a slow machine nor a busy one decides.  The least of some
rounds counts; there are no more of them than it takes to be within the bound.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Sample

_BOUNDS = Path(__file__).with_name("bounds.toml")
_ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was measured, and what is allowed, as multiples of the floor."""

    name: str
    ratio: float
    bound: float

    @property
    def is_kept(self) -> bool:
        """Whether it is within the bound."""
        return self.ratio <= self.bound

    def __str__(self) -> str:
        return f"{self.name}: {self.ratio:.1f} times the CPU of the floor, at most {self.bound:.1f}"


def times() -> Mapping[str, float]:
    """The bounds of times, by name."""
    return {name: float(bound) for name, bound in _read()["times"].items()}


def requests() -> Mapping[str, int]:
    """How many requests are made, by name."""
    return {name: int(count) for name, count in _read()["requests"].items()}


def judged(
    name: str, ours: Callable[[], Sample], floor: Callable[[], Sample], *, rounds: int = _ROUNDS
) -> Verdict:
    """Both in turn until the bound is kept, or to the last round."""
    bound, least, lowest = times()[name], float("inf"), float("inf")
    verdict = Verdict(name=name, ratio=float("inf"), bound=bound)
    for _ in range(rounds):
        lowest, least = min(lowest, floor().cpu), min(least, ours().cpu)
        verdict = Verdict(name=name, ratio=least / lowest, bound=bound)
        if verdict.is_kept:
            break
    return verdict


def _read() -> Mapping[str, Mapping[str, float]]:
    read: Mapping[str, Mapping[str, float]] = tomllib.loads(_BOUNDS.read_text(encoding="utf-8"))
    return read
