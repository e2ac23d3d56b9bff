"""Texts, read once, kept to be quoted."""

import os
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from compiler.diagnostics.lines import Lines
from compiler.source.stand_in import StandIn

LARGEST = 2**26  # bytes of a file: all deployments of the world take less


class Sources:
    """The files of one run.  The only place of the compiler that touches the disk.

    Files are named as messages show them: relative to `base` where they lie
    below it, absolute otherwise.  `stand_in` says of one folder where to read it instead.
    """

    def __init__(self, base: Path, stand_in: StandIn | None = None) -> None:
        self._base = base
        self._stand_in = stand_in
        self._given: dict[Path, bytes] = {}
        self._prefix = f"{base.as_posix().rstrip('/')}/"
        self._quoted: dict[str, str] = {}
        self._read: dict[str, tuple[Path, str]] = {}
        self._lines: dict[str, Lines] = {}
        self._bytes: dict[Path, bytes | None] = {}
        self._names: dict[Path, frozenset[str] | None] = {}
        self._folded: dict[Path, dict[str, tuple[str, ...]]] = {}
        self._stats: dict[Path, os.stat_result | None] = {}

    def name(self, path: Path) -> str:
        """How messages call the file at `path`."""
        text = path.as_posix()
        if text.startswith(self._prefix):
            return text.removeprefix(self._prefix)
        return "." if path == self._base else text

    def disk(self, path: Path) -> Path:
        """Where on the disk the content of `path` is; for looking, never for naming it."""
        return path if self._stand_in is None else self._stand_in.disk(path)

    def real(self, path: Path) -> Path:
        """The path with all links followed."""
        if self._stand_in is not None:
            return self._stand_in.real(path)
        return Path(os.path.realpath(path))

    def with_stand_in(self, stand_in: StandIn) -> "Sources":
        """Nothing read yet, and a folder to be read from elsewhere; what was given stays."""
        other = Sources(self._base, stand_in)
        for path, data in self._given.items():
            other.give(path, data)
        return other

    def data(self, path: Path) -> bytes | None:
        """The file's bytes; None when there is no such file or it may not be read.

        Nothing but a file is read: a pipe may never end, and a device never does.
        """
        if path not in self._bytes:
            try:
                self._bytes[path] = _contents(self.disk(path))
            except (OSError, ValueError):  # no file has a null character in its name
                self._bytes[path] = None
        return self._bytes[path]

    def size(self, path: Path) -> int | None:
        """Bytes in the file; None when there is no regular file of exactly this name.

        Letter case counts, on every system.
        """
        found = self._stat(path)
        return found.st_size if found is not None and stat.S_ISREG(found.st_mode) else None

    def is_folder(self, path: Path) -> bool:
        """Whether there is a folder of exactly this name."""
        found = self._stat(path)
        return found is not None and stat.S_ISDIR(found.st_mode)

    def names(self, folder: Path) -> frozenset[str] | None:
        """What lies in a folder; None when it cannot be listed."""
        if folder not in self._names:
            try:
                listed = os.listdir(self.disk(folder))  # noqa: PTH208  # names, and no objects around them
                self._names[folder] = frozenset(map(_composed, listed))
            except (OSError, ValueError):
                self._names[folder] = None
        return self._names[folder]

    def alike(self, folder: Path, name: str) -> tuple[str, ...]:
        """What lies in a folder and has this name but for letter case, in order."""
        if folder not in self._folded:
            folded: dict[str, tuple[str, ...]] = {}
            for each in sorted(self.names(folder) or ()):
                folded[each.casefold()] = (*folded.get(each.casefold(), ()), each)
            self._folded[folder] = folded
        return self._folded[folder].get(name.casefold(), ())

    def _stat(self, path: Path) -> os.stat_result | None:
        if path not in self._stats:
            beside = self.names(path.parent)
            try:
                is_named = (
                    beside is None or path.name in ("", "..") or _composed(path.name) in beside
                )
                self._stats[path] = self.disk(path).stat() if is_named else None
            except (OSError, ValueError):
                self._stats[path] = None
        return self._stats[path]

    def read(self, path: Path, *, encoding: str = "utf-8-sig") -> str | None:
        """The file's text, a byte order mark removed; None when it cannot be had.

        Raises:
            UnicodeDecodeError: the file is not in this encoding.
        """
        data = self.data(path)
        if data is None:
            return None
        text = data.decode(encoding)
        self._read[self.name(path)] = path, encoding
        self._lines.pop(self.name(path), None)
        return text

    def give(self, path: Path, data: bytes) -> None:
        """Let `path` stand for data that came from elsewhere, such as standard input."""
        self._bytes[path] = self._given[path] = data

    def quote(self, name: str, text: str) -> None:
        """Let messages quote a text that is no file, such as an option of the command."""
        self._quoted[name] = text
        self._lines.pop(name, None)

    def line(self, name: str, number: int) -> str | None:
        """Line `number`, counted from 1, of the text called `name`."""
        lines = self.lines(name)
        return None if lines is None else lines.line(number)

    def lines(self, name: str) -> Lines | None:
        """The text called `name`, taken apart once; None if it was not read."""
        if name not in self._lines and (text := self._text(name)) is not None:
            self._lines[name] = Lines.of(text, name)
        return self._lines.get(name)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text that was read, by name."""
        for name in dict.fromkeys((*self._read, *self._quoted)):
            yield name, self._text(name) or ""

    def _text(self, name: str) -> str | None:
        """Made of the bytes each time: nobody asks for most of them again."""
        if name in self._quoted or name not in self._read:
            return self._quoted.get(name)
        path, encoding = self._read[name]
        data = self.data(path)
        return None if data is None else data.decode(encoding)


def _contents(path: Path) -> bytes | None:
    if not stat.S_ISREG(path.stat().st_mode):
        return None
    with path.open("rb") as stream:
        return up_to_the_largest(stream)


def up_to_the_largest(stream: BinaryIO) -> bytes | None:
    """What comes from a stream; None if that is more than a file may be."""
    data = stream.read(LARGEST + 1)
    return data if len(data) <= LARGEST else None


def _composed(name: str) -> str:
    """The one way to write a name of which file systems keep several."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)
