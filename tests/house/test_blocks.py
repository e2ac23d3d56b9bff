"""Every block of code in the documents has a checker, by its language and what it is.

What is asserted here of each, and what runs it besides:

- yaml: compiled, or held against its schema: the table in `tests/support/yaml_kinds.py`;
  `test_how_to.py` writes the files that its pages name, and runs commands on them.
- console: the verbs and options of our commands; run by what `RUN_BY` says.
- bash: the same, and what bash itself says of it; `make first-run` runs what it is named for.
- text, which is printed: every line is made of texts of the program; the README's are compared with
  what is printed (`tests/server/test_readme.py`).
- json: the schema of its page.
- python: it compiles; run by what `RUN_BY` says.
- diff: its form; those of the tutorial are applied.
- toml, ini, groovy: their form, and the commands in them.
- none: it is a drawing.

A language or a kind of YAML that is not in these tables fails. The pages of the rules are compiled
in `test_rules.py`, `cli.md` is held against the program there; here, only the commands in them.
"""

import configparser
import json
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from deploy.exit_codes import Exit
from deploy.main import deploy
from tests.support.fences import Fence, commands, fences, unknown
from tests.support.said import is_said
from tests.support.yaml_kinds import KINDS, kind_of

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
RULES = sorted((DOCS / "rules").glob("*.md"))  # what is in them: tests/house/test_rules.py
FOLDERS = ("action", "benchmarks", "compiler", "containers", "controller", "deploy", "examples")
EVERY = {*ROOT.glob("*.md"), *DOCS.rglob("*.md")} | {
    page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md")
}
PAGES = sorted(EVERY - {DOCS / "cli.md", *RULES})
FENCES = [fence for page in PAGES for fence in fences(page)]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

# What runs a page's blocks of a language; one on another page would be run by nothing.
RUN_BY = {
    ("console", "how-to/"): "tests/house/test_how_to.py",
    ("console", "index.md"): "tests/house/test_how_to.py",
    ("console", "tutorial.md"): "tests/server/test_tutorial.py",
    ("console", "README.md"): "tests/server/test_readme.py",
    ("python", "README.md"): "tests/first_run/run.py",
    ("python", "tutorial.md"): "tests/server/test_tutorial.py",
    ("python", "library.md"): "tests/examples/test_library.py",
}
SCHEMAS = {"plan-format.md": "plan.schema.json", "journal.md": "journal.schema.json"}


def ours(text: str) -> list[str]:
    """What is wrong in the calls of our command in lines of a shell."""
    return [why for words in commands(text) if (why := unknown(words, deploy))]


def check_yaml(fence: Fence) -> None:
    kind_of(fence).check(fence)
    assert [why for text in strings(yaml.safe_load(fence.text)) for why in ours(text)] == []


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from strings(each)
        case list():
            for each in value:
                yield from strings(each)
        case _:
            return


def check_json(fence: Fence) -> None:
    schema = json.loads((DOCS / SCHEMAS[fence.document.name]).read_text(encoding="utf-8"))
    try:
        found = [json.loads(fence.text)]
    except ValueError:  # an object a line
        found = [json.loads(line) for line in fence.text.splitlines()]
    for each in found:
        jsonschema.validate(each, schema)


def check_toml(fence: Fence) -> None:
    assert tomllib.loads(fence.text)


def check_ini(fence: Fence) -> None:
    read = configparser.ConfigParser(interpolation=None, strict=False)
    read.read_string(fence.text)
    assert read.sections()
    started = [read[each]["ExecStart"] for each in read.sections() if "ExecStart" in read[each]]
    assert [why for each in started for why in ours(each.replace("/opt/deploy/bin/", ""))] == []


def check_groovy(fence: Fence) -> None:
    """A pipeline of Jenkins, which no parser here reads: its brackets, its quotes, its commands."""
    bare = re.sub(r"'[^'\n]*'", "", fence.text)
    assert all(bare.count(a) == bare.count(b) for a, b in ("{}", "()", "[]"))
    assert "'" not in bare
    typed = [
        each for text in re.findall(r"\bsh '([^']*)'", fence.text) for each in text.split("&&")
    ]
    assert typed
    assert [why for each in typed for why in ours(each.strip())] == []


def check_python(fence: Fence) -> None:
    compile(fence.text, str(fence), "exec", dont_inherit=True)


def check_diff(fence: Fence) -> None:
    lines = fence.text.splitlines()
    assert all(line[:1] in {"+", "-", " ", "@", "!", ""} for line in lines)
    assert any(line[:1] in {"+", "-"} for line in lines)


def check_console(fence: Fence) -> None:
    called = re.findall(r"^make ([a-z-]+)", fence.text, re.MULTILINE)
    assert (ours(fence.text), set(called) - TARGETS) == ([], set())


