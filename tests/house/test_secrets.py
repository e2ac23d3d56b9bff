"""A secret is told in few places, and shows itself in none."""

import copy
import json
from pathlib import Path

import pytest

from compiler.desired.secret import FromCommand, Secret
from compiler.diff.change import FieldChange
from compiler.state.memory import memory_of
from tests.house.test_words import ROOT

MAY_TELL = {
    "compiler/emit/pen.py": "finds a name for each part of it",
    "compiler/plan/block_fit.py": "holds it against a schema",
    "compiler/plan/mask.py": "learns which texts to hide",
    "compiler/state/ownership.py": "compares two",
    "reconciler/api/asker.py": "sends it",
    "reconciler/observe/sources.py": "puts one together from its parts",
    "reconciler/things/blocks.py": "sees whether it is one",
}
SECRET = Secret("hunter2")


def test_a_secret_is_told_where_it_has_to_be_and_nowhere_else() -> None:
    folders = ("compiler", "reconciler", "controller", "deploy")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    told = {path.relative_to(ROOT).as_posix() for path in paths if ".reveal()" in _text(path)}

    assert told == set(MAY_TELL)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_a_secret_does_not_show_itself() -> None:
    change = FieldChange("data", {"value": SECRET}, {"value": copy.deepcopy(SECRET)})
    command = FromCommand(words=("vault", "hunter2"), folder=Path(), seconds=1.0)

    for shown in (repr(SECRET), str(SECRET), f"{SECRET}", repr(change), repr(command)):
        assert "hunter2" not in shown


def test_a_secret_is_no_json() -> None:
    for default in (None, dict, list):
        with pytest.raises(TypeError):
            json.dumps({"value": SECRET}, default=default)


def test_nothing_is_remembered_of_a_secret_but_when_it_was_written() -> None:
    assert memory_of(SECRET) == "?"
    assert memory_of(Secret("hunter2", revision="2026")) == "?2026"
    many = memory_of({"value": Secret("x"), **{f"k{n}": n for n in range(200)}})
    assert isinstance(many, dict)
    assert many["value"] == "?"
