"""Where a code page lacks our letters, what is said stays readable and no run fails."""

import io
import json
from pathlib import Path

import pytest

from compiler.diagnostics.visible import visible
from deploy.streams import STAND_INS, carries, soften
from tests.support.code_pages import NAME, PAGES, printed, read

FILE = f"""
stack: shop
deployments:
  - name: "{NAME}"
    entrypoint: "flows.py:load"
    parameters: {{rowz: 1}}
    schedule: {{cron: "0 3 * * *"}}
"""
TEXTS = [
    "validate",
    "validate --format concise",
    "explain DEP204",
    "explain",
    "explain ownership",
    "schedule",
    "schedule --format calendar",
    "schedule --format heatmap",
    "--help",
    "nächtlich",
]
DOCUMENTS = [
    "render --origins",
    "graph",
    "graph --format dot",
    "graph --format svg",
    "schedule --format svg --from 2026-12-24",
    "schedule --format json --from 2026-12-24",
    "validate --format json",
    "validate --diff --unsafe-fixes",
    "validate --format sarif",
    "validate --format github",
    "validate --format junit",
    "schema",
]


@pytest.fixture
def project(folder: Path) -> Path:
    (folder / "deploy.yaml").write_text(FILE, encoding="utf-8")
    return folder


def right(project: Path) -> None:
    (project / "deploy.yaml").write_text(FILE.replace("rowz", "rows"), encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("words", TEXTS)
def test_what_people_read_has_letters_of_the_page(words: str, page: str, project: Path) -> None:
    if words.startswith("schedule"):
        right(project)
    whole = printed(project, *words.split(), page="utf-8")

    code, stdout, stderr = printed(project, *words.split(), page=page)

    said, meant = read(stdout + stderr, page), (whole[1] + whole[2]).decode()
    assert code == whole[0]
    assert len(said.splitlines()) == len(meant.splitlines())
    if NAME in meant:
        assert r"\u65e5\u672c" in said


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("words", DOCUMENTS)
def test_what_programs_read_is_always_unicode(words: str, page: str, project: Path) -> None:
    if not words.startswith("validate"):
        right(project)
    whole = printed(project, *words.split(), page="utf-8")

    code, stdout, _ = printed(project, *words.split(), page=page)

    assert (code, stdout) == whole[:2]
    assert stdout.decode()


def test_a_heat_map_keeps_its_columns_on_every_page(project: Path) -> None:
    right(project)
    words = ("schedule", "--format", "heatmap", "--from", "2026-12-24")

    maps = [printed(project, *words, page=page)[1].decode(page) for page in ("utf-8", *PAGES)]

    assert len({tuple(map(len, each.splitlines())) for each in maps}) == 1
    assert "##" in maps[-1]


@pytest.mark.parametrize("page", ["cp437", "cp1252", "latin-1", "ascii", "cp932", "gbk"])
def test_every_letter_can_be_written(page: str) -> None:
    data = io.BytesIO()
    stream = io.TextIOWrapper(data, encoding=page)
    soften(stream)

    stream.write("rows: 4 → 7 … \U0001f600 \udc80 " + visible("\x1b"))
    stream.flush()

    text = data.getvalue().decode(page)
    assert text.replace("->", "→").replace("...", "…") == r"rows: 4 → 7 … \U0001f600 \udc80 ^["


def test_stand_ins_are_of_every_page() -> None:
    assert all(text.isascii() for text in STAND_INS.values())


@pytest.mark.parametrize(("page", "has"), [("utf-8", True), ("cp1252", False), ("cp437", False)])
def test_it_is_known_whether_stand_ins_are_needed(page: str, *, has: bool) -> None:
    assert carries(io.TextIOWrapper(io.BytesIO(), encoding=page)) is has


def test_json_stays_json(project: Path) -> None:
    document = json.loads(printed(project, "validate", "--format", "json", page="ascii")[1])

    assert document["findings"]