def check_bash(fence: Fence) -> None:
    check_console(fence)
    asked = ["bash", "-n", "-c", fence.text]
    assert subprocess.run(asked, capture_output=True, check=False).stderr == b""


def check_text(fence: Fence) -> None:
    """What the program prints; commands stand in a block of bash."""
    assert list(commands(fence.text)) == []
    assert [line for line in fence.text.splitlines() if not is_said(line)] == []


def check_drawing(fence: Fence) -> None:
    assert re.search("[→▶─│]", fence.text)


CHECKS: dict[str, Callable[[Fence], None]] = {
    "yaml": check_yaml,
    "json": check_json,
    "toml": check_toml,
    "ini": check_ini,
    "groovy": check_groovy,
    "diff": check_diff,
    "python": check_python,
    "bash": check_bash,
    "console": check_console,
    "text": check_text,
    "": check_drawing,
}
WRONG = (
    AssertionError,
    ValueError,
    LookupError,
    SyntaxError,
    jsonschema.ValidationError,
    configparser.Error,
)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_block_is_what_its_language_says(page: Path) -> None:
    for fence in fences(page):
        assert fence.language in CHECKS, fence
        CHECKS[fence.language](fence)


def test_no_block_is_overlooked() -> None:
    """The expression that finds blocks finds as many as there are fences of any kind."""
    for page in EVERY:
        marks = re.findall(r"^ *(?:`{3,}|~{3,})", page.read_text("utf-8"), re.MULTILINE)
        assert len(marks) == 2 * len(list(fences(page))), page


@pytest.mark.parametrize("language", ["console", "python"])
def test_what_is_run_stands_where_it_is_run(language: str) -> None:
    shown = [each for each in FENCES if each.language == language and each.document.parent != ROOT]
    places = [str(each.document.relative_to(DOCS)) for each in shown]
    runs = tuple(place for kind, place in RUN_BY if kind == language)

    assert [place for place in places if not place.startswith(runs)] == []
    assert all((ROOT / file).exists() for file in RUN_BY.values())


def test_every_kind_of_yaml_is_shown_somewhere() -> None:
    kinds = {kind_of(each).name for each in FENCES if each.language == "yaml"}

    assert kinds == {kind.name for kind in KINDS}


@pytest.mark.parametrize("page", RULES, ids=lambda path: path.stem)
def test_every_command_of_a_rule_is_one(page: Path) -> None:
    for fence in fences(page):
        assert fence.language in {"yaml", "python", "json", "console"}, fence
        if fence.language == "console":
            check_console(fence)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_a_sentence_is_one(page: Path) -> None:
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    inline = [found for found in re.findall(r"`(deploy [^`]*)`", text) if "…" not in found]
    wrong = [why for each in inline for words in commands(each) if (why := unknown(words, deploy))]

    assert [why for why in wrong if not why.endswith("requires an argument.")] == []


BAD = {
    "yaml": [
        "stack: shop\ndeploments: []\n",
        "stack: shop\ndeployments: [{name: a, entrypoint: 'flows.py:nothing'}]\n",
        "stacks: [{name: shop}]\n",
        "on: push\njobs: {check: {runs-on: ubuntu-latest, stepz: []}}\n",
        "on: push\njobs: {a: {runs-on: x, steps: [{run: deploy plan --formt json}]}}\n",
        "steps: [{uses: a/b@v1, withal: {}}]\n",
        "validate: {script: 1}\n",
        "repos: [{repo: https://a, rev: b, hooks: [{id: deploy-nothing}]}]\n",
        "groups: [{name: a, rules: [{alert: b, expr: deploy_stack_nothing > 1}]}]\n",
    ],
    "json": ["{", '{"format_version": "1.0"}'],
    "toml": ["x"],
    "ini": ["x", "[Service]\nExecStart=/opt/deploy/bin/deploy controlling\n"],
    "groovy": ["stage { sh 'deploy plan'", "sh 'x && deploy plann'", "stage { }"],
    "diff": ["x\n"],
    "python": ["def"],
    "bash": ["deploy plan --formt json | tee x\n", "CI=1 deploy preview up --brnch x\n", "if x\n"],
    "console": ["$ deploy nosuchverb\n"],
    "text": ["deploy plan\n", "the program has never said this\n"],
    "": ["no drawing"],
}


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in BAD.items() for text in texts]
)
def test_a_wrong_block_is_noticed(language: str, text: str) -> None:
    page = DOCS / "plan-format.md" if language == "json" else ROOT
    fence = Fence(document=page, line=1, language=language, text=text, file=None)

    with pytest.raises(WRONG):
        CHECKS[language](fence)


def test_every_checker_is_shown_something_wrong() -> None:
    assert BAD.keys() == CHECKS.keys()


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
