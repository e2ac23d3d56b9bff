"""Every block of code in the documents has a checker, by its language.

What a page shows that is run stands in `test_how_to.py`, `tests/server/test_tutorial.py` and
`tests/server/test_readme.py`; here nothing is run, so that nothing is left out.
"""

import configparser
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from compiler.manifest import schema as grammar
from deploy.exit_codes import Exit
from deploy.main import deploy
from tests.support.fences import Fence, commands, fences, unknown

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GENERATED = {DOCS / "cli.md", *(DOCS / "rules").glob("*.md")}  # tests/house/test_rules.py
PAGES = sorted({*ROOT.glob("*.md"), *DOCS.rglob("*.md")} - GENERATED)
FENCES = [fence for page in PAGES for fence in fences(page)]

# Languages that nothing here understands, and how many blocks of each there are.
NOT_CHECKED = {
    "groovy": 1,  # Jenkins
    "": 2,  # the drawings in architecture.md and controller.md
}
# Pages that show files which are wrong; `test_how_to.py` says what is found in them.
WITH_MISTAKES = {"ignore-a-finding.md", "read-findings.md"}
OTHERS = ("work_pools", "deployments")  # what a part of a deploy.yaml has, and nothing else
FILES = jsonschema.Draft202012Validator(grammar.document())
CONTROLLERS = jsonschema.Draft202012Validator(
    json.loads((ROOT / "controller.schema.json").read_text(encoding="utf-8"))
)
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def check_yaml(fence: Fence) -> None:
    read = yaml.safe_load(fence.text)
    assert read is not None
    is_ours = isinstance(read, dict) and any(key in read for key in ("stack", *OTHERS))
    is_lenient = (fence.file or "").endswith("prefect.yaml")
    if is_ours and not is_lenient and fence.document.name not in WITH_MISTAKES:
        FILES.validate(read)
    if isinstance(read, dict) and "stacks" in read:
        CONTROLLERS.validate(read)


def check_json(fence: Fence) -> None:
    try:
        json.loads(fence.text)
    except ValueError:  # an object a line
        assert all(json.loads(line) for line in fence.text.splitlines())


def check_toml(fence: Fence) -> None:
    assert tomllib.loads(fence.text)


def check_ini(fence: Fence) -> None:
    read = configparser.ConfigParser(interpolation=None, strict=False)
    read.read_string(fence.text)
    assert read.sections()


def check_python(fence: Fence) -> None:
    compile(fence.text, str(fence), "exec", dont_inherit=True)


def check_diff(fence: Fence) -> None:
    lines = fence.text.splitlines()
    assert all(line[:1] in {"+", "-", " ", "@", "!", ""} for line in lines)
    assert any(line[:1] in {"+", "-"} for line in lines)


def check_shell(fence: Fence) -> None:
    wrong = [why for words in commands(fence.text) if (why := unknown(words, deploy))]
    called = re.findall(r"^make ([a-z-]+)", fence.text, re.MULTILINE)
    assert (wrong, set(called) - TARGETS) == ([], set())


CHECKS: dict[str, Callable[[Fence], None]] = {
    "yaml": check_yaml,
    "json": check_json,
    "toml": check_toml,
    "ini": check_ini,
    "diff": check_diff,
    "python": check_python,
    "bash": check_shell,
    "console": check_shell,
    "text": check_shell,
}
WRONG = (
    AssertionError,
    ValueError,
    SyntaxError,
    jsonschema.ValidationError,
    configparser.Error,
)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_block_is_what_its_language_says(page: Path) -> None:
    for fence in fences(page):
        if fence.language not in NOT_CHECKED:
            assert fence.language in CHECKS, fence
            CHECKS[fence.language](fence)


def test_few_blocks_are_not_checked() -> None:
    left = [fence.language for fence in FENCES if fence.language in NOT_CHECKED]

    assert {language: left.count(language) for language in left} == NOT_CHECKED


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_a_sentence_is_one(page: Path) -> None:
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    inline = [found for found in re.findall(r"`(deploy [^`]*)`", text) if "…" not in found]
    wrong = [why for each in inline for words in commands(each) if (why := unknown(words, deploy))]

    assert [why for why in wrong if not why.endswith("requires an argument.")] == []


def test_a_wrong_block_is_noticed() -> None:
    bad = {
        "yaml": "stack: shop\ndeploments: []\n",
        "json": "{",
        "toml": "x",
        "ini": "x",
        "diff": "x\n",
        "python": "def",
        "bash": "deploy plan --formt json | tee x\n",
        "console": "$ deploy nosuchverb\n",
        "text": "CI=1 deploy preview up --brnch x\n",
    }
    for language, text in bad.items():
        fence = Fence(document=ROOT, line=1, language=language, text=text, file=None)
        with pytest.raises(WRONG):
            CHECKS[language](fence)
    assert bad.keys() == CHECKS.keys()


def test_every_path_of_ours_that_a_page_names_is_there() -> None:
    named = {
        path
        for page in PAGES
        for path in re.findall(
            r"`((?:tests|benchmarks|examples|containers)/[\w./-]*)`", page.read_text("utf-8")
        )
    }

    missing = {path for path in named if not (ROOT / path).exists()}
    assert missing == {"tests/matrix/VERSION.txt"}  # any version of it
    assert len(named) > 50


def test_every_promise_is_shown() -> None:
    rows = re.findall(
        r"^\| (?!---|promise)(.*) \|$", (DOCS / "explanation/promises.md").read_text(), re.MULTILINE
    )

    assert [row for row in rows if not re.search(r"`(tests|benchmarks)/", row)] == []
    assert len(rows) > 10


def test_every_claim_about_others_has_a_source_that_is_listed() -> None:
    text = (DOCS / "comparison.md").read_text(encoding="utf-8")
    used = set(re.findall(r"\[(\w+)\]\(#sources\)", text)) - {"below"}
    listed = set(re.findall(r"^\| ([A-Z]\d*) \|", text, re.MULTILINE))

    assert used == listed


def test_the_page_of_exit_codes_has_all_of_them() -> None:
    text = (DOCS / "exit-codes.md").read_text(encoding="utf-8")

    assert [int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)] == list(Exit)
