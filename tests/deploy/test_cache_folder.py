"""Where the command keeps what it can do without."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.cache_folder import cache_folder


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        pytest.param("linux", {"HOME": "/h"}, "/h/.cache/prefect-reconciler", id="home"),
        pytest.param(
            "linux",
            {"HOME": "/h", "XDG_CACHE_HOME": "/x"},
            "/x/prefect-reconciler",
            id="freedesktop",
        ),
        pytest.param(
            "linux",
            {"HOME": "/h", "XDG_CACHE_HOME": "x"},
            "/h/.cache/prefect-reconciler",
            id="relative",
        ),
        pytest.param("darwin", {"HOME": "/h"}, "/h/Library/Caches/prefect-reconciler", id="macOS"),
        pytest.param("win32", {"LOCALAPPDATA": "/l"}, "/l/prefect-reconciler", id="Windows"),
        pytest.param("win32", {"HOME": "/h"}, None, id="Windows without"),
        pytest.param("linux", {}, None, id="homeless"),
        pytest.param("linux", {"HOME": "/h", "DEPLOY_CACHE_DIR": ""}, None, id="none"),
        pytest.param("linux", {"HOME": "/h", "DEPLOY_CACHE_DIR": "/c"}, "/c", id="told"),
        pytest.param("linux", {"DEPLOY_CACHE_DIR": ".c"}, "/b/.c", id="told relatively"),
    ],
)
def test_the_folder_is_told_or_the_usual_one(
    platform: str, environ: Mapping[str, str], *, expected: str | None
) -> None:
    found = cache_folder(environ, base=Path("/b"), platform=platform)

    assert found == (Path(expected) if expected else None)
