"""What `-v` shows: requests and decisions, on stderr, with every secret masked.

The libraries log, and never print; here it is decided who listens.
"""

import logging
from datetime import datetime

import click

from deploy.console import Console

_PACKAGES = ("compiler", "reconciler", "deploy")
_KEY = f"{__name__}.verbosity"
_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


def note(context: click.Context, option: click.Parameter, count: int) -> None:
    """Remember how often `-v` was said, before a verb or behind it."""
    del option
    context.meta[_KEY] = max(count, _said(context))


def listen(console: Console) -> None:
    """Show on the console what the libraries log, as much as was asked for."""
    context = click.get_current_context(silent=True)
    verbosity = _said(context) if context is not None else 0
    console.is_detailed = verbosity > 0
    for name in _PACKAGES:
        logger = logging.getLogger(name)
        logger.setLevel(_LEVELS[min(verbosity, len(_LEVELS) - 1)])
        logger.propagate = (
            not verbosity
        )  # an embedded server listens at the root, and masks nothing
        for old in [each for each in logger.handlers if isinstance(each, _ToConsole)]:
            logger.removeHandler(old)
        if verbosity:
            logger.addHandler(_ToConsole(console))


def _said(context: click.Context) -> int:
    return int(context.meta.get(_KEY, 0))


class _ToConsole(logging.Handler):
    """Tells each record with its time of day."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Tell it."""
        at = datetime.fromtimestamp(record.created).astimezone()
        self._console.tell(f"{at:%H:%M:%S}.{at.microsecond // 1000:03} {record.getMessage()}")
