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
    """

    code: str
    name: str
    severity: Severity
    page: str


@dataclass(frozen=True, slots=True)
class Label:
    """Another place that explains a finding, and what is to be seen there."""

    span: Span
    message: str


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
