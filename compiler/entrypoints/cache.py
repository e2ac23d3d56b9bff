"""What was read in earlier runs, kept in the user's cache folder.

It only saves time: it may be deleted at any moment, and whatever is wrong with it counts
as nothing being there.  Runs at the same time do no harm; what the last one writes stays.
"""

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import pydantic

from compiler.desired.json import Json
from compiler.entrypoints.answer import Flow
from compiler.entrypoints.consulted import Consulted, States
from compiler.entrypoints.remembered import (
    Garbled,
    dump_flow,
    dump_path,
    load_flow,
    load_mapping,
    load_pairs,
)

_MOST_ENTRIES = 20_000
_MOST_BYTES = 200_000_000
_KEPT_FOR = 90 * 24 * 3600.0  # seconds for which a repository's file outlives its last change


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A flow, and what its reading depended on."""

    flow: Flow
    consulted: tuple[Consulted, ...]


class ReadingCache:
    """The readings of one repository, in one file; only this and `Sources` touch the disk.

    What is remembered counts if all that it depended on is as it was, the code that read it
    included.
    """

    def __init__(
        self, folder: Path, root: Path, states: States, *, known_as: str | None = None
    ) -> None:
        """Remember what lies at `root`, or at other times elsewhere and is `known_as` one name."""
        self._folder = folder
        self._root = root
        self._states = states
        self._code = _code_in_use()
        self._path = folder / f"{_digest(os.fsencode(known_as or root))}.json"
        self._places, self._entries = self._loaded()
        self._holds: dict[int, bool] = {}
        self._new: dict[str, Remembered] = {}
        self._used: dict[str, None] = {}

    def get(self, key: str) -> Remembered | None:
        """What was read of this key; None where it was not, or something has changed since."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        try:
            found = self._valid(entry)
        except Garbled:
            return None
        if found is not None:
            self._used[key] = None
        return found

    def put(self, key: str, found: Remembered) -> None:
        """Remember this, once it is saved."""
        self._new[key] = found

    def save(self) -> None:
        """Write what is new, if anything is; a folder that cannot be written to is no matter."""
        if not self._new:
            return
        body = json.dumps(self._body(), separators=(",", ":")).encode()
        header = json.dumps({"code": self._code, "contents": _digest(body)}).encode()
        with contextlib.suppress(OSError):
            self._write(header + b"\n" + body)
            self._forget_old_files()

    def _loaded(self) -> tuple[Sequence[tuple[str, str]], Mapping[str, Json]]:
        try:
            if self._path.stat().st_size > _MOST_BYTES:
                return (), {}
            header, _, body = self._path.read_bytes().partition(b"\n")
            if json.loads(header) != {"code": self._code, "contents": _digest(body)}:
                return (), {}
            whole = load_mapping(json.loads(body))
            return load_pairs(whole.get("places")), load_mapping(whole.get("entries"))
        except (OSError, ValueError, RecursionError, Garbled):
            return (), {}

    def _valid(self, entry: Json) -> Remembered | None:
        match entry:
            case [[*numbers], flow]:
                places = [at for at in numbers if self._is_place(at)]
                if len(places) < len(numbers) or not all(map(self._is_as_it_was, places)):
                    return None
                consulted = tuple(self._consulted(at) for at in places)
                return Remembered(flow=load_flow(flow, self._root), consulted=consulted)
            case _:
                return None

    def _is_as_it_was(self, at: int) -> bool:
        if at not in self._holds:
            then = self._consulted(at)
            self._holds[at] = self._states.of(then.path) == then.state
        return self._holds[at]

    def _consulted(self, at: int) -> Consulted:
        path, state = self._places[at]
        return Consulted(self._root / path, state)

    def _body(self) -> Json:
        """All entries in the order of their last use, those that are of no more use left out."""
        numbers: dict[tuple[str, str], int] = {}
        entries: dict[str, Json] = {}
        for key, places, flow in [*self._kept(), *self._fresh()][-_MOST_ENTRIES:]:
            entries[key] = [[numbers.setdefault(one, len(numbers)) for one in places], flow]
        return {"places": [[path, state] for path, state in numbers], "entries": entries}

    def _fresh(self) -> Iterator[tuple[str, list[tuple[str, str]], Json]]:
        for key, found in self._new.items():
            places = [(dump_path(one.path, self._root) or "", one.state) for one in found.consulted]
            yield key, places, dump_flow(found.flow, self._root)

    def _kept(self) -> Iterator[tuple[str, list[tuple[str, str]], Json]]:
        unused = [key for key in self._entries if key not in self._used]
        for key in (*unused, *self._used):
            match self._entries[key]:
                case [[*numbers], flow] if key not in self._new:
                    places = [self._places[at] for at in numbers if self._is_place(at)]
                    is_there = bool(places) and self._states.is_file(self._root / places[0][0])
                    if len(places) == len(numbers) and is_there:
                        yield key, places, flow
                case _:
                    continue

    def _is_place(self, number: Json) -> TypeGuard[int]:
        return isinstance(number, int) and 0 <= number < len(self._places)

    def _write(self, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=self._folder, suffix=".tmp")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
            Path(name).replace(self._path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _forget_old_files(self) -> None:
        """Delete what other repositories, and runs that were killed, left long before this one."""
        now = self._path.stat().st_mtime
        for path in self._folder.iterdir():
            if path.suffix in (".json", ".tmp") and now - path.stat().st_mtime > _KEPT_FOR:
                path.unlink(missing_ok=True)


def _code_in_use() -> str:
    """Stands for the code that reads: this package, Python and pydantic."""
    here = Path(__file__).parent
    parts = [path.read_bytes() for path in sorted(here.glob("*.py"))]
    if not parts:
        return os.urandom(16).hex()  # installed without its sources: nothing can stand for them
    around = f"{sys.platform} {sys.version} {pydantic.VERSION}"
    return _digest(b"\0".join([*parts, around.encode()]))


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
