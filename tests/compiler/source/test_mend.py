"""Fixes are spelled as YAML has to have them, and made only where that is sure."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Fix, Report, Safety
from compiler.diagnostics.lines import Lines
from compiler.diagnostics.mend import mended
from compiler.source.locate import node_at
from compiler.source.mend import (
    in_quotes,
    renamed,
    respelled,
    rewritten,
    spelled,
    value_in_quotes,
)
from compiler.source.nodes import Node
from compiler.source.yaml_loader import load


def tree(text: str) -> Node:
    root = load(text, file="deploy.yaml", report=Report())
    assert root is not None
    return root


def made(text: str, fix: Fix | None) -> str:
    assert fix is not None
    return mended(Lines.of(text, "deploy.yaml"), fix.edits)


NEARLY_PLAIN = st.text(st.sampled_from("aon_./+-:0 "), max_size=8)


@given(NEARLY_PLAIN | st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_spelled_is_read_back(text: str) -> None:
    assert yaml.safe_load(spelled(text)) == text
    assert yaml.safe_load(f"[{{a: {spelled(text)}}}, {{{spelled(text)}: c}}]") == [
        {"a": text},
        {text: "c"},
    ]


@pytest.mark.parametrize("word", ["on", "Yes", "null", "1.10", "a: b", "", "-", "é", "a b"])
def test_what_could_be_something_else_is_in_quotes(word: str) -> None:
    assert spelled(word).startswith('"')


@pytest.mark.parametrize(
    "word", ["retry", "Europe/Berlin", "Etc/GMT+1", "work_pool", "a.b-c", "flows.py:load"]
)
def test_a_name_is_left_plain(word: str) -> None:
    assert spelled(word) == word


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("v: 1.10 # x\n", 'v: "1.10" # x\n'),
        ("v: yes\n", 'v: "yes"\n'),
        ("{v: 017}\n", '{v: "017"}\n'),
        ("v: 2026-01-02 03:04:05\n", 'v: "2026-01-02 03:04:05"\n'),
    ],
)
def test_a_value_is_put_in_quotes_as_it_was_written(text: str, after: str) -> None:
    fix = in_quotes(node_at(tree(text), ["v"]), Safety.SAFE)

    assert made(text, fix) == after


@pytest.mark.parametrize("text", ["v: a\n", "v:\n", "v: [1]\n", "v: !!int '5'\n", "v: &a 5\n"])
def test_what_is_no_plain_value_is_left_alone(text: str) -> None:
    assert in_quotes(node_at(tree(text), ["v"]), Safety.SAFE) is None


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("z: Berln\n", "z: Berlin\n"),
        ("z: 'Berln'  # x\n", "z: Berlin  # x\n"),
        ('{z: "Berln", y: 1}\n', "{z: Berlin, y: 1}\n"),
    ],
)
def test_a_value_is_spelled_anew(text: str, after: str) -> None:
    fix = respelled(node_at(tree(text), ["z"]), "Berln", "Berlin")

    assert made(text, fix) == after


@pytest.mark.parametrize(
    "text",
    ["z: |-\n  B\n", "z: &a B\n", "z: [B]\n", "z: 'B''s'\n", "z: '{{ $Z }}'\n"],
    ids=["a block", "an anchor", "a list", "an escape", "a template"],
)
def test_a_value_that_is_not_as_written_is_left_alone(text: str) -> None:
    assert respelled(node_at(tree(text), ["z"]), "B", "Berlin") is None


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("v: None # x\n", "v: null # x\n"),
        ("{v: 'yes'}\n", "{v: null}\n"),
        ("v: 0\n", "v: null\n"),
    ],
)
def test_a_value_is_written_anew(text: str, after: str) -> None:
    assert made(text, rewritten(node_at(tree(text), ["v"]), "null")) == after


@pytest.mark.parametrize(
    "text",
    ["v: |-\n  B\n", "v: &a 5\n", "v: [5]\n", "v: '{{ $V }}'\n"],
    ids=["a block", "an anchor", "a list", "a template"],
)
def test_what_is_not_as_written_is_not_written_anew(text: str) -> None:
    assert rewritten(node_at(tree(text), ["v"]), "null") is None


def test_what_the_call_gives_is_in_no_file() -> None:
    root = load("v: 1.10", file="--set", report=Report())
    assert root is not None

    assert in_quotes(node_at(root, ["v"]), Safety.SAFE) is None
    assert rewritten(node_at(root, ["v"]), "1") is None
    assert renamed(root, ("v",), "w") is None


def test_a_key_is_renamed_where_its_name_is_free() -> None:
    text = "a:\n  retries: 5\n"

    assert made(text, renamed(tree(text), ("a", "retries"), "on")) == 'a:\n  "on": 5\n'
    assert renamed(tree("{retries: 5, retry: 3}"), ("retries",), "retry") is None
    assert renamed(tree("a: 1"), ("nowhere", "b"), "c") is None


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("cron: * * * * *", 'cron: "* * * * *"'),
        ("  - cron: */5 * * * *  # often", '  - cron: "*/5 * * * *"  # often'),
        ("at: @daily", 'at: "@daily"'),
    ],
)
def test_a_value_that_yaml_cannot_read_gets_quotes(line: str, after: str) -> None:
    fix = value_in_quotes(line, "deploy.yaml", 1)

    assert fix is not None
    assert fix.safety is Safety.UNSAFE
    assert made(line, fix) == after


@pytest.mark.parametrize("line", ["a: b: c", "a: [", 'a: * "x"', "* * *", "a:*"])
def test_another_mistake_gets_no_quotes(line: str) -> None:
    assert value_in_quotes(line, "deploy.yaml", 1) is None
