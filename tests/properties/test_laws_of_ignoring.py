"""Whatever is ignored, an error that a document did not survive is found: for every spec."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from compiler.rules.catalogue import CATALOGUE
from tests.specs.spec import Block, Case, Finding, findings, read_cases

SPECS = Path(__file__).resolve().parents[1] / "specs"
OPINIONS = {code for code, rule in CATALOGUE.items() if rule.is_opinion}
OF_COMMENTS = {"DEP030", "DEP031"}


def ignoring(block: Block) -> Block:
    """The same file, whose first comment asks to ignore everything."""
    is_yaml = block.language == "yaml"
    return replace(block, text=f"# deploy: ignore-file\n{block.text}") if is_yaml else block


def grave(found: list[Finding]) -> Counter[str]:
    """Errors that nothing may take away, by code."""
    return Counter(
        each.code
        for each in found
        if each.words.startswith("error: ") and each.code not in OPINIONS
    )


def cases() -> list[object]:
    return [
        pytest.param(case, id=f"{path.stem}: {case.title}")
        for path in sorted(SPECS.glob("*.md"))
        for case in read_cases(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("case", cases())
def test_what_a_document_did_not_survive_is_not_ignored(case: Case) -> None:
    before, after = findings(case.blocks), findings([ignoring(each) for each in case.blocks])

    assert grave(after) == grave(before)


@pytest.mark.parametrize("case", cases())
def test_all_else_that_is_in_a_file_is_ignored(case: Case) -> None:
    found = findings([ignoring(each) for each in case.blocks])

    files = {each.name for each in case.blocks if each.language == "yaml"}
    heard = [each for each in found if each.file in files and each.code not in OF_COMMENTS]
    assert [each for each in heard if each.code in OPINIONS or "error: " not in each.words] == []
