"""The plan as a document: what is shown, saved, approved and read by other programs.

Every view is made from this one value, so that text, JSON, Markdown and HTML cannot
say different things.  The models are strict on reading: a document with a field that
this version does not know, or of a format that it does not read, is refused.
`docs/plan.schema.json` is generated from them.
"""

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field, JsonValue

from compiler.plan.part import Part, Place
from compiler.plan.saved_part import SavedPart

FORMAT: Literal["1.0"] = "1.0"
_NUMBERS = re.compile(r"(\d{1,4})\.(\d{1,4})", re.ASCII)
Verb: TypeAlias = Literal["create", "update", "adopt", "delete", "protect", "unprotect"]
Reason: TypeAlias = Literal[
    "not on the server",
    "differs from the files",
    "exists and is adopted",
    "left the files",
    "renamed",
    "the stack is destroyed",
    "was made by the apply that is undone",
    "was deleted by the apply that is undone",
    "was changed by the apply that is undone",
    "protection was asked for",
    "protection was lifted",
]
CauseName: TypeAlias = Literal["change", "drift", "both", "left the file", "unknown"]
FieldReason: TypeAlias = Literal[
    "written in the file",
    "read from the flow",
    "tag of the stack",
    "default of the server",
    "as it was before",
]


def is_read(written: str, by: str = FORMAT) -> bool:
    """Whether a program whose own format is `by` reads documents of the format `written`.

    That is its own and every one before it with the same first number: what they lack has a
    default.  A newer one may hold what nobody here would carry out.
    """
    found, own = _NUMBERS.fullmatch(written), _NUMBERS.fullmatch(by)
    assert own is not None
    return found is not None and found[1] == own[1] and int(found[2]) <= int(own[2])


def _as_ours(written: object) -> object:
    return FORMAT if isinstance(written, str) and is_read(written) else written


class OriginPart(Part):
    """Where the stack is applied from."""

    remote: Annotated[str | None, Field(description="The Git remote without credentials.")]
    files: Annotated[tuple[str, ...], Field(description="Root files, from the repository's root.")]
    environment: Annotated[str | None, Field(description="The one of `-e`; null: none.")]


class ChangePart(Part):
    """One place inside a thing that differs, in path order."""

    path: Annotated[str, Field(description="A field, then keys or slugs: parameters.rows.")]
    field: Annotated[str, Field(description="The field that the path begins with.")]
    how: Annotated[
        Literal["changed", "added", "removed"],
        Field(description="Whether there is a value before, after, or both."),
    ]
    before: Annotated[JsonValue, Field(description="As the server has it; null if added.")]
    after: Annotated[JsonValue, Field(description="As it shall be; null if removed.")]
    last_applied: Annotated[
        JsonValue,
        Field(description="As last applied; null too where that is not known or too long to keep."),
    ] = None
    is_last_applied_known: Annotated[
        bool, Field(description="Whether `last_applied` says what was last applied.")
    ] = False
    cause: Annotated[CauseName, Field(description="Whose doing the difference is.")]
    reason: Annotated[FieldReason, Field(description="Where the value after comes from.")] = (
        "written in the file"
    )
    at: Annotated[Place | None, Field(description="Where the value is written; null: nowhere.")] = (
        None
    )


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
    first_appearing: Annotated[
        tuple[str, ...], Field(description="The earliest of those that appear, a few.")
    ] = ()
    first_vanishing: Annotated[
        tuple[str, ...], Field(description="The earliest of those that vanish, a few.")
    ] = ()
    at_least: Annotated[
        bool,
        Field(description="More may appear or vanish: a schedule fires too often to count all."),
    ] = False
    active: Annotated[int, Field(description="Runs under way of a deployment to be deleted.")] = 0


class ActionPart(Part):
    """One step; steps come in the order in which they are shown."""

    action: Annotated[Verb, Field(description="What is done to the thing.")]
    address: Annotated[str, Field(description="Kind and names: deployment/etl/nightly.")]
    kind: Annotated[str, Field(description="What the address begins with: deployment.")]
    reason: Annotated[Reason, Field(description="Why it is done.")]
    id: Annotated[str | None, Field(description="The server's id; null before creation.")] = None
    is_adopted: Annotated[bool, Field(description="It was not the stack's before.")] = False
    renamed_from: Annotated[
        str | None, Field(description="The address that it had before; null: the same.")
    ] = None
    at: Annotated[
        Place | None, Field(description="Where the thing is written; null: no longer.")
    ] = None
    changes: Annotated[
        tuple[ChangePart, ...],
        Field(description="What differs, in path order; of a new thing all that it will have."),
    ] = ()
    impact: Annotated[
        RunImpact | None, Field(description="What it does to runs; null: nothing is known.")
    ] = None


class StepPart(Part):
    """A step of `build` or `push` that an apply runs before it writes anything."""

    name: Annotated[str, Field(description="Its id; where it has none, its function's.")]
    section: Annotated[Literal["build", "push"], Field(description="Builds are before pushes.")]
    function: Annotated[str, Field(description="The function's full name.")]
    users: Annotated[tuple[str, ...], Field(description="Addresses of what it comes before.")]
    at: Annotated[Place, Field(description="Where it is written.")]


