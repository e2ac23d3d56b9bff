"""What the how-to pages and the first page show is what happens."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from deploy.main import deploy

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [DOCS / "index.md", *sorted((DOCS / "how-to").glob("*.md"))]
FLOWS = 'from prefect import flow\n\n\n@flow\ndef load(source: str = "web") -> None: ...\n'
_PART = re.compile(
    r"^`(?P<file>[\w./-]+)`\n\n```yaml\n(?P<text>.*?)^```$"
    r"|^```console\n(?P<console>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_COMMAND = re.compile(r"\$ deploy (?P<arguments>.*)\n(?P<shown>(?:(?!\$ ).*\n)*)")
_SNIPPET = re.compile(r"```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_IN_SNIPPET = re.compile(r"deploy (validate[^\n>]*)")


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "flows.py").write_text(FLOWS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(deploy, shlex.split(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), arguments
    return done.exit_code, done.stdout


def told(page: str, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Each command of a page, what the page says it prints, and what it does print."""
    for part in _PART.finditer(page):
        if part["file"]:
            path = folder / part["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(part["text"], encoding="utf-8")
            continue
        for command in _COMMAND.finditer(part["console"]):
            code, printed = run(command["arguments"])
            assert code != 2, command["arguments"]
            yield command["arguments"], command["shown"], printed


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_command_prints_what_its_page_shows(page: Path, folder: Path) -> None:
    shown = list(told(page.read_text(encoding="utf-8"), folder))

    assert shown
    for command, expected, printed in shown:
        is_long = command.startswith("explain")
        assert is_long or printed == expected, command


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_every_command_in_a_snippet_is_one(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    snippets = _SNIPPET.findall(text)
    commands = [found for snippet in snippets for found in _IN_SNIPPET.findall(snippet)]
    inline = re.findall(r"`deploy ((?:validate|explain)[^`]*)`", text)

    assert all(yaml.safe_load(snippet) for snippet in snippets)
    assert [command for command in (*commands, *inline) if run(command)[0] == 2] == []


def test_there_are_pages() -> None:
    pages = {
        *("read-findings", "ignore-a-finding", "many-files-and-environments"),
        *("protect-and-ignore", "apply-a-part", "review-a-plan", "go-back"),
        "two-pipelines-at-once",
    }
    assert pages <= {page.stem for page in PAGES}
