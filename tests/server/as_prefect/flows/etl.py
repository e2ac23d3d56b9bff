"""Flows as people write them."""

import enum
from datetime import date, datetime, timedelta
from typing import Any, Dict, List, Literal, Optional, Union  # noqa: UP035  # people do
from uuid import UUID

from prefect import flow, task
from prefect import flow as renamed
from pydantic import Field
from typing_extensions import Annotated

TEAM = "data"
DEFAULT_ROWS = 500
Mode = Literal["full", "delta"]


class Colour(enum.Enum):
    """A colour."""

    RED = "red"
    BLUE = "blue"


class Constants:
    """Values kept together."""

    TABLE = "orders"


def our_flow(**options: Any) -> Any:
    """A decorator of the repository."""
    return flow(log_prints=True, **options)


@task
def extract() -> int:
    return 1


@flow
def etl_orders(source: str, rows: int = DEFAULT_ROWS, since: date | None = None) -> int:
    """Load orders.

    Args:
        source: Where they come from.
        rows: How many.
    """
    return rows + extract()


@flow(name=f"{TEAM}-report", version="7", description="Written in the decorator")
async def report(
    mode: Mode = "full",
    recipients: Optional[List[str]] = None,  # noqa: UP006, UP045
    limits: Dict[str, int] = {"a": 1},  # noqa: B006, UP006
    until: datetime = datetime(2026, 1, 1),  # noqa: DTZ001
    *,
    wait: timedelta = timedelta(minutes=5),
) -> None:
    """Not this one."""


@renamed(name="Umsätze täglich")
def sales(
    id: UUID,
    amount: Annotated[int, Field(ge=1, le=10)] = 3,
    colour: Colour = Colour.RED,
    table: str = Constants.TABLE,
    either: Union[int, str] = 1,  # noqa: UP007
    free=None,
) -> None:
    pass


@our_flow(name="wrapped")
def wrapped(flag: bool = False) -> None:
    """A flow made by the repository's own decorator."""
