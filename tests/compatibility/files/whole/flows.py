from prefect import flow


@flow
def load(source: str = "web", rows: int = 10, token: str = "") -> None:
    """Load the orders."""


@flow
def report(region: str = "eu") -> None:
    """Write the report."""
