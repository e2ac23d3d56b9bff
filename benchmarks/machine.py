"""On what something was measured, so far as it matters."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version


def machine() -> str:
    """A sentence."""
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"Prefect {version('prefect')}; the server and the client share the cores."
    )


def described() -> str:
    """The same, and what the figures of `make bench` are."""
    return (
        f"{machine()} "
        "Medians, with the fastest and the slowest run; requests and writes to what users own "
        "are those of `deploy`, of `prefect` where it takes part, and of the floor."
    )
