"""Run the Markdown documents of this folder: every `##` heading is a test.

The blocks under a heading are the files of one small project, which is compiled.

    ```yaml                       deploy.yaml, or, where it begins with a key that only a
                                  deployment has, the keys of one deployment
    ```yaml shop/prefect.yaml     a file by its name; all deploy.yaml and prefect.yaml are read
    ```yaml controller.yaml       a controller's file, which alone is read then
    ```yaml (lenient)             as with `--lenient`
    ```yaml deploy.yaml (absent)  asked for, but not written
    ```yaml (latin-1)             written in another encoding
    ```yaml (included)            not asked for: another file includes it, or an argument names it
    ```args                       `-e`, `--var`, `--var-file` and `--set` of the call
    ```python flows/etl.py        a source; without one, `FLOW` of spec.py is there
    ```env                        environment variables, NAME=value, a line each

`/the/folder` in a file stands for the absolute path of the project's folder.
A line that ends in `# DEP204: some words` announces a finding there; `<!-- DEP005: some words -->`
after a block, one that is at no line of a file.  The words, if any, are part of
`severity: message (hint: …) (fix: …, safety) (label: …)`.  What is found and not announced
fails, and the other way round.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.specs.spec import Case, complaints, read_cases


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return SpecFile.from_parent(parent, path=file_path) if file_path.suffix == ".md" else None


class SpecFile(pytest.File):
    """One document; one without a case is an error, since it would test nothing."""

    def collect(self) -> Iterator["Spec"]:
        cases = read_cases(self.path.read_text(encoding="utf-8"))
        if not cases:
            raise self.CollectError("no '## heading' with blocks below it")
        for case in cases:
            if not case.is_tested:
                raise self.CollectError(f"no ```yaml block below '## {case.title}'")
            yield Spec.from_parent(self, name=case.title, case=case)


class Spec(pytest.Item):
    """One heading, and what stands below it."""

    def __init__(self, *, case: Case, **rest: Any) -> None:
        super().__init__(**rest)
        self._case = case

    def runtest(self) -> None:
        wrong = complaints(self._case)
        if wrong:
            pytest.fail("\n".join(wrong), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self._case.line - 1, self.name