class AwaitedPart(Part):
    """A value of a thing that is there which only steps will make known.

    It is no reason to write: whether it differs is seen when they have run.
    """

    address: Annotated[str, Field(description="Kind and names: deployment/etl/nightly.")]
    path: Annotated[str, Field(description="A field, then keys: job_variables.image.")]
    before: Annotated[JsonValue, Field(description="As the server has it.")]
    at: Annotated[Place | None, Field(description="Where the value is written.")] = None


class NotePart(Part):
    """Something true and worth knowing that no step follows from."""

    address: Annotated[str | None, Field(description="What it is about; null: the stack.")]
    text: Annotated[str, Field(description="A sentence without a full stop.")]


class RefusalPart(Part):
    """A finding that forbids to apply the plan (`error`), or warns."""

    code: Annotated[str, Field(description="`deploy explain CODE` prints its page.")]
    severity: Annotated[
        Literal["error", "warning", "info"], Field(description="An error forbids to apply.")
    ]
    message: Annotated[str, Field(description="What is true, in one line.")]
    hint: Annotated[str | None, Field(description="What to do; null: nothing known.")] = None
    at: Annotated[Place | None, Field(description="The place it is about; null: none.")] = None


class Counts(Part):
    """How many steps of each kind, and how many things need none."""

    create: Annotated[int, Field(description="Things to be made.")]
    update: Annotated[int, Field(description="Things to be changed, adopted ones too.")]
    adopt: Annotated[int, Field(description="Things that become the stack's, unchanged.")]
    delete: Annotated[int, Field(description="Things to be removed.")]
    protect: Annotated[int, Field(description="Things whose protection begins or ends.")]
    known_after_build: Annotated[
        int, Field(description="Things that may differ: steps have to run before it is known.")
    ] = 0
    unchanged: Annotated[int, Field(description="Things that are as they shall be.")]


class Requests(Part):
    """How many requests an apply makes if none has to be repeated.

    `writes` go to owned things; `housekeeping` is the ledger's, the lock's, and what
    asks the server to schedule again; `reads` look again before and after.
    """

    writes: Annotated[int, Field(description="Requests that change owned things.")]
    housekeeping: Annotated[
        int, Field(description="The ledger's, the lock's, and what asks to schedule again.")
    ]
    reads: Annotated[int, Field(description="Requests that look, before and after.")]


class PlanDocument(Part):
    """A plan.  `digest` leaves out versions, commits, run impact and times."""

    format_version: Annotated[
        Literal["1.0"],
        BeforeValidator(_as_ours),
        Field(description="Of this format: the second number rises when a field is added."),
    ] = FORMAT
    tool_version: Annotated[str, Field(description="The version of `deploy` that planned.")]
    created_at: Annotated[str | None, Field(description="RFC 3339, UTC.")] = None
    server: Annotated[str | None, Field(description="Address of the API; null: embedded.")] = None
    stack: Annotated[str, Field(description="Whose things these are.")]
    origin: Annotated[OriginPart, Field(description="What may apply it, and from where.")]
    commit: Annotated[str | None, Field(description="The Git commit; null: unknown.")] = None
    digest: Annotated[
        str,
        Field(
            pattern=r"^sha256:[0-9a-f]{64}$",
            description="The same for the same plan: what `--expect` is given.",
        ),
    ]
    is_applicable: Annotated[bool, Field(description="Whether no guard refuses it.")]
    counts: Annotated[Counts, Field(description="How many steps of each kind.")]
    actions: Annotated[
        tuple[ActionPart, ...], Field(description="The steps, in the order they are shown in.")
    ]
    steps: Annotated[
        tuple[StepPart, ...], Field(description="What an apply runs first, in order.")
    ] = ()
    known_after_build: Annotated[
        tuple[AwaitedPart, ...], Field(description="Values that these steps will make known.")
    ] = ()
    notes: Annotated[
        tuple[NotePart, ...], Field(description="What is true and leads to no step.")
    ] = ()
    findings: Annotated[
        tuple[RefusalPart, ...], Field(description="What the guards found, in order.")
    ] = ()
    requests: Annotated[
        Requests | None, Field(description="How many an apply makes; null: not counted.")
    ] = None
    saved: Annotated[
        SavedPart | None,
        Field(description="What `deploy apply` needs beside all this; null: it was only shown."),
    ] = None


class PlanHeader(Part):
    """What a plan of any format says of itself."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, defer_build=True)

    format_version: Annotated[str, Field(pattern=r"^\d{1,4}\.\d{1,4}$")]
    tool_version: Annotated[str, Field(pattern=r"^[\w.+!-]{1,80}$")]


def schema() -> dict[str, JsonValue]:
    """The JSON Schema (draft 2020-12) of a plan, as it is written: no key is ever left out."""
    written: dict[str, JsonValue] = PlanDocument.model_json_schema(mode="serialization")
    definitions = written.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **written,
        "title": "A plan of deploy",
        "$defs": definitions,
    }
