"""What the tests' surroundings must not decide."""

import os

_PREFIXES = ("PREFECT_", "GITHUB_", "GITLAB_", "CI_", "BITBUCKET_", "BUILD_", "TF_")
_NAMES = frozenset(
    {
        *("CI", "DO_NOT_TRACK", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "XDG_CACHE_HOME"),
        *("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"),
        *("DEPLOY_CLIENT_CERT", "DEPLOY_CLIENT_KEY"),
    }
)


def is_foreign(name: str) -> bool:
    """Tell whether a variable is Prefect's, a CI system's, the network's or the terminal's."""
    return name.startswith(_PREFIXES) or name.upper() in _NAMES


def without_prefect() -> dict[str, str]:
    """Return the environment without those, for a process that a test starts."""
    return {name: value for name, value in os.environ.items() if not is_foreign(name)}
