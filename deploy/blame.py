"""Whose mistake an exception is, and what to say of it."""

import platform
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from compiler.plan.mask import Mask
from compiler.source.sources import Sources
from deploy.complaint import Complaint, Refused
from deploy.views.text import render_report
from reconciler.api.errors import ApiError
from reconciler.ledger import UnreadableLedger


def reason(error: Exception) -> str | None:
    """What to tell the caller; None if the mistake is ours."""
    match error:
        case ExceptionGroup(exceptions=(Exception() as only,)):
            return reason(only)
        case Refused(report=report):
            return render_report(report, Sources(Path.cwd()), Mask())
        case Complaint(hint=hint) | ApiError(hint=hint):
            return _told(str(error), hint)
        case OSError():
            message = f"{error.strerror or error}: {error.filename}"
            return _told(message, "check the path, the rights to it, and the room on the disk")
        case UnreadableLedger():
            return _told(
                str(error), "use the version of this command that wrote it, or a newer one"
            )
        case _:
            return None


def _told(message: str, hint: str) -> str:
    return f"error: {message}\n = hint: {hint}"


def bug_report(error: Exception) -> str:
    """A report to paste; it names types and places, never values."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    try:
        ours = version("prefect-reconciler")
    except PackageNotFoundError:
        ours = "unknown"
    return "\n".join(
        (
            "This is a mistake in `deploy`, not in your files. Please report these lines:",
            f"  deploy {ours}, Python {platform.python_version()}, {platform.system()}",
            f"  {type(error).__name__}",
            *places,
        )
    )
