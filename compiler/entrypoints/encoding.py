"""Sources as Python decodes them: as they say themselves."""

import tokenize
from pathlib import Path

from compiler.entrypoints.answer import Unreadable
from compiler.source.sources import Sources

_UTF_8 = "utf-8-sig"
_LONGEST_HEAD = 4_000
# Encodings of which a few kilobytes keep Python busy for minutes; no source is written in one.
_NOT_FOR_SOURCES = ("idna", "punycode")


def read_text(path: Path, sources: Sources) -> str | Unreadable:
    """A source's text, in the encoding that it states, UTF-8 if it states none (PEP 263)."""
    encoding = _UTF_8
    try:
        encoding = _encoding(sources.data(path) or b"")
        return sources.read(path, encoding=encoding) or ""
    except SyntaxError as error:
        return Unreadable(line=1, column=1, message=error.msg)
    except UnicodeError:
        name = "UTF-8" if encoding == _UTF_8 else encoding
        return Unreadable(line=1, column=1, message=f"it is not {name} text")
    except LookupError as error:
        return Unreadable(line=1, column=1, message=str(error))


def _encoding(data: bytes) -> str:
    """The encoding that a comment in the first two lines states.

    Raises:
        SyntaxError: Python does not know it, or the byte order mark contradicts it.
    """
    head = data[:_LONGEST_HEAD].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    first = head.split(b"\n", 2)[:2]
    if not any(b"coding" in line for line in first):
        return _UTF_8
    lines = iter([line + b"\n" for line in first])
    encoding, _ = tokenize.detect_encoding(lambda: next(lines, b""))
    if encoding in _NOT_FOR_SOURCES:
        raise SyntaxError(f"unknown encoding: {encoding}")
    return _UTF_8 if encoding == "utf-8" else encoding
