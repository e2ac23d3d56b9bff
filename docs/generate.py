"""Write what is generated: findings' pages, commands' help, a plan's schema, who owns what.

`make gen` runs it; `tests/house` compares what it would write with what is there.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from compiler.diagnostics import Rule
from compiler.plan import document as plan
from compiler.rules.catalogue import CATALOGUE
from deploy.main import deploy
from deploy.views import ownership
from deploy.views.page import HEADINGS, STAGES, files, markdown, sections

__all__ = ["DOCS", "HEADINGS", "STAGES", "documents", "files", "sections"]

DOCS = Path(__file__).resolve().parent
_WIDTH = 80


def documents() -> dict[Path, str]:
    """Every generated document by its path."""
    rules = {DOCS / "rules" / f"{rule.code}.md": rule_page(rule) for rule in CATALOGUE.values()}
    return {
        **rules,
        DOCS / "rules" / "index.md": rule_table(),
        DOCS / "cli.md": command_pages(),
        DOCS / "plan.schema.json": plan_schema(),
        DOCS / "explanation" / "ownership.md": ownership.as_markdown(),
    }


def rule_page(rule: Rule) -> str:
    """A finding's page as Markdown."""
    return f"{markdown(rule)}\n\n[All findings](index.md)\n"


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


def plan_schema() -> str:
    """What `--format json` writes, for other programs."""
    return json.dumps(plan.schema(), indent=2, ensure_ascii=False) + "\n"


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


def _row(rule: Rule) -> str:
    link = f"[{rule.code}]({rule.code}.md)"
    return f"| {link} | {rule.name} | {rule.severity} | {sections(rule.page)['']} |"


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
