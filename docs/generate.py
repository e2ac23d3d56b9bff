"""Write what is generated: pages of findings, commands and keys, a plan's schema, lists.

`make gen` runs it; `tests/house` compares what it would write with what is there.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from compiler.diagnostics import Rule
from compiler.manifest import schema as grammar
from compiler.plan import document as plan
from compiler.rules.catalogue import CATALOGUE
from deploy.main import deploy
from deploy.views import ownership
from deploy.views.page import HEADINGS, STAGES, files, markdown, sections

__all__ = ["DOCS", "HEADINGS", "STAGES", "documents", "files", "sections"]

DOCS = Path(__file__).resolve().parent
_WIDTH = 80
_ABOUT_KEYS = (
    "Every key of a `deploy.yaml`, from the schema that editors use (`deploy schema`). "
    "A `prefect.yaml` has a part of them.\n\n"
    "What an absent key, a null and an empty list mean stands in "
    "[what a stack owns](explanation/ownership.md); a whole file to copy from is "
    "`examples/complete/deploy.yaml`. Where no text is asked for, a template such as "
    "`{{ vars.rows }}` may stand as well."
)
_KINDS = {"JsonValue", "Template"}  # which have no keys
_WITH_STEPS = (
    "Its only key is the name of the step, and below it stand the arguments. "
    "Steps of any package may be named; these are known:"
)
_ABOUT_DECISIONS = (
    "Why the parts stand where they do: the situation, what was decided, "
    "and how we would notice that it was wrong."
)


def documents() -> dict[Path, str]:
    """Every generated document by its path."""
    rules = {DOCS / "rules" / f"{rule.code}.md": rule_page(rule) for rule in CATALOGUE.values()}
    return {
        **rules,
        DOCS / "rules" / "index.md": rule_table(),
        DOCS / "cli.md": command_pages(),
        DOCS / "grammar.md": key_page(grammar.document()),
        DOCS / "decisions" / "index.md": decision_table(),
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


def key_page(schema: Mapping[str, Any]) -> str:
    """Every key of a file, one table for what has keys of its own."""
    named = {name: each for name, each in schema["$defs"].items() if name not in _KINDS}
    parts = ["# Keys of a file", _ABOUT_KEYS, "## A file", _keys(schema)]
    for name, each in sorted(named.items()):
        parts += [f"## {name}", each["description"]]
        parts += [_WITH_STEPS] if name == "Step" else []
        parts.append(_keys(each))
    return "\n\n".join(parts) + "\n"


def _keys(schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    rows = ["| key | what stands there | meaning |", "| --- | --- | --- |"]
    for name, each in schema["properties"].items():
        notes = ["**required**"] if name in required else []
        notes += ["older" if each.get("deprecated") else ""]
        meaning = "; ".join(filter(None, [each.get("description", "").rstrip("."), *notes]))
        rows.append(f"| `{name}` | {_kind(each)} | {meaning} |")
    return "\n".join(rows)


def _kind(schema: Mapping[str, Any]) -> str:
    """What stands behind a key, in words; null and templates are told once for all."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return "anything" if name == "JsonValue" else f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        kinds = [_kind(each) for each in schema["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(each for each in kinds if "#template" not in each))
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    words = {"string": "text", "object": "mapping", "boolean": "true or false"}
    words |= {"integer": "whole number", "number": "number"}
    return words.get(schema.get("type", ""), "mapping")


def decision_table() -> str:
    """All decisions, by number."""
    found = sorted((DOCS / "decisions").glob("0*.md"))
    heads = (each.read_text(encoding="utf-8").partition("\n")[0] for each in found)
    rows = [
        f"- [{head.removeprefix('# ')}]({each.name})"
        for head, each in zip(heads, found, strict=True)
    ]
    return "\n\n".join(["# Decisions", _ABOUT_DECISIONS, "\n".join(rows)]) + "\n"


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
