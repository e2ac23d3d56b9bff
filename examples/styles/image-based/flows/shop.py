"""The same flow in each style: only how it is deployed differs."""

from prefect import flow


@flow(log_prints=True)
def load_orders(source: str = "web", rows: int = 100) -> int:
    """Load the orders of a day."""
    print(f"{rows} orders from {source}")
    return rows
