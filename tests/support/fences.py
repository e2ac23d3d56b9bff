"""The fenced blocks of a document, and the commands of ours that stand in one."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

_FENCE = re.compile(
    r"^(?:`(?P<file>[\w./-]+)`\n\n)?(?P<indent> *)```(?P<language>\w*)\n"
    r"(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_ENDS = frozenset({"|", "||", "&&", ";", ">", ">>", ")", "&"})
_OURS = ("deploy", ".venv/bin/deploy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A block; `file` is the name above it, None where there is none."""

    document: Path
    line: int
    language: str
    text: str
    file: str | None

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line}"


def fences(document: Path) -> Iterator[Fence]:
    """The blocks of a document, in order; a block without a language has an empty one."""
    text = document.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        yield Fence(
            document=document,
            line=text.count("\n", 0, found.start("language")) + 1,
            language=found["language"],
            text=found["text"],
            file=found["file"],
        )


def commands(text: str) -> Iterator[list[str]]:
    """The words of each call of ours in lines of a shell, without `deploy` itself."""
    for line in text.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line.removeprefix("$ "), posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        try:
            words = list(lexer)
        except ValueError:  # no line of a shell
            continue
        start = next((n for n, word in enumerate(words) if "=" not in word), 0)
        if words[start : start + 1] and words[start] in _OURS:
            rest = words[start + 1 :]
            end = next((n for n, word in enumerate(rest) if word in _ENDS), len(rest))
            yield rest[:end]


def unknown(words: list[str], command: click.Command) -> str | None:
    """What in a call is no verb or option of the command; None if all is."""
    context = click.Context(command, info_name=command.name)
    try:
        _, rest, _ = command.make_parser(context).parse_args(list(words))
    except click.UsageError as error:
        return error.format_message()
    if not isinstance(command, click.Group) or not rest:
        return None
    inner = command.get_command(context, rest[0])
    return f"no verb {rest[0]!r}" if inner is None else unknown(rest[1:], inner)
