"""What the command itself has to say no to."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.diagnostics import Report

_EXPLAIN = "deploy explain CODE says what a finding means"


class Complaint(Exception):
    """The caller's wish cannot be met; `hint` says what to do."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class Refused(Complaint):
    """The caller's wish cannot be met, for reasons that are findings."""

    def __init__(self, report: "Report") -> None:
        super().__init__("; ".join(found.message for found in report), hint=_EXPLAIN)
        self.report = report
