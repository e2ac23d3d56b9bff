"""What `-v` shows: requests and decisions, on stderr, with every secret masked.

The libraries log, and never print; here it is decided who listens.
"""

import logging
from datetime import datetime

from deploy.console import Console
from deploy.loudness import verbosity

_PACKAGES = ("compiler", "reconciler", "deploy")
_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)


def listen(console: Console) -> None:
    """Show on the console what the libraries log, as much as was asked for."""
    wanted = verbosity()
    console.is_detailed = wanted > 0
    for name in _PACKAGES:
        logger = logging.getLogger(name)
        logger.setLevel(_LEVELS[min(wanted, len(_LEVELS) - 1)])
        logger.propagate = not wanted  # an embedded server listens at the root, and masks nothing
        for old in [each for each in logger.handlers if isinstance(each, _ToConsole)]:
            logger.removeHandler(old)
        if wanted:
            logger.addHandler(_ToConsole(console))


class _ToConsole(logging.Handler):
    """Tells each record with its time of day."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Tell it."""
        at = datetime.fromtimestamp(record.created).astimezone()
        self._console.tell(f"{at:%H:%M:%S}.{at.microsecond // 1000:03} {record.getMessage()}")
