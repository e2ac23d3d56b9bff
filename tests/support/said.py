"""What the program can say: its own texts, and whether a line of a document is made of them."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("compiler", "reconciler", "controller", "deploy")
# Lines that are put together of many short texts: a plan, a table, a log.
_SHAPES = (
    r"[-+~?*=] [a-z-]+/\S+.*",  # a step of a plan
    r"\* [\w-]+: [\w.]+ +\((?:build|push), for \d+ things\)",  # a step of a build
    r" {4}[a-z_]+(?:[.\[][\w.\[\]-]+)?: .*",  # a field of it
    r" {4}! \d+ (?:queued runs dropped|fire times of the next 7 days (?:vanish|appear), first .*)",
    r"\[\d+/\d+\] \S+ created",
    r"\d+ done",
    r" *\d+  [\d-]+ [\d:]+  (?:done|partly) +\+\d+ ~\d+ -\d+ +[0-9a-f]{8} +\S+ +[0-9a-f]{8}",
    r"[\d:.]+ (?:GET|POST) /\S+: (?:\d+ in \d+ ms|again in [\d.]+ s, try \d+)",
    r"no\.  when \(UTC\) +ended +plan +commit +who +digest",
    r"(?:Next:|…|)",
)
_SHORTEST = 9  # letters of a text that says which line it is
_ENOUGH = 12  # letters of such texts in a line
_BEGINNING = re.compile(r"[a-z][a-z ]+: ")  # of a line: server, commit, digest


@cache
def texts() -> tuple[str, ...]:
    """The fixed texts in our code, and the fixed parts of those with values in them."""
    found = {
        text for name in PACKAGES for file in (ROOT / name).rglob("*.py") for text in _in(file)
    }
    return tuple(sorted(found))


def _in(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    pages = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in pages:
                parts = [text] if _BEGINNING.fullmatch(text) else map(str.strip, text.split("\n"))
                yield from (
                    each for each in parts if len(each) >= _SHORTEST or _BEGINNING.fullmatch(each)
                )
            case _:
                continue


def is_said(line: str) -> bool:
    """Whether the program can print a line like this."""
    if any(re.fullmatch(shape, line) for shape in _SHAPES):
        return True
    said = [text for text in texts() if " " in text and text in line]
    if any(line.startswith(text) for text in said if _BEGINNING.fullmatch(text)):
        return True
    return sum(len(text) for text in said) >= _ENOUGH
