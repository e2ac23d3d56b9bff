"""A flow that runs for each customer."""

from prefect import flow


@flow(log_prints=True)
def export_orders(customer: str, rows: int = 100) -> None:
    """Export the orders of a customer."""
    print(f"{rows} orders of {customer}")
