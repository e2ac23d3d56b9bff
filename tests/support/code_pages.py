"""The command where streams have a code page, as in a pipe on Windows."""

import subprocess
from pathlib import Path

from tests.support.command import command, surroundings

PAGES = ("cp1252", "cp437", "ascii")
NAME = "nächtlich Ω 日本"  # of which each of them lacks another part


def printed(
    folder: Path, *arguments: str, page: str, url: str | None = None
) -> tuple[int, bytes, bytes]:
    """How a run ended, and the bytes that it wrote to both streams."""
    done = subprocess.run(
        command(*arguments),
        cwd=folder,
        env=surroundings(url, {"PYTHONIOENCODING": page, "PYTHONUTF8": "0"}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert b"Traceback" not in done.stderr, done.stderr
    assert done.returncode != 70, done.stderr
    return done.returncode, done.stdout, done.stderr


def read(data: bytes, page: str) -> str:
    """What stands there; every letter is of the code page, and no symbol of ours a number."""
    text = data.decode(page)
    for symbol in "→…░▒▓█·←":
        number = symbol.encode("ascii", "backslashreplace").decode()
        assert number not in text, text
    return text
