"""A value that is changed in a text is changed there, and nothing else of the text is."""

import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.diagnostics.mend import mended
from compiler.source.edit import CannotEdit, Page, Pages, edits, flow_text
from compiler.source.nodes import plain
from compiler.source.yaml_loader import load
from compiler.source.yaml_writer import spelled

pytestmark = pytest.mark.property

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 99),
    st.sampled_from(
        ["a", "on", "1e3", "a: b", "two\nlines", "it's", 'a "b"', "", " x", "#", "012"]
    ),
)
KEYS = st.sampled_from(["a", "b", "on", "c d", "1"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


class Writer:
    """Writes a value as people may: now in blocks, now in brackets, with comments everywhere."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._count = 0

    def comment(self) -> str:
        self._count += 1
        return f"# c{self._count};"

    def lines(self, value: Any, indent: str) -> list[str]:
        if isinstance(value, dict):
            parts = [(f"{indent}{spelled(key)}:", item) for key, item in value.items()]
        else:
            parts = [(f"{indent}-", item) for item in value]
        found = []
        for head, item in parts:
            if self._chance.random() < 0.2:
                found.append(f"{indent}{self.comment()}")
            found += self._part(head, item, indent)
        return found

    def _part(self, head: str, item: Any, indent: str) -> list[str]:
        behind = f"  {self.comment()}" if self._chance.random() < 0.3 else ""
        if isinstance(item, (dict, list)) and item and self._chance.random() < 0.7:
            inner = self.lines(item, f"{indent}  ")
            if head.endswith("-") and self._chance.random() < 0.7 and "#" not in inner[0][:4]:
                return [f"{head} {inner[0].strip()}", *inner[1:]]
            return [f"{head}{behind}", *inner]
        return self._flat(head, item, indent, behind)

    def _flat(self, head: str, item: Any, indent: str, behind: str) -> list[str]:
        if isinstance(item, str) and re.fullmatch(r"\w+(\n\w+)*", item) and "\n" in item:
            return [f"{head} |-{behind}", *(f"{indent}    {line}" for line in item.split("\n"))]
        if isinstance(item, str) and item.isprintable() and self._chance.random() < 0.3:
            return ["{} '{}'{}".format(head, item.replace("'", "''"), behind)]
        return [f"{head} {flow_text(item)}{behind}"]


@given(DOCUMENTS, VALUES, st.integers(0, 10**6))
def test_a_changed_value_is_read_back_and_all_else_stays(
    before: dict[str, Any], new: Any, seed: int
) -> None:
    end = "\r\n" if seed % 5 == 0 else "\n"
    text = "".join(f"{line}{end}" for line in Writer(seed).lines(before, ""))
    after = changed(before, new, random.Random(seed))
    node = load(text, file="a.yaml", report=Report())
    assert node is not None
    assert plain(node) == before, text

    try:
        made = edits(node, before, after, Pages({"a.yaml": Page(text, "a.yaml")}))
    except CannotEdit:
        return
    result = mended(Page(text, "a.yaml").lines, sorted(made, key=lambda edit: edit.at))

    read = load(result, file="a.yaml", report=Report())
    assert read is not None, (text, result)
    assert plain(read) == after, (text, result)
    if before == after:
        assert result == text
    kept = [line for line in text.splitlines() if line in result.splitlines()]
    assert len(kept) >= len(text.splitlines()) - touched(before, after)


def changed(value: Any, new: Any, chance: random.Random) -> Any:
    """The value with one place otherwise: changed, added or taken away."""
    found = value
    if isinstance(value, (dict, list)) and value and chance.random() < 0.8:
        places: list[Any] = sorted(value) if isinstance(value, dict) else list(range(len(value)))
        place, choice = chance.choice(places), chance.random()
        found = dict(value) if isinstance(value, dict) else dict(enumerate(value))
        if choice < 0.6:
            found[place] = changed(value[place], new, chance)
        elif choice < 0.8 and len(value) > 1:
            del found[place]
        else:
            found["new" if isinstance(value, dict) else len(value)] = new
        return found if isinstance(value, dict) else list(found.values())
    return new if isinstance(value, type(new)) or chance.random() < 0.5 else found


def touched(before: Any, after: Any) -> int:
    """How many lines a change may touch: those of the values that differ."""
    if before == after:
        return 0
    if isinstance(before, dict) and isinstance(after, dict):
        keys = {*before, *after}
        return sum(touched(before.get(key), after.get(key)) + 2 for key in keys)
    return size(before) + size(after) + 2


def size(value: Any) -> int:
    if isinstance(value, dict):
        return 2 + sum(size(item) + 2 for item in value.values())
    if isinstance(value, list):
        return 2 + sum(size(item) + 2 for item in value)
    return 4
