"""What was measured, as a table and as a picture for the docs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.row import FLOOR, OURS, THEIRS, Row

_COLUMNS = (
    *("scenario", "deployments", "`deploy`, seconds", "× floor", "× `prefect`"),
    *("CPU × `prefect`", "MB", "requests", "writes"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One scenario with all its contenders, by name."""

    scenario: str
    number: int
    of: Mapping[str, Row]

    def ratio(self, other: str) -> float | None:
        """Our median over the other's; None where it takes no part."""
        if other not in self.of:
            return None
        return self.of[OURS].measured.wall / self.of[other].measured.wall

    def cpu_ratio(self, other: str) -> float | None:
        """Our median of CPU over the other's."""
        if other not in self.of:
            return None
        return self.of[OURS].measured.cpu / self.of[other].measured.cpu


def lines(rows: Iterable[Row]) -> tuple[Line, ...]:
    """The rows by scenario, in the order in which these first came."""
    found: dict[tuple[str, int], dict[str, Row]] = {}
    for row in rows:
        found.setdefault((row.scenario, row.number), {})[row.contender] = row
    return tuple(Line(*key, each) for key, each in found.items() if OURS in each)


def markdown(rows: Sequence[Row]) -> str:
    """The table."""
    head = (f"| {' | '.join(_COLUMNS)} |", f"| --- |{' ---: |' * (len(_COLUMNS) - 1)}")
    return "\n".join((*head, *map(_line, lines(rows)), ""))


def _line(line: Line) -> str:
    ours = line.of[OURS]
    one = ours.measured
    cells = (
        line.scenario,
        f"{line.number:,}",
        f"{one.wall:.2f} ({one.fastest:.2f} to {one.slowest:.2f})",
        _times(line.ratio(FLOOR)),
        _times(line.ratio(THEIRS)),
        _times(line.cpu_ratio(THEIRS)),
        f"{one.memory:.0f}",
        " / ".join(_counts(line, "requests")),
        " / ".join(_counts(line, "writes")),
    )
    return f"| {' | '.join(cells)} |"


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def _counts(line: Line, name: str) -> Iterator[str]:
    """Ours, theirs, and the floor's."""
    for contender in (OURS, THEIRS, FLOOR):
        row = line.of.get(contender)
        count = getattr(row, name) if row is not None else None
        if count is not None:
            yield f"{count:,}"


def draw(rows: Sequence[Row], file: Path) -> None:
    """Bars: every contender's seconds, by scenario."""
    from matplotlib import pyplot as plt  # noqa: PLC0415  # slow to import
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    shown = [line for line in lines(rows) if len(line.of) > 1]
    figure, axes = plt.subplots(figsize=(8, 0.55 * len(shown) + 1), layout="constrained")
    colours = {OURS: "#2563eb", FLOOR: "#94a3b8", THEIRS: "#f59e0b"}
    for place, line in enumerate(shown):
        for offset, contender in enumerate((FLOOR, OURS, THEIRS)):
            if contender in line.of:
                seconds = line.of[contender].measured.wall
                axes.barh(place + 0.27 * (offset - 1), seconds, 0.25, color=colours[contender])
    axes.set_yticks(range(len(shown)), [f"{line.scenario} ({line.number:,})" for line in shown])
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("seconds, logarithmic: less is better")
    names = {FLOOR: "floor: a bare client", OURS: "deploy", THEIRS: "prefect"}
    handles = [Rectangle((0, 0), 1, 1, color=colours[each]) for each in names]
    axes.legend(handles, names.values(), loc="lower right", frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(file, format="svg", metadata={"Date": None})
