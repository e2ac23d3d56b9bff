"""Laws that hold for any text, any tree, any project."""

from collections.abc import Mapping as Values
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from compiler import Request, compile_project
from compiler.diagnostics import Position, Report, Span
from compiler.environment.overlay import merge
from compiler.source.nodes import Mapping, Node, Scalar, Sequence, plain
from compiler.source.sources import Sources
from compiler.source.yaml_loader import load

pytestmark = pytest.mark.property

SCALARS = st.none() | st.booleans() | st.integers(-99, 99) | st.text("ab {}'\"*&:#é\n", max_size=9)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "name", "tags"]), inner, max_size=3)
    ),
    max_leaves=12,
)
TREES = st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES, max_size=3)
LAYERS = st.fixed_dictionaries(
    {},
    optional={
        "text": SCALARS,
        "inside": st.dictionaries(st.sampled_from(["a", "b"]), SCALARS, max_size=2),
    },
)
PIECES = st.sampled_from(
    [
        *("stack: s\n", "deployments:\n", "  - name: a\n", "    entrypoint: f.py:g\n", "x", "\n"),
        *("    schedules:\n", "      - cron: '* * * * *'\n", "{{ $A }}", "&a ", "*a", "<<: *a\n"),
        *("    parameters: {a: [1, {b: 2}]}\n", "    tags: [a]\n", "- ", ": ", "'", '"', "\t", "{"),
        *("work_pools:\n", "}", "[", "]", "!!x ", "\x00", "é", "? ", "| \n", "    work_pool: {}\n"),
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=60))
def test_any_text_at_all_gives_a_report(tmp_path_factory: Any, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "deploy.yaml"
    sources = Sources(path.parent)
    sources.give(path, text.encode("utf-8", "surrogatepass"))

    compiled = compile_project(Request(files=(path,), base=path.parent, environ={}), sources)

    lines = text.splitlines() or [""]
    for found in compiled.report:
        if found.at is not None and found.at.file == "deploy.yaml":
            assert 1 <= found.at.start.line <= len(lines) + 1
    assert (compiled.desired is None) == compiled.report.has_errors


@given(st.binary(max_size=60))
def test_any_bytes_at_all_give_a_report(tmp_path_factory: Any, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "deploy.yaml"
    sources = Sources(path.parent)
    sources.give(path, data)

    compiled = compile_project(Request(files=(path,), base=path.parent, environ={}), sources)

    assert compiled.desired is None or compiled.desired.resources == ()


@given(tree=TREES, flow=st.booleans())
def test_the_text_at_a_scalars_span_is_the_scalar(*, tree: Values[str, Any], flow: bool) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=True, width=1000)
    root = load(text, file="f", report=Report())
    lines = text.splitlines()

    for scalar in scalars(root):
        start, end = scalar.span.start, scalar.span.end
        if start.line == end.line and start != end:
            written = lines[start.line - 1][start.column - 1 : end.column - 1]
            assert yaml.safe_load(written) == scalar.value or written in {"|", ">", "|-", ">-"}


@given(TREES)
def test_nodes_hold_what_yaml_holds(tree: Values[str, Any]) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True)
    root = load(text, file="f", report=Report())

    assert root is not None
    assert plain(root) == yaml.safe_load(text)


@given(TREES)
def test_nothing_laid_over_or_under_changes_nothing(tree: Values[str, Any]) -> None:
    node, empty = written(tree, "x"), written({}, "x")

    assert merge(node, empty) == Mapping(as_mapping(node).entries, empty.span)
    assert merge(empty, node) == node


@given(LAYERS, LAYERS, LAYERS)
def test_laying_over_is_associative_where_a_mapping_stays_one(
    one: Values[str, Any], two: Values[str, Any], three: Values[str, Any]
) -> None:
    a, b, c = written(one, "a"), written(two, "b"), written(three, "c")

    assert plain(merge(merge(a, b), c)) == plain(merge(a, merge(b, c)))


