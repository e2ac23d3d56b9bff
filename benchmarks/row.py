"""What one contender took for one scenario."""

from dataclasses import dataclass

from benchmarks.measure import Measured

OURS, THEIRS, FLOOR = "deploy", "prefect", "floor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`requests` and `writes`, to what users own, are counted in one run; None if not at all."""

    scenario: str
    number: int
    contender: str
    measured: Measured
    requests: int | None = None
    writes: int | None = None
