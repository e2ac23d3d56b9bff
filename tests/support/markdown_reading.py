"""Markdown as a site reads it, and what a plan in it says."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.support.plan_reading import Read, name_in, verb_of

_TITLE = re.compile(r"<b>(.)</b> <code>(.*?)</code>(?: \((.*?)\))?")
_SUMMARY = re.compile(r"<details><summary>(.*)</summary>\n?")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a document, and the parts of its text: each with its kind."""

    kind: str
    text: str
    inner: tuple[tuple[str, str], ...] = ()


def blocks(text: str) -> list[Block]:
    """What a document is made of, in order."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return [_block(token) for token in parser.parse(text)]


def _block(token: Token) -> Block:
    inner = tuple((each.type, each.content) for each in token.children or ())
    return Block(token.type, token.content, inner)


def from_markdown(text: str) -> Read:
    """The steps of a plan and their paths."""
    return set(_steps(blocks(text)))


def _steps(found: list[Block]) -> Iterator[tuple[str, str, frozenset[str]]]:
    for number, block in enumerate(found):
        summary = _SUMMARY.fullmatch(block.text) if block.kind == "html_block" else None
        if summary is not None:
            fence = found[number + 1]
            assert fence.kind == "fence"
            yield _step(summary[1], _paths(fence.text))
        elif block.kind == "inline" and block.text.startswith("<b>"):
            yield _step(block.text, frozenset())


def _step(title: str, paths: frozenset[str]) -> tuple[str, str, frozenset[str]]:
    found = _TITLE.match(title)
    assert found is not None, title
    address = name_in(html.unescape(found[2]), "  (")[0]
    return verb_of(found[1], html.unescape(found[3] or "")), address, paths


def _paths(diff: str) -> frozenset[str]:
    heads = [line[2:] for line in diff.split("\n") if re.match(r"[-+!] \S", line)]
    paths = (name_in(head, ":")[0] for head in heads)
    return frozenset("schedules" if path == "schedule" else path for path in paths)