@given(TREES, TREES)
def test_every_leaf_stays_in_the_file_that_wrote_it(
    one: Values[str, Any], two: Values[str, Any]
) -> None:
    a, b = written(one, "a"), written(two, "b")
    before = [*scalars(a), *scalars(b)]

    assert all(scalar in before for scalar in scalars(merge(a, b)))


@given(st.permutations(["name", "entrypoint", "tags", "schedules", "parameters"]))
def test_the_order_of_keys_means_nothing(tmp_path_factory: Any, order: list[str]) -> None:
    folder: Path = tmp_path_factory.getbasetemp()
    (folder / "flow_of_laws.py").write_text("from prefect import flow\n@flow\ndef f(a=1): ...\n")
    parts = {
        "name": "x",
        "entrypoint": "flow_of_laws.py:f",
        "tags": ["b", "a"],
        "schedules": [{"cron": "0 1 * * *"}, {"interval": 60}],
        "parameters": {"a": 2},
    }

    def compiled(keys: list[str]) -> object:
        path = folder / "deploy.yaml"
        sources = Sources(folder)
        text = yaml.safe_dump({"deployments": [{k: parts[k] for k in keys}]}, sort_keys=False)
        sources.give(path, text.encode())
        return compile_project(Request(files=(path,), base=folder, environ={}), sources).desired

    assert compiled(order) == compiled(list(parts))
    assert compiled(order) is not None


FLOW_OF_LAWS = "from prefect import flow\n@flow\ndef f(a=1): ...\n"
DEPLOYMENTS = [
    {"name": "x", "entrypoint": "flow_of_laws.py:f", "tags": ["b"], "parameters": {"a": 2}},
    {"name": "y", "entrypoint": "flow_of_laws.py:f", "schedules": [{"cron": "0 1 * * *"}]},
    {"name": "z", "entrypoint": "flow_of_laws.py:f", "paused": True},
    {"name": "v", "flow_name": "other", "description": "a # b"},
]


@given(
    order=st.permutations(DEPLOYMENTS),
    cut=st.integers(0, 4),
    flow=st.booleans(),
    notes=st.lists(st.sampled_from(["", "# a note: x", "   ", "#"]), max_size=6),
    turned=st.booleans(),
)
def test_order_files_comments_and_blanks_mean_nothing(
    tmp_path_factory: Any, *, order: Any, cut: int, flow: bool, notes: list[str], turned: bool
) -> None:
    folder: Path = tmp_path_factory.getbasetemp()
    (folder / "flow_of_laws.py").write_text(FLOW_OF_LAWS)

    def compiled(parts: dict[str, Any]) -> object:
        sources = Sources(folder)
        for name, deployments in parts.items():
            text = yaml.safe_dump({"deployments": deployments}, default_flow_style=flow)
            between = "\n".join(["", *notes, ""]) if not flow else "\n"
            lines = text.splitlines()
            text = between.join(lines[:1]) + between + "\n".join(lines[1:]) + between
            sources.give(folder / name, text.encode())
        files = tuple(folder / name for name in parts)
        report = compile_project(Request(files=files, base=folder, stack="s"), sources)
        assert not report.report.has_errors, [each.message for each in report.report]
        return report.desired

    parts = {"one.yaml": order[:cut], "two.yaml": order[cut:]}
    if turned:
        parts = dict(reversed(parts.items()))

    assert compiled(parts) == compiled({"whole.yaml": DEPLOYMENTS})


def written(value: Any, file: str) -> Node:
    """Nodes as if `file` had held `value`."""
    span = Span(file, Position(1, 1), Position(1, 2))
    if isinstance(value, dict):
        entries = ((Scalar(key, span, key), written(item, file)) for key, item in value.items())
        return Mapping(tuple(entries), span)
    if isinstance(value, list):
        return Sequence(tuple(written(item, file) for item in value), span)
    return Scalar(value, span, str(value))


def as_mapping(node: Node) -> Mapping:
    assert isinstance(node, Mapping)
    return node


def scalars(node: Node | None) -> list[Scalar]:
    match node:
        case Scalar():
            return [node]
        case Sequence(items):
            return [each for item in items for each in scalars(item)]
        case Mapping(entries):
            return [each for _, item in entries for each in scalars(item)]
        case None:
            return []
