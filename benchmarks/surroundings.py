"""The environment of a program that is measured."""

from collections.abc import Mapping
from pathlib import Path

from tests.support.environment import without_prefect

_ROOT = Path(__file__).resolve().parents[1]


def surroundings(home: Path, url: str) -> Mapping[str, str]:
    """For a server at `url`; what is kept lies in `home`."""
    return {
        **without_prefect(),
        "PREFECT_API_URL": url,
        "PREFECT_HOME": str(home / "prefect-home"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DEPLOY_CACHE_DIR": str(home / "cache"),
        "PYTHONPATH": str(_ROOT),
    }
