"""The page of a finding: the docstring of its rule, for a terminal and as Markdown."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping

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
    "DEP8": "The controller",
}
_INDENT = "    "
_NARROWEST = 40  # columns; below, nothing is read with ease
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


def kind(rule: Rule) -> str:
    """How much a finding matters, and whether an error may be ignored all the same."""
    return f"{rule.severity}, may be ignored" if rule.is_opinion else str(rule.severity)


def render_page(rule: Rule, width: int) -> str:
    """The page of a finding for a terminal of so many columns; examples keep their lines."""
    texts = sections(rule.page)
    parts = [f"{rule.code} {rule.name} ({kind(rule)})", _filled(texts.pop(""), width, "")]
    for heading, text in texts.items():
        is_code = heading in _CODE
        body = textwrap.indent(text, _INDENT) if is_code else _filled(text, width, _INDENT)
        parts.append(f"{heading}:\n{body}")
    return "\n\n".join(parts)


def render_list(rules: Iterable[Rule], width: int) -> str:
    """All findings, by the stage that finds them."""
    rules = tuple(rules)
    stages = (
        (stage, [rule for rule in rules if rule.code.startswith(prefix)])
        for prefix, stage in STAGES.items()
    )
    return "\n\n".join(
        "\n".join([stage, *(_entry(rule, width) for rule in found)])
        for stage, found in stages
        if found
    )


def _entry(rule: Rule, width: int) -> str:
    """A finding in the list: code, severity, name, and what it is behind them or below."""
    head = f"  {rule.code}  {rule.severity:<7}  {rule.name}"
    return f"{head}\n{_filled(sections(rule.page)[''], width, ' ' * 19)}"


def _filled(text: str, width: int, indent: str) -> str:
    """Paragraphs and items of lists filled to the width; what is indented keeps its lines."""
    paragraphs = re.split(r"\n\s*\n", text)
    return "\n\n".join(_paragraph(each, width, indent) for each in paragraphs)


def _paragraph(text: str, width: int, indent: str) -> str:
    lines = text.split("\n")
    if all(line.startswith("- ") for line in lines):
        return "\n".join(_wrapped(line, width, indent, indent + "  ") for line in lines)
    if re.search(r"^(\s|[-*|] )", text, re.MULTILINE):
        return textwrap.indent(text, indent)
    return _wrapped(text, width, indent, indent)


def _wrapped(text: str, width: int, first: str, rest: str) -> str:
    return textwrap.fill(
        text,
        max(_NARROWEST, width),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def markdown(rule: Rule) -> str:
    """The page of a finding, without the line that leads back to the others."""
    texts = sections(rule.page)
    parts = [f"# {rule.code} {rule.name}", f"*{kind(rule)}*", texts.pop("")]
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
