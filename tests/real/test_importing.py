"""Each file of these documents, imported, means the same and is right where it was right."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler import Compilation, Request, compile_project
from compiler.conversion.imported import convert
from compiler.diagnostics import Severity
from compiler.source.sources import Sources
from tests.specs.spec import FLOW, Case, read_cases

HERE = Path(__file__).parent
BY_HAND = frozenset({"DEP232"})  # a step of several keys: what it was meant to be nobody knows


class Everything(dict[str, str]):
    """An environment in which every variable is set."""

    def get(self, name: str, default: object = None) -> str:  # noqa: ARG002  # a mapping's own
        return f"the value of {name}"


def cases() -> Iterator[tuple[str, Case]]:
    for page in sorted(HERE.glob("*.md")):
        for case in read_cases(page.read_text(encoding="utf-8")):
            named = [block for block in case.blocks if block.name.endswith("prefect.yaml")]
            if named and not any(block.option for block in case.blocks):
                yield f"{page.stem}: {case.title}", case


CASES = dict(cases())


def compiled(folder: Path, texts: dict[Path, str]) -> Compilation:
    sources = Sources(folder)
    for path, text in texts.items():
        sources.give(path, text.encode())
    request = Request(files=tuple(texts), base=folder, environ=Everything(), stack="shop")
    return compile_project(request, sources)


@pytest.mark.parametrize("name", CASES)
def test_what_is_imported_means_the_same(name: str, tmp_path: Path) -> None:
    flows = tmp_path / "flows" / "etl.py"
    flows.parent.mkdir()
    flows.write_text(FLOW, encoding="utf-8")
    old: dict[Path, str] = {}
    for block in CASES[name].blocks:
        path = tmp_path / block.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if block.name.endswith("prefect.yaml"):
            old[path] = block.text
        else:
            path.write_text(block.text, encoding="utf-8")
    (tmp_path / ".git").mkdir(exist_ok=True)
    converted = {path: convert(text, path.name) for path, text in old.items()}
    before = compiled(tmp_path, old)
    if None in converted.values():
        assert before.report.has_errors
        return

    new = {path.with_name("deploy.yaml"): each.text for path, each in converted.items() if each}
    after = compiled(tmp_path, new)

    assert errors(after) <= errors(before)
    if before.desired is not None and not by_hand(after):
        assert after.desired is not None
        assert after.desired.resources == before.desired.resources
    for path, each in converted.items():
        assert each is not None
        kept = [line for line in old[path].splitlines() if "#" in line and line in each.text]
        lost = [line for line in old[path].splitlines() if line.lstrip().startswith("#")]
        assert all(line in kept or line.strip() in each.text for line in lost), "comments stay"


def by_hand(compilation: Compilation) -> bool:
    return any(each.rule.code in BY_HAND for each in compilation.report)


def errors(compilation: Compilation) -> set[tuple[str, str]]:
    return {
        (each.rule.code, each.message.replace("prefect.yaml", "deploy.yaml"))
        for each in compilation.report
        if each.severity is Severity.ERROR and each.rule.code not in BY_HAND
    }
