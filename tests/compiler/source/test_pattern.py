"""Which files a pattern means, and that looking for them ends."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.source import pattern as pattern_module
from compiler.source.pattern import TooMany, matches

FILES = (
    "deploy.yaml",
    "teams/a/deploy.yaml",
    "teams/b/deploy.yaml",
    "teams/b/deep/er/x.yaml",
    "teams/.hidden.yaml",
    ".venv/lib/x.yaml",
    "teams/node_modules/x.yaml",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def found(folder: Path, pattern: str) -> list[str]:
    return [os.path.relpath(path, folder) for path in matches(folder, pattern)]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.yaml", ["deploy.yaml"]),
        ("teams/*/deploy.yaml", ["teams/a/deploy.yaml", "teams/b/deploy.yaml"]),
        ("teams/[ab]/deploy.yaml", ["teams/a/deploy.yaml", "teams/b/deploy.yaml"]),
        ("teams/?/*.yml", []),
        ("**/x.yaml", ["teams/b/deep/er/x.yaml"]),
        ("**/**/x.yaml", ["teams/b/deep/er/x.yaml"]),
        ("teams/*.yaml", ["teams/.hidden.yaml"]),
        ("teams/node_modules/*.yaml", ["teams/node_modules/x.yaml"]),
        (".venv/*/*.yaml", []),
        ("teams/../*.yaml", ["deploy.yaml"]),
        ("teams/**", []),
        ("[", []),
        ("\0/*", []),
        ("*/\ud800", []),
    ],
)
def test_the_files_that_a_pattern_means(pattern: str, names: list[str], folder: Path) -> None:
    assert found(folder, pattern) == names


def test_a_pattern_may_begin_at_the_root_of_all(folder: Path) -> None:
    assert found(folder, f"{folder}/*.yaml") == ["deploy.yaml"]


def link_to_itself(folder: Path) -> None:
    for name in ("one", "two", "three"):
        (folder / name).symlink_to(".")


def link_upwards(folder: Path) -> None:
    (folder / "teams" / "up").symlink_to("..")


def dig(folder: Path) -> None:
    (folder / "/".join("abcdefghijklmnopqrst")).mkdir(parents=True)


@pytest.mark.parametrize("make", [link_to_itself, link_upwards, dig])
@pytest.mark.parametrize("pattern", ["*/" * 14 + "deploy.yaml", "**/*/" * 12 + "deploy.yaml"])
def test_links_that_lead_back_are_no_labyrinth(
    make: Callable[[Path], None], pattern: str, folder: Path
) -> None:
    make(folder)

    real = {os.path.realpath(path) for path in matches(folder, pattern)}

    assert real <= {str(folder / name) for name in FILES}


def test_too_many_places_are_not_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern_module, "_MOST", 3)

    with pytest.raises(TooMany):
        matches(folder, "**/x.yaml")
