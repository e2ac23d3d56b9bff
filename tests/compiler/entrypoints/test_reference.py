"""Entrypoints as texts, and where they can lead."""

from pathlib import Path

import pytest

from compiler.entrypoints.reference import Entrypoint, candidates, parse_entrypoint


def _in_file(file: str, function: str) -> Entrypoint:
    return Entrypoint(file=file, module=None, function=function)


def _in_module(module: str, function: str) -> Entrypoint:
    return Entrypoint(file=None, module=module, function=function)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("flows/etl.py:etl", _in_file("flows/etl.py", "etl"), id="file"),
        pytest.param("./flows/etl.py:etl", _in_file("./flows/etl.py", "etl"), id="dot"),
        pytest.param("a b/é.py:größe", _in_file("a b/é.py", "größe"), id="spaces and letters"),
        pytest.param("etl.py:Jobs.etl", _in_file("etl.py", "Jobs.etl"), id="method in a file"),
        pytest.param(r"C:\x\y.py:fn", _in_file(r"C:\x\y.py", "fn"), id="windows"),
        pytest.param("shop.flows:etl", _in_module("shop.flows", "etl"), id="module"),
        pytest.param("shop:Jobs.etl", _in_module("shop", "Jobs.etl"), id="method in a module"),
        pytest.param("shop.flows.etl", _in_module("shop.flows", "etl"), id="dotted"),
        pytest.param("", None, id="nothing"),
        pytest.param("etl", None, id="one word"),
        pytest.param("etl.py", None, id="file without function"),
        pytest.param("flows/etl.py", None, id="path without function"),
        pytest.param("flows/etl.py:", None, id="empty function"),
        pytest.param("flows/etl:etl", None, id="path without extension"),
        pytest.param(":etl", None, id="empty file"),
        pytest.param("etl.py:load rows", None, id="two words"),
        pytest.param("flows/.py:etl", None, id="extension alone"),
    ],
)
def test_an_entrypoint_has_few_forms(text: str, expected: Entrypoint | None) -> None:
    assert parse_entrypoint(text) == expected


@pytest.mark.parametrize(
    ("text", "folder", "expected"),
    [
        pytest.param("etl.py:etl", "/r/sub", ["/r/sub/etl.py", "/r/etl.py"], id="subfolder"),
        pytest.param("./etl.py:etl", "/r", ["/r/etl.py"], id="root"),
        pytest.param("/x/etl.py:etl", "/r/sub", ["/x/etl.py"], id="absolute"),
        pytest.param(r"sub\etl.py:etl", "/r", ["/r/sub/etl.py"], id="backslash"),
        pytest.param("a.b:etl", "/r", ["/r/a/b.py", "/r/a/b/__init__.py"], id="module"),
        pytest.param(
            "a.etl",
            "/r/s",
            ["/r/s/a.py", "/r/s/a/__init__.py", "/r/a.py", "/r/a/__init__.py"],
            id="dotted",
        ),
    ],
)
def test_a_source_is_looked_for_beside_its_file_first(
    text: str, folder: str, *, expected: list[str]
) -> None:
    entrypoint = parse_entrypoint(text)
    assert entrypoint is not None

    places = candidates(entrypoint, folder=Path(folder), root=Path("/r"))

    assert [place.as_posix() for place in places] == expected
