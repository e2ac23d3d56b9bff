"""Run the documents of this folder as specs: files as people write them, each with its flows."""

from pathlib import Path

import pytest

from tests.specs.conftest import SpecFile


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return SpecFile.from_parent(parent, path=file_path) if file_path.suffix == ".md" else None
