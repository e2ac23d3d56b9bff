"""Flows of a small shop.  Deploying them reads this file and never runs it."""

from datetime import date

from prefect import flow, get_run_logger


@flow(log_prints=True)
def load_orders(source: str, rows: int = 500, since: date | None = None) -> int:
    """Load the orders of a day.

    Args:
        source: Where the orders come from.
        rows: How many to load at most.
        since: The first day to load; yesterday if absent.
    """
    print(f"loading {rows} orders from {source} since {since or 'yesterday'}")
    return rows


@flow(name="daily-report")
def report(region: str = "eu", recipients: list[str] | None = None) -> str:
    """Write the daily report."""
    get_run_logger().info("report for %s to %s", region, recipients or [])
    return f"report {region}"
