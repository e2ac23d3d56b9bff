"""What the tests' surroundings must not decide."""

import os

_PREFIXES = ("PREFECT_", "GITHUB_", "GITLAB_", "CI_", "BITBUCKET_", "BUILD_", "TF_")
_NAMES = frozenset(
    {"CI", "DO_NOT_TRACK", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "XDG_CACHE_HOME"}
)


def is_foreign(name: str) -> bool:
    """Tell whether a variable is one of Prefect's, of a CI system's, or of the terminal's."""
    return name.startswith(_PREFIXES) or name in _NAMES


def without_prefect() -> dict[str, str]:
    """Return the environment without those, for a process that a test starts."""
    return {name: value for name, value in os.environ.items() if not is_foreign(name)}
