"""Every finding has a code of its own stage, a page that is true, a document and a spec."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.diagnostics import Rule
from compiler.rules.catalogue import CATALOGUE
from docs.generate import DOCS, HEADINGS, STAGES, documents, files, sections
from tests.specs.spec import Block, Finding, findings, make_block, read_cases

ROOT = DOCS.parent
PAGES = ROOT / "compiler" / "diagnostics" / "pages"
RULES = ROOT / "compiler" / "rules"
SPECS = ROOT / "tests" / "specs"

# These need a server, a repository, or an order to plan; the others are found in files alone.
NEED_A_SERVER = re.compile(r"DEP(10[56]|32[034]|4(39|4[1-5])|50[1245]|516|52[179]|6\d\d|7\d\d|808)")
IN_FILES = [rule for code, rule in CATALOGUE.items() if not NEED_A_SERVER.fullmatch(code)]


def modules(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.glob("*.py") if path.stem not in {"__init__", "catalogue"}
    )


def code_in(module: Path) -> str:
    found = re.search(r'code="(DEP\d{3})"', module.read_text(encoding="utf-8"))
    return found[1] if found else ""


def by_code(rules: list[Rule]) -> list[object]:
    return [pytest.param(rule, id=rule.code) for rule in rules]


def blocks(rule: Rule, heading: str) -> list[Block]:
    languages = {"py": "python", "yaml": "yaml", "json": "json", "": "yaml"}
    return [
        make_block(languages[Path(name).suffix.removeprefix(".")], name, "", text)
        for name, text in files(sections(rule.page)[heading])
        if not text.startswith("$ ")
    ]


def test_no_code_is_given_twice() -> None:
    codes = [code_in(module) for module in (*modules(PAGES), *modules(RULES))]

    assert sorted(codes) == list(CATALOGUE)


def test_a_code_is_of_a_known_stage() -> None:
    assert [code for code in CATALOGUE if code[:4] not in STAGES] == []


def test_rules_check_what_is_written_and_not_its_shape() -> None:
    stages = {code_in(module)[:4] for module in modules(RULES)}

    assert stages == {"DEP0", "DEP2", "DEP3", "DEP4", "DEP5"}


def test_a_finding_is_called_like_its_module() -> None:
    named = {code_in(each): each.stem for each in (*modules(PAGES), *modules(RULES))}

    assert {code: rule.name.replace("-", "_") for code, rule in CATALOGUE.items()} == named


def test_every_page_is_reported_somewhere() -> None:
    sources = [path.read_text(encoding="utf-8") for path in _sources()]
    unused = [
        page.stem
        for page in modules(PAGES)
        if not any(re.search(rf"\b{page.stem}(_page)?\.RULE", text) for text in sources)
    ]

    assert unused == []


def _sources() -> Iterator[Path]:
    for package in ("compiler", "reconciler", "controller", "deploy"):
        yield from (ROOT / package).rglob("*.py")


@pytest.mark.parametrize("rule", by_code(list(CATALOGUE.values())))
def test_a_page_has_all_headings(rule: Rule) -> None:
    first, *headings = sections(rule.page)

    assert tuple(headings) == HEADINGS
    assert all(sections(rule.page).values())
    assert sections(rule.page)[first].endswith(".")


@pytest.mark.parametrize("rule", by_code(IN_FILES))
def test_the_example_of_a_page_is_found(rule: Rule) -> None:
    example = blocks(rule, "Example")

    assert not example or rule.code in {found.code for found in findings(example)}


@pytest.mark.parametrize(
    "rule", by_code([each for each in CATALOGUE.values() if each not in IN_FILES])
)
def test_the_example_of_what_a_server_finds_is_right_without_one(rule: Rule) -> None:
    """But for a key that is another's: of a part of a file nobody says of what it is one."""
    assert {found.code for found in findings(blocks(rule, "Example"))} <= {"DEP101"}


@pytest.mark.parametrize("rule", by_code(list(CATALOGUE.values())))
def test_nothing_is_found_in_what_a_page_advises(rule: Rule) -> None:
    advised = blocks(rule, "Use instead")

    assert not advised or findings(advised) == []


@pytest.mark.parametrize("rule", by_code(IN_FILES))
def test_a_finding_is_announced_by_its_spec(rule: Rule) -> None:
    spec = SPECS / f"{rule.name.replace('-', '_')}.md"
    cases = read_cases(spec.read_text(encoding="utf-8"))

    assert any(_announces(case.announced, rule.code) for case in cases)
    assert any(not _announces(case.announced, rule.code) for case in cases)


def _announces(announced: list[Finding], code: str) -> bool:
    return any(one.code == code for one in announced)


def test_the_documents_are_fresh() -> None:
    stale = [path.name for path, text in documents().items() if _read(path) != text]

    assert stale == [], "run: make gen"


def test_no_document_is_left_of_a_finding_that_is_gone() -> None:
    assert {path.stem for path in (DOCS / "rules").glob("DEP*.md")} == set(CATALOGUE)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
