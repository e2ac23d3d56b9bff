"""What may be promised of a deployment's runs: the SLAs of Prefect Cloud."""

from typing import Annotated, Literal

from pydantic import Field

from compiler.manifest.grammar import Name, Written

_LONGEST = 2**31 - 1  # seconds


class Sla(Written):
    """What is promised of a deployment's runs: exactly one of `duration`, `within`, `stale_after`.

    Source: Prefect's `TimeToCompletionSla`, `LatenessSla` and `FrequencySla`.
    """

    name: Name = Field(description="Unique in its deployment.")
    severity: Literal["minor", "low", "moderate", "high", "critical"] | None = Field(
        None, description="How bad it is when it is broken; moderate if absent."
    )
    enabled: bool | None = Field(None, description="Whether it counts; true if absent.")
    duration: Annotated[int, Field(ge=1, le=_LONGEST)] | None = Field(
        None, description="Seconds that a run may take."
    )
    within: int | float | str | None = Field(
        None, description="How late a run may start: seconds, `HH:MM:SS`, or ISO 8601."
    )
    stale_after: int | float | str | None = Field(
        None, description="How long after a run the next one may complete; as `within`."
    )
