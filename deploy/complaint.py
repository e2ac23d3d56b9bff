"""What the command itself has to say no to."""


class Complaint(Exception):
    """The caller's wish cannot be met; `hint` says what to do."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint
