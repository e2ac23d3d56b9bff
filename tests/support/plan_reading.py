"""What a reader learns from each format of a plan: the steps, and the paths that change."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

from compiler.plan.document import PlanDocument
from deploy.views.plan.wording import told

Read = set[tuple[str, str, frozenset[str]]]
_VERBS = {"+": "create", "~": "update", "-": "delete"}
_QUIET = {
    "adopted into": "adopt",
    "will be protected": "protect",
    "protection is lifted": "unprotect",
}


def said(document: PlanDocument) -> Read:
    """What the document says, of new things as much as a reader is told."""
    return {
        (each.action, each.address, frozenset(change.path for change in told(each)))
        for each in document.actions
    }


def from_json(text: str) -> Read:
    """All that the JSON says."""
    return {
        (each["action"], each["address"], frozenset(change["path"] for change in each["changes"]))
        for each in json.loads(text)["actions"]
    }


def from_text(text: str) -> Read:
    """What the text says, line by line."""
    return set(_steps(text.split("\n")))


def _steps(lines: list[str]) -> Iterator[tuple[str, str, frozenset[str]]]:
    starts = [number for number, line in enumerate(lines) if line[:2] in {"+ ", "~ ", "- ", "= "}]
    for start, end in pairwise([*starts, len(lines)]):
        head, inner = lines[start], lines[start + 1 : end]
        address, rest = name_in(head[2:], "  (")
        paths = [name_in(line[4:], ":")[0] for line in inner if re.match(r"    [^\s!]", line)]
        yield (
            verb_of(head[0], rest),
            address,
            frozenset("schedules" if path == "schedule" else path for path in paths),
        )


def verb_of(mark: str, note: str) -> str:
    """What is done, by its mark and what stands behind the address."""
    if mark in _VERBS:
        return _VERBS[mark]
    return next(verb for words, verb in _QUIET.items() if note.startswith(words))


def name_in(text: str, end: str) -> tuple[str, str]:
    """A name that may stand in quotes, and what comes after it."""
    if text.startswith('"'):
        name, length = json.JSONDecoder().raw_decode(text)
        return str(name), text[length:].removeprefix(end)
    name, _, rest = text.partition(end)
    return name, rest


def from_html(text: str) -> Read:
    """What the page says of each step, in the attributes that it filters by."""
    reader = _Page()
    reader.feed(text)
    reader.close()
    return reader.steps


class _Page(HTMLParser):
    """Reads the steps of a page, which stand one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: Read = set()
        self._step: tuple[str, str] | None = None
        self._paths: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a step, or note a path of the one that is open."""
        given = {name: value or "" for name, value in attrs}
        if tag == "details":
            address, _ = name_in(given["data-address"], "\n")
            self._step, self._paths = (given["data-action"], address), set()
        elif "data-path" in given:
            self._paths.add(name_in(given["data-path"], "\n")[0])

    def handle_endtag(self, tag: str) -> None:
        """End the step that is open."""
        if tag == "details" and self._step is not None:
            self.steps.add((*self._step, frozenset(self._paths)))
