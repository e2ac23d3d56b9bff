"""Names that say nothing are not used."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BANNED = re.compile(
    "utils|helpers|common|misc|base|core|manager|service|handler|processor|data|info"
)


def sources() -> list[Path]:
    folders = ("compiler", "reconciler", "controller", "deploy", "tests", "docs", "benchmarks")
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def is_banned(name: str) -> bool:
    """Whether a word of `a_module_name` or `AClassName` is one of those."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return any(BANNED.fullmatch(word.lower()) for word in words)


def test_no_module_has_an_empty_name() -> None:
    places = {part for path in sources() for part in path.relative_to(ROOT).with_suffix("").parts}

    assert sorted(place for place in places if is_banned(place)) == []


def test_no_class_has_an_empty_name() -> None:
    assert [name for name in _classes() if is_banned(name.rpartition(" ")[2])] == []


def _classes() -> Iterator[str]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield f"{path.relative_to(ROOT)} {node.name}"
