"""Fixes made in the files of a project: all of a file, or nothing of it."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from compiler import Compilation, Request
from compiler.diagnostics import Edit, Fix, Safety
from compiler.diagnostics.mend import edits_of, made, mended
from compiler.pipeline import root_of
from deploy.complaint import Complaint

_BOM = b"\xef\xbb\xbf"
_YAML = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """A file before and after its fixes, named as in messages."""

    file: str
    path: Path
    before: str
    after: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """The fixes that can be made at once, and the files that they change."""

    fixes: tuple[Fix, ...]
    files: tuple[Mended, ...]


def mending(compiled: Compilation, request: Request, *, unsafe: bool) -> Mending:
    """What is to be written; nothing is, yet."""
    safeties = {Safety.SAFE, Safety.UNSAFE} if unsafe else {Safety.SAFE}
    own = frozenset(
        name for name, _ in compiled.sources.texts() if _is_own(Path(request.base, name), request)
    )
    fixes = made(compiled.report, safeties, own)
    files = (_mended(file, edits, compiled, request) for file, edits in edits_of(fixes).items())
    return Mending(fixes=fixes, files=tuple(files))


def _is_own(path: Path, request: Request) -> bool:
    """Whether it is YAML of the project: links that lead out of it are not followed."""
    first = request.files[0] if request.files else request.base
    root = os.path.realpath(root_of(first if first.is_dir() else first.parent))
    is_yaml = path.suffix.lower() in _YAML or path in request.files
    return is_yaml and Path(os.path.realpath(path)).is_relative_to(root)


def _mended(file: str, edits: tuple[Edit, ...], compiled: Compilation, request: Request) -> Mended:
    path, lines = Path(request.base, file), compiled.sources.lines(file)
    assert lines is not None, file
    data = compiled.sources.data(path) or b""
    return Mended(file=file, path=path, before=lines.text, after=mended(lines, edits), data=data)


def write(file: Mended) -> None:
    """Put the new text in the file's place in one step; a byte order mark stays.

    Raises:
        Complaint: the file is not any more what was read.
        OSError: it cannot be written.
    """
    path = file.path.resolve()
    if path.read_bytes() != file.data:
        hint = "nothing of it was changed; try again"
        raise Complaint(f"{file.file!r} has changed since it was read", hint=hint)
    mark = _BOM if file.data.startswith(_BOM) else b""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(mark + file.after.encode())
        shutil.copymode(path, new)
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
