"""Write what is generated: a page for every finding, their table, and each command's help.

`make gen` runs it; `tests/house` compares what it would write with what is there.
"""

import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from compiler.diagnostics import Rule
from compiler.rules.catalogue import CATALOGUE
from deploy.main import deploy

DOCS = Path(__file__).resolve().parent
HEADINGS = ("What it finds", "Why it matters", "Example", "Use instead", "Known limits")
STAGES: Mapping[str, str] = {
    "DEP0": "Reading files",
    "DEP1": "The shape of a file",
    "DEP2": "What values mean",
    "DEP3": "Templates",
    "DEP4": "Entrypoints and parameters",
    "DEP5": "What needs what",
    "DEP6": "The plan",
    "DEP7": "The server's word",
}
_CODE = ("Example", "Use instead")
_WIDTH = 80
_HEADING = re.compile(rf"^({'|'.join(HEADINGS)}):$", re.MULTILINE)
_FILE = re.compile(r"^# ([\w./-]+\.(yaml|py|json))$", re.MULTILINE)
_LANGUAGES = {"py": "python"}


def documents() -> dict[Path, str]:
    """Every generated document by its path."""
    rules = {DOCS / "rules" / f"{rule.code}.md": rule_page(rule) for rule in CATALOGUE.values()}
    return {**rules, DOCS / "rules" / "index.md": rule_table(), DOCS / "cli.md": command_pages()}


def sections(page: str) -> dict[str, str]:
    """The text under each heading of a finding's page, in order; the first sentence under ''."""
    first, *rest = _HEADING.split(page)
    texts = {heading: textwrap.dedent(text).strip("\n") for heading, text in _pairs(rest)}
    return {"": first.strip(), **texts}


def files(code: str) -> Iterator[tuple[str, str]]:
    """The files that an example shows, each with its name; the only one may have none."""
    first, *rest = _FILE.split(code)
    if first.strip():
        yield "", first.strip("\n") + "\n"
    for name, _, text in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        yield name, text.strip("\n") + "\n"


def rule_page(rule: Rule) -> str:
    """A finding's page as Markdown."""
    texts = sections(rule.page)
    parts = [f"# {rule.code} {rule.name}", f"*{rule.severity}*", texts.pop("")]
    for heading, text in texts.items():
        parts.append(f"## {heading}")
        parts += _fences(text) if heading in _CODE else [text]
    return "\n\n".join([*parts, "[All findings](index.md)"]) + "\n"


def rule_table() -> str:
    """All findings by stage."""
    parts = ["# Findings", "`deploy explain CODE` prints the page of a finding."]
    for prefix, stage in STAGES.items():
        rows = [_row(rule) for rule in CATALOGUE.values() if rule.code.startswith(prefix)]
        head = ["| code | name | severity | what it is |", "| --- | --- | --- | --- |"]
        parts += [f"## {stage}", "\n".join([*head, *rows])]
    return "\n\n".join(parts) + "\n"


def command_pages() -> str:
    """What `--help` says of each command."""
    parts = ["# Commands"]
    for path, text in _help(deploy, _context(deploy, "deploy", None)):
        parts += [f"## {path}", f"```text\n{text}\n```"]
    return "\n\n".join(parts) + "\n"


def _help(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _help(inner, _context(inner, name, context))


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    return click.Context(
        command,
        info_name=name,
        parent=parent,
        terminal_width=_WIDTH,
        max_content_width=_WIDTH,
    )


def _fences(code: str) -> Iterator[str]:
    for name, text in files(code):
        language = "console" if text.startswith("$ ") else "yaml"
        if name:
            yield f"`{name}`"
            language = _LANGUAGES.get(name.rpartition(".")[2], name.rpartition(".")[2])
        yield f"```{language}\n{text}```"


def _row(rule: Rule) -> str:
    link = f"[{rule.code}]({rule.code}.md)"
    return f"| {link} | {rule.name} | {rule.severity} | {sections(rule.page)['']} |"


def _pairs(items: list[str]) -> Iterator[tuple[str, str]]:
    return zip(items[::2], items[1::2], strict=True)


def main() -> None:
    """Write all documents, and remove the pages of findings that are no more."""
    written = documents()
    for stale in (DOCS / "rules").glob("DEP*.md"):
        if stale not in written:
            stale.unlink()
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
