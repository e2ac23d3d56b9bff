"""Files are read, and nothing else is."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.source import sources as sources_module
from compiler.source.sources import Sources


def bind(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(path))


MADE: dict[str, Callable[[Path], None]] = {
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
    "a socket": bind,
    "a link to a device that never ends": lambda path: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE.keys())
def test_what_is_no_file_is_not_read(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "odd.yaml")

    sources = Sources(tmp_path)

    assert sources.data(tmp_path / "odd.yaml") is None
    assert sources.size(tmp_path / "odd.yaml") is None


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources_module, "LARGEST", 3)
    (tmp_path / "small").write_bytes(b"abc")
    (tmp_path / "large").write_bytes(b"abcd")

    sources = Sources(tmp_path)

    assert sources.data(tmp_path / "small") == b"abc"
    assert sources.data(tmp_path / "large") is None


def test_names_that_differ_in_letter_case_are_alike(tmp_path: Path) -> None:
    for name in ("Etl.py", "etl.py", "other.py"):
        (tmp_path / name).touch()

    assert Sources(tmp_path).alike(tmp_path, "ETL.py") == ("Etl.py", "etl.py")
    assert Sources(tmp_path).alike(tmp_path / "absent", "ETL.py") == ()
