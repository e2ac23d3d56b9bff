"""What is wrong, where, and how to put it right.

A user's mistake is one of these values, never an exception.
"""

from dataclasses import dataclass
from enum import StrEnum

from compiler.diagnostics.span import Span


class Severity(StrEnum):
    """How much a finding matters: an error stops the run, the others are only shown."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A kind of finding.

    `code` never changes its meaning and is never given again; `name` reads well
    after "allow"; `page` is what `deploy explain CODE` prints.

    `is_opinion` says that the desired state is whole, and taken by the server, in spite of
    the finding: only such an error may be ignored or lowered
    (docs/decisions/0011-what-may-be-ignored.md).
    """

    code: str
    name: str
    severity: Severity
    page: str
    is_opinion: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """Another place that explains a finding, and what is to be seen there."""

    span: Span
    message: str


class Safety(StrEnum):
    """Whether a fix may be made without a person looking at it."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of a file, and the text to be put in its place."""

    at: Span
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """How a finding is mended.

    A `safe` fix keeps what the file means, or gives it the only meaning it can have; an
    `unsafe` one is a guess at what was meant; a `shown` one is an example, and is never
    made by a program. `edits` do not overlap.
    """

    message: str
    edits: tuple[Edit, ...]
    safety: Safety


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding.

    `message` stands alone in one line; `hint` says what to do. `at` is None when
    the finding is about no text, such as a refusal of the server.
    """

    rule: Rule
    severity: Severity
    message: str
    at: Span | None
    hint: str | None = None
    related: tuple[Label, ...] = ()
    fix: Fix | None = None
