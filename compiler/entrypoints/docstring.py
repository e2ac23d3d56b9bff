"""What a docstring says about each parameter, in the style that Prefect reads: Google's."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence

_HEADER = re.compile(r"(?P<kind>\w[\s\w-]*):(\s+\S.*)?\s*")
_PARAMETERS = ("args", "arguments", "params", "parameters")
_FENCE = "```"


def describe_parameters(docstring: str) -> Mapping[str, str]:
    """Descriptions by parameter, from the last section called "Args" or the like.

    Indentation that all lines after the first share is dropped, even where `inspect.getdoc`
    has done so before: a docstring that begins with "Args:" loses its section by that. A section
    begins at a header with an empty line above and an indented one below, outside ``` fences.

    Source: griffe's Google parser, https://mkdocstrings.github.io/griffe/reference/docstrings/
    """
    found: Mapping[str, str] = {}
    for kind, block in _sections(inspect.cleandoc(docstring.rstrip()).split("\n")):
        if kind in _PARAMETERS and (described := dict(_described(_items(block)))):
            found = described
    return found


def _sections(lines: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    at, fenced = 0, False
    while at < len(lines):
        header = None if fenced else _header(lines, at)
        if header is not None:
            end = _end_of_block(lines, at + 1)
            yield header, lines[at + 1 : end]
            at = end
            continue
        fenced ^= lines[at].lstrip(" ").startswith(_FENCE)
        at += 1


def _header(lines: Sequence[str], at: int) -> str | None:
    match = _HEADER.fullmatch(lines[at])
    below, *second = lines[at + 1 : at + 3] or [""]
    if match is None or not below.strip() or not _indentation(below):
        return None
    if not any(line.strip() and line.startswith(" ") for line in (below, *second)):
        return None  # indented with other blanks, which do not count
    if at > 0 and lines[at - 1].strip():
        return None
    return match["kind"].lower()


def _end_of_block(lines: Sequence[str], start: int) -> int:
    margin = " " * _indentation(lines[start])
    for at in range(start + 1, len(lines)):
        if lines[at].strip() and not lines[at].startswith(margin):
            return at
    return len(lines)


def _items(block: Sequence[str]) -> Iterator[list[str]]:
    indent = _indentation(block[0])
    item: list[str] = []
    for line in block:
        if line.strip() and not line.startswith(" " * (indent + 1)):
            if item:
                yield item
            item = [line[indent:]]
        elif line.startswith(" " * indent * 2):
            item.append(line[indent * 2 :] if line.strip() else "")
        else:
            item.append(line.lstrip())
    yield item


def _described(items: Iterator[list[str]]) -> Iterator[tuple[str, str]]:
    for first, *rest in items:
        name, colon, description = first.partition(":")
        if not colon:
            continue
        if "(" in name and name.endswith(")"):
            name = name.partition("(")[0].strip()
        yield name, "\n".join([description.lstrip(), *rest]).rstrip("\n")


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
