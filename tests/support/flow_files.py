"""Cases of several files: as we read them, and as Prefect loads them."""

import re
from dataclasses import dataclass
from pathlib import Path

from compiler.entrypoints.place import Place, find_place
from compiler.entrypoints.reference import parse_entrypoint
from compiler.entrypoints.repository import Answered, Repository
from compiler.source.sources import Sources

_HEADING = re.compile(r"^## (?P<name>.+)$", re.MULTILINE)
_FILE = re.compile(r"^```python (?P<name>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^(?P<key>entrypoint|unknown|beside): (?P<value>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Files by name, the first being the flow's; `unknown` is what we cannot tell."""

    name: str
    files: dict[str, str]
    entrypoint: str
    unknown: frozenset[str]
    folder: str

    def write(self, root: Path) -> None:
        for name, text in self.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def read_cases(document: Path) -> tuple[Case, ...]:
    """The cases of a document, a heading each."""
    text = document.read_text(encoding="utf-8")
    name_and_body = _HEADING.split(text)[1:]
    pairs = zip(name_and_body[::2], name_and_body[1::2], strict=True)
    return tuple(_case(name, body) for name, body in pairs)


def _case(name: str, body: str) -> Case:
    files = {part["name"]: part["text"] for part in _FILE.finditer(body)}
    outside = _FILE.sub("", body)
    lines = {line["key"]: line["value"] for line in _LINE.finditer(outside)}
    unknown = lines.get("unknown", "")
    return Case(
        name=name,
        files=files,
        entrypoint=lines.get("entrypoint", f"{next(iter(files))}:etl"),
        unknown=frozenset(unknown.split(", ")) if unknown else frozenset(),
        folder=lines.get("beside", "."),
    )


def answered(
    root: Path, entrypoint: str, *, folder: str = ".", cache: Path | None = None
) -> Answered:
    """What our reading says of an entrypoint in the repository at `root`."""
    sources = Sources(root)
    parsed = parse_entrypoint(entrypoint)
    assert parsed is not None
    place = find_place(parsed, folder=root / folder, root=root, sources=sources)
    assert isinstance(place, Place)
    repository = Repository(root, sources, cache)
    found = repository.read(parsed, place)
    repository.save()
    return found
