"""A fix mends what it is offered for, and breaks nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from compiler.diagnostics import Diagnostic, Edit, Fix, Safety
from tests.specs.spec import Block, Case, diagnostics, read_cases

SPECS = Path(__file__).resolve().parents[1] / "specs"
OF_SYNTAX = ("DEP001", "DEP002", "DEP003", "DEP009")
OFFERED = (Safety.SAFE, Safety.UNSAFE)


def cases() -> Iterator[object]:
    for document in sorted(SPECS.glob("*.md")):
        for case in read_cases(document.read_text(encoding="utf-8")):
            if case.announced:
                yield pytest.param(case, id=f"{document.stem}: {case.title}")


def mended(blocks: list[Block], fix: Fix) -> list[Block]:
    return [replace(block, text=edited(block, fix.edits)) for block in blocks]


def edited(block: Block, edits: tuple[Edit, ...]) -> str:
    lines = block.text.splitlines(keepends=True)
    for edit in sorted(edits, key=lambda one: one.at.start, reverse=True):
        start, end = edit.at.start, edit.at.end
        if edit.at.file == block.name and start.line == end.line:
            line = lines[start.line - 1]
            lines[start.line - 1] = line[: start.column - 1] + edit.text + line[end.column - 1 :]
    return "".join(lines)


def same(one: Diagnostic, other: Diagnostic) -> bool:
    return (one.rule, one.message) == (other.rule, other.message)


@pytest.mark.parametrize("case", list(cases()))
def test_a_finding_is_gone_after_its_fix(case: Case) -> None:
    found = diagnostics(case.blocks)
    for one in found:
        if one.fix is None or one.fix.safety not in OFFERED:
            continue
        files = {edit.at.file for edit in one.fix.edits}
        before = sum(same(one, each) for each in found)

        after = diagnostics(mended(case.blocks, one.fix))

        assert files <= {block.name for block in case.blocks}
        assert sum(same(one, each) for each in after) == before - 1, one.message
        assert {each.rule.code for each in after if each.rule.code in OF_SYNTAX} <= {
            each.rule.code for each in found
        }


def test_enough_findings_offer_a_fix() -> None:
    documents = (path.read_text(encoding="utf-8") for path in SPECS.glob("*.md"))
    read = [case for text in documents for case in read_cases(text)]
    offering = {
        one.rule.code
        for case in read
        if case.announced
        for one in diagnostics(case.blocks)
        if one.fix is not None
    }

    assert len(offering) >= 15
