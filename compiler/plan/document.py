"""The plan as a document: what is shown, saved, approved and read by other programs.

Every view is made from this one value, so that text, JSON, Markdown and HTML cannot
say different things.  The models are strict on reading: a document with a field that
this version does not know, or of another format, is refused.  `docs/plan.schema.json`
is generated from them.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, JsonValue

FORMAT: Literal["1.0"] = "1.0"
Verb: TypeAlias = Literal["create", "update", "adopt", "delete", "protect", "unprotect"]
Reason: TypeAlias = Literal[
    "not on the server",
    "differs from the files",
    "exists and is adopted",
    "left the files",
    "renamed",
    "the stack is destroyed",
    "protection was asked for",
    "protection was lifted",
]
CauseName: TypeAlias = Literal["change", "drift", "both", "left the file", "unknown"]
FieldReason: TypeAlias = Literal[
    "written in the file",
    "read from the flow",
    "tag of the stack",
    "default of the server",
]


class Part(BaseModel):
    """What all parts of the document have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Place(Part):
    """A place in a file of the project; lines and columns count from 1."""

    file: str
    line: int
    column: int


class OriginPart(Part):
    """Where the stack is applied from."""

    remote: Annotated[str | None, Field(description="The Git remote without credentials.")]
    files: Annotated[tuple[str, ...], Field(description="Root files, from the repository's root.")]
    environment: str | None


class ChangePart(Part):
    """One place inside a thing that differs, in path order."""

    path: Annotated[str, Field(description="A field, then keys or slugs: parameters.rows.")]
    field: Annotated[str, Field(description="The field that the path begins with.")]
    how: Literal["changed", "added", "removed"]
    before: Annotated[JsonValue, Field(description="As the server has it; null if added.")]
    after: Annotated[JsonValue, Field(description="As it shall be; null if removed.")]
    last_applied: Annotated[
        JsonValue,
        Field(description="As last applied; null too where that is not known or too long to keep."),
    ] = None
    is_last_applied_known: bool = False
    cause: Annotated[CauseName, Field(description="Whose doing the difference is.")]
    reason: FieldReason = "written in the file"
    at: Place | None = None


class RunImpact(Part):
    """What a change does to runs.  Times are in UTC, in RFC 3339, in order."""

    dropped: Annotated[int, Field(description="Queued runs that will not be made again.")] = 0
    kept: Annotated[int, Field(description="Queued runs that stay or are made again at once.")] = 0
    appearing: Annotated[
        int, Field(description="Fire times of the next seven days that there were none at before.")
    ] = 0
    vanishing: Annotated[
        int, Field(description="Fire times of the next seven days that there will be none at.")
    ] = 0
    first_appearing: tuple[str, ...] = ()
    first_vanishing: tuple[str, ...] = ()
    at_least: Annotated[
        bool,
        Field(description="More may appear or vanish: a schedule fires too often to count all."),
    ] = False
    active: Annotated[int, Field(description="Runs under way of a deployment to be deleted.")] = 0


class ActionPart(Part):
    """One step; steps come in the order in which they are shown."""

    action: Verb
    address: Annotated[str, Field(description="Kind and names: deployment/etl/nightly.")]
    kind: str
    reason: Reason
    id: Annotated[str | None, Field(description="The server's id; null before creation.")] = None
    is_adopted: Annotated[bool, Field(description="It was not the stack's before.")] = False
    renamed_from: str | None = None
    at: Place | None = None
    changes: tuple[ChangePart, ...] = ()
    impact: RunImpact | None = None


class NotePart(Part):
    """Something true and worth knowing that no step follows from."""

    address: str | None
    text: str


class RefusalPart(Part):
    """A finding that forbids to apply the plan (`error`), or warns."""

    code: str
    severity: Literal["error", "warning", "info"]
    message: str
    hint: str | None = None
    at: Place | None = None


class Counts(Part):
    """How many steps of each kind, and how many things need none."""

    create: int
    update: int
    adopt: int
    delete: int
    protect: int
    unchanged: int


class Requests(Part):
    """How many requests an apply makes if none has to be repeated.

    `writes` go to owned things; `housekeeping` is the ledger's, the lock's, and what
    asks the server to schedule again; `reads` look again before and after.
    """

    writes: int
    housekeeping: int
    reads: int


class PlanDocument(Part):
    """A plan.  `digest` leaves out versions, commits, run impact and times."""

    format_version: Literal["1.0"] = FORMAT
    tool_version: str
    created_at: Annotated[str | None, Field(description="RFC 3339, UTC.")] = None
    server: Annotated[str | None, Field(description="Address of the API; null: embedded.")] = None
    stack: str
    origin: OriginPart
    commit: str | None = None
    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
    is_applicable: Annotated[bool, Field(description="Whether no guard refuses it.")]
    counts: Counts
    actions: tuple[ActionPart, ...]
    notes: tuple[NotePart, ...] = ()
    findings: tuple[RefusalPart, ...] = ()
    requests: Requests | None = None
