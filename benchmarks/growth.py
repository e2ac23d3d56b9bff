"""What `benchmarks.scale` has measured, as functions of N: tables, exponents, a picture."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.measure import Measured
from benchmarks.row import FLOOR, OURS, Row

FITTED_FROM = 300  # deployments: before, it is mostly the start of the process
Figure = Callable[[Measured], float]
_FIGURES: Mapping[str, Figure] = {
    "seconds": lambda one: one.wall,
    "CPU seconds": lambda one: one.cpu,
    "MB": lambda one: one.memory,
}


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The k of a line through the points for which y is a multiple of x to the k, as best fits."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    x_mean = sum(x for x, _ in logs) / len(logs)
    y_mean = sum(y for _, y in logs) / len(logs)
    covered = sum((x - x_mean) ** 2 for x, _ in logs)
    return sum((x - x_mean) * (y - y_mean) for x, y in logs) / covered


def table(rows: Sequence[Row]) -> str:
    """A line a job and figure, a column a size, and how it grows."""
    sizes = sorted({row.number for row in rows})
    columns = ("job", "", *(f"{size:,}" for size in sizes), "grows as", "the last step as")
    head = (f"| {' | '.join(columns)} |", f"| --- | --- |{' ---: |' * (len(columns) - 2)}")
    return "\n".join((*head, *_lines(rows), ""))


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    for name, of_job in _jobs(rows).items():
        for figure, value in _FIGURES.items():
            points = [(row.number, value(row.measured)) for row in of_job]
            fitted = [point for point in points if point[0] >= FITTED_FROM]
            cells = (
                *(name, figure),
                *(f"{y:.0f}" if figure == "MB" else f"{y:.2f}" for _, y in points),
                *(_power(fitted), _power(fitted[-2:])),
            )
            yield f"| {' | '.join(cells)} |"
        if of_job[0].requests is not None:
            counts = (f"{row.requests:,}" for row in of_job)
            yield f"| {name} | requests | {' | '.join(counts)} | | |"


def _power(points: Sequence[tuple[float, float]]) -> str:
    return f"N^{exponent(points):.2f}" if len(points) > 1 else ""


def _jobs(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        name = row.scenario if row.contender == OURS else f"{row.scenario}: the floor"
        found.setdefault(name, []).append(row)
    return found


def bars(rows: Sequence[Row]) -> str:
    """What is asked for, and what was reached; a line only where it was measured.

    Of time it is CPU: none of these waits for anything, and other work does not count.
    """
    by = {(row.scenario, row.contender, row.number): row.measured for row in rows}
    cold, warm, floor = (
        ("validate, cold", OURS),
        ("validate, warm", OURS),
        ("validate", FLOOR),
    )
    thousand, ten, plan = 1000, 10_000, ("plan, nothing changed", OURS)

    def ratio(one: tuple[str, str, int], other: tuple[str, str, int]) -> float | None:
        return by[one].cpu / by[other].cpu if one in by and other in by else None

    def memory(one: tuple[str, str, int]) -> float | None:
        return by[one].memory if one in by else None

    asked = (
        (
            "validate of 1,000, cold, CPU × the floor",
            8,
            ratio((*cold, thousand), (*floor, thousand)),
        ),
        (
            "validate of 1,000, warm, CPU × the floor",
            3,
            ratio((*warm, thousand), (*floor, thousand)),
        ),
        ("validate of 1,000, MB", 250, memory((*cold, thousand))),
        (
            "validate of 10,000, cold, CPU × that of 1,000",
            11,
            ratio((*cold, ten), (*cold, thousand)),
        ),
        (
            "validate of 10,000, warm, CPU × that of 1,000",
            11,
            ratio((*warm, ten), (*warm, thousand)),
        ),
        ("plan of 10,000, MB", 400, memory((*plan, ten))),
    )
    lines = (
        f"| {name} | {most} | {reached:.1f} |"
        for name, most, reached in asked
        if reached is not None
    )
    return "\n".join(("| bar | at most | reached |", "| --- | ---: | ---: |", *lines, ""))


def by_stack(many: Mapping[str, Measured], each: int) -> str:
    """A line a job over all stacks; one that one process does for all has no figure a stack."""
    stacks = max(len(one.samples) for one in many.values())
    columns = ("job", "processes", "seconds in all", "median of one", "slowest", "MB at most")
    lines = [f"{stacks} stacks of {each} deployments in one repository:", ""]
    lines += [f"| {' | '.join(columns)} |", f"| --- |{' ---: |' * (len(columns) - 1)}"]
    for name, one in many.items():
        total = sum(sample.wall for sample in one.samples)
        cells = (name, f"{len(one.samples)}", f"{total:.1f}", f"{one.wall:.2f}")
        lines.append(f"| {' | '.join(cells)} | {one.slowest:.2f} | {one.memory:.0f} |")
    return "\n".join((*lines, ""))


def draw(rows: Sequence[Row], file: Path) -> None:
    """CPU and memory over the number of deployments, to be read on light and on dark."""
    import matplotlib as mpl  # noqa: PLC0415  # slow to import

    mpl.use("svg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    grey = "#767d85"
    for name in ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"):
        mpl.rcParams[name] = grey
    mpl.rcParams["svg.hashsalt"] = "scale"
    figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
    colours = ("#2f81f7", "#8957e5", "#94a3b8", "#d29922", "#3fb950", "#f85149")
    for place, title in zip(axes, ("CPU seconds", "MB"), strict=True):
        for colour, (name, of_job) in zip(colours, _jobs(rows).items(), strict=False):
            values = [_FIGURES[title](row.measured) for row in of_job]
            place.plot([row.number for row in of_job], values, "o-", ms=4, color=colour, label=name)
        place.set_xscale("log")
        place.set_yscale("log")
        place.set_xlabel("deployments in one stack")
        place.set_title(title)
        place.set_facecolor("none")
        place.grid(visible=True, color=grey, alpha=0.25)
        place.spines[["top", "right"]].set_visible(False)
    figure.legend(
        *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False
    )
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
