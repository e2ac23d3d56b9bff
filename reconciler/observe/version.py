"""Whether this program and the server's version have met.

The table is what the tests run against (`make matrix`); see docs/explanation/server.md.
"""

import logging
import re
from enum import Enum, auto
from typing import TypeAlias

from compiler.diagnostics import Report
from compiler.diagnostics.pages import server_too_old, unknown_server_version
from reconciler.api.client import PrefectClient

Version: TypeAlias = tuple[int, int]

OLDEST_USABLE: Version = (3, 2)  # the first whose schedules have slugs, and keep their ids
OLDEST_KNOWN: Version = (3, 4)
NEWEST_KNOWN: Version = (3, 8)
_LOG = logging.getLogger(__name__)
_NUMBERS = re.compile(r"v?(\d+)\.(\d+)")


class Acquaintance(Enum):
    """How well a version is known."""

    KNOWN = auto()
    OLDER = auto()
    NEWER = auto()
    TOO_OLD = auto()
    NONE = auto()


def acquaintance(version: str) -> Acquaintance:
    """How well a version is known, such as "3.8.8" or "3.9.0.dev1"; what is none is NONE."""
    found = _NUMBERS.match(version)
    if found is None:
        return Acquaintance.NONE
    numbers = (int(found[1]), int(found[2]))
    if numbers < OLDEST_USABLE:
        return Acquaintance.TOO_OLD
    if numbers < OLDEST_KNOWN:
        return Acquaintance.OLDER
    return Acquaintance.NEWER if numbers > NEWEST_KNOWN else Acquaintance.KNOWN


async def check_version(client: PrefectClient, report: Report) -> None:
    """Report a server whose version is not known, or too old.  One request; none of Cloud.

    Raises:
        ApiError: the server could not be asked.
    """
    if client.is_cloud:
        return
    version = await client.server_version()
    _LOG.info("the server is Prefect %s", version)
    known = f"{_dotted(OLDEST_KNOWN)} to {_dotted(NEWEST_KNOWN)}"
    match acquaintance(version):
        case Acquaintance.KNOWN:
            return
        case Acquaintance.TOO_OLD:
            message = f"the server is Prefect {version}, and this needs {_dotted(OLDEST_USABLE)}"
            report.add(server_too_old.RULE, message, None, hint="update the server")
        case Acquaintance.NONE:
            message = f"the server says that its version is {version[:20]!r}"
            report.add(unknown_server_version.RULE, message, None, hint=f"known are {known}")
        case Acquaintance.OLDER:
            message = f"the server is Prefect {version}, which this was not tried with"
            hint = f"tried were {known}: update the server if you can, and look at the plan"
            report.add(unknown_server_version.RULE, message, None, hint=hint)
        case Acquaintance.NEWER:
            message = f"the server is Prefect {version}, which this was not tried with"
            hint = f"tried were {known}: is there a newer version of this program?"
            report.add(unknown_server_version.RULE, message, None, hint=hint)


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))
