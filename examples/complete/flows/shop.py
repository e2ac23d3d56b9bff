"""The shop's flows."""

from datetime import date
from typing import Literal

from prefect import flow, task

Region = Literal["eu", "us"]


@task(tags=["warehouse"])
def take(source: str, rows: int) -> list[str]:
    """Take rows from a source."""
    return [source] * rows


@flow(name="load-orders")
def load_orders(
    source: str = "web",
    rows: int = 100,
    day: date | None = None,
    regions: list[Region] | None = None,
) -> int:
    """Load the orders of a day.

    Args:
        source: where the orders come from
        rows: how many at most
        day: the day to load; today if it is not given
        regions: which regions; all if not given
    """
    return len(take(source, rows)) if day is None or regions is None else 0


@flow(name="report")
def report(title: str = "Orders") -> str:
    """Write the report."""
    return title
