"""What servers do not let go of: a field that keeps its value when it is told to clear it.

Every row was found by trying, and is tried again on each version that the tests run
against (`tests/server/test_versions.py`).  What has no row here every server can clear.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.desired.address import Kind
from compiler.desired.json import Json

_RELEASE = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinging:
    """A field and the value that some servers do not take.

    `since` is the first version that takes it, None where no version does.  `neutral` is
    a value that all take and that means the same; where there is none, what is there stays.
    `written` is what a file calls the field, None where another row speaks for it.
    """

    kind: Kind
    field: str
    empty: Json
    since: str | None
    neutral: Json = None
    written: str | None = None

    def is_cleared_by(self, version: str | None) -> bool:
        """Whether a server of this version clears it.

        One whose version is not known gets the neutral value if there is one, and is
        otherwise taken for a new one.
        """
        if version is None:
            return self.neutral is None and self.since is not None
        return self.since is not None and _number(version) >= _number(self.since)

    def held(self, before: Json) -> Json:
        """What a server that does not clear it holds in the end."""
        return before if self.neutral is None else self.neutral


SCHEDULES_CAP = Clinging(  # a part of a field, which no comparison of fields comes upon
    kind=Kind.DEPLOYMENT,
    field="schedules.max_scheduled_runs",
    empty=None,
    since=None,
    written="schedules.max_scheduled_runs",
)
CLINGING: tuple[Clinging, ...] = (
    Clinging(
        kind=Kind.DEPLOYMENT,
        field="job_variables",
        empty={},
        since="3.8.7",
        neutral={"env": {}},
        written="work_pool.job_variables",
    ),
    Clinging(
        kind=Kind.DEPLOYMENT,
        field="work_pool_name",
        empty=None,
        since="3.6.27",
        written="work_pool",
    ),
    Clinging(kind=Kind.DEPLOYMENT, field="work_queue_name", empty=None, since="3.6.27"),
    SCHEDULES_CAP,
)


def kept(
    kind: Kind, wanted: Mapping[str, Json], there: Mapping[str, Json], version: str | None
) -> Iterator[Clinging]:
    """The rows of what this server does not clear, although it is wanted and not so yet."""
    for row in CLINGING:
        if row.kind is not kind or row.field not in wanted or wanted[row.field] != row.empty:
            continue
        is_so = there.get(row.field) in (row.empty, row.neutral)
        if not is_so and not row.is_cleared_by(version):
            yield row


def _number(version: str) -> tuple[int, ...]:
    """The release that a version belongs to; one that cannot be read is new."""
    found = _RELEASE.match(version)
    return tuple(map(int, found.groups())) if found else (99,)
