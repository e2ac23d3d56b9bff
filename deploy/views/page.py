"""The page of a finding: the docstring of its rule, taken apart and written as Markdown."""

import re
import textwrap
from collections.abc import Iterator, Mapping

from compiler.diagnostics import Rule

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
_HEADING = re.compile(rf"^({'|'.join(HEADINGS)}):$", re.MULTILINE)
_FILE = re.compile(r"^# ([\w./-]+\.(yaml|py|json))$", re.MULTILINE)
_LANGUAGES = {"py": "python"}


def sections(page: str) -> dict[str, str]:
    """The text under each heading of a finding's page, in order; the first sentence under ''."""
    first, *rest = _HEADING.split(page)
    pairs = zip(rest[::2], rest[1::2], strict=True)
    texts = {heading: textwrap.dedent(text).strip("\n") for heading, text in pairs}
    return {"": first.strip(), **texts}


def files(code: str) -> Iterator[tuple[str, str]]:
    """The files that an example shows, each with its name; the only one may have none."""
    first, *rest = _FILE.split(code)
    if first.strip():
        yield "", first.strip("\n") + "\n"
    for name, _, text in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        yield name, text.strip("\n") + "\n"


def markdown(rule: Rule) -> str:
    """The page of a finding, without the line that leads back to the others."""
    texts = sections(rule.page)
    parts = [f"# {rule.code} {rule.name}", f"*{rule.severity}*", texts.pop("")]
    for heading, text in texts.items():
        parts.append(f"## {heading}")
        parts += _fences(text) if heading in _CODE else [text]
    return "\n\n".join(parts)


def _fences(code: str) -> Iterator[str]:
    for name, text in files(code):
        language = "console" if text.startswith("$ ") else "yaml"
        if name:
            yield f"`{name}`"
            language = _LANGUAGES.get(name.rpartition(".")[2], name.rpartition(".")[2])
        yield f"```{language}\n{text}```"
