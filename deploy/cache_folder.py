"""Where the command keeps what it can do without."""

from collections.abc import Mapping
from pathlib import Path

_OURS = "prefect-reconciler"


def cache_folder(environ: Mapping[str, str], *, base: Path, platform: str) -> Path | None:
    """The folder for what may be lost: `DEPLOY_CACHE_DIR`, else the platform's usual one.

    None where it is set to nothing, and where the user has no home.
    """
    told = environ.get("DEPLOY_CACHE_DIR")
    if told is not None:
        return base / told if told else None
    usual = _usual(environ, platform)
    return usual / _OURS if usual is not None and usual.is_absolute() else None


def _usual(environ: Mapping[str, str], platform: str) -> Path | None:
    """Source: https://specifications.freedesktop.org/basedir-spec/ for all but two systems."""
    if platform == "win32":
        local = environ.get("LOCALAPPDATA")
        return Path(local) if local else None
    home = environ.get("HOME")
    if platform == "darwin":
        return Path(home) / "Library" / "Caches" if home else None
    told = environ.get("XDG_CACHE_HOME", "")
    if told.startswith("/"):
        return Path(told)
    return Path(home) / ".cache" if home else None
