"""The stages that tests of the whole command play on."""

from pathlib import Path

import pytest

from tests.support.stage import FLOWS, scheduling_stage, stage

__all__ = ["scheduling_stage", "stage"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of one deployment."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "flows.py").write_text(FLOWS, encoding="utf-8")
    text = "stack: shop\ndeployments: [{name: nightly, entrypoint: 'flows.py:load'}]\n"
    (folder / "deploy.yaml").write_text(text, encoding="utf-8")
    return folder
