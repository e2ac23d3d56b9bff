"""Whatever is laid over, included, anchored or filled in, a value keeps its place."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from compiler import Overlays
from compiler.diagnostics import Report
from compiler.manifest.read import Resolved, resolve
from compiler.source.nodes import Mapping, Node, Scalar, Sequence, plain
from compiler.source.sources import Sources
from compiler.source.yaml_loader import load
from compiler.source.yaml_writer import write

pytestmark = pytest.mark.property

WORDS = st.sampled_from(
    ["a", "b c", "é", "5", "true", "x: y", "# no", "'", '"', "1.10", "-", "{{ '{{' }}"]
)
KEYS = st.text("ab:# \n-é'", max_size=4)
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-5, 5) | WORDS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)
TEXTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
PARTS = st.fixed_dictionaries(
    {},
    optional={
        "parameters": st.dictionaries(st.sampled_from(["p", "q", "r"]), VALUES, max_size=2),
        "tags": st.lists(WORDS.filter(lambda text: "{{" not in text), max_size=2),
        "description": WORDS,
        "paused": st.booleans(),
    },
)


def deployments(*names: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Deployments of these names."""
    return st.tuples(*(PARTS for _ in names)).map(
        lambda parts: [
            {"name": name, "entrypoint": "f.py:f", **part}
            for name, part in zip(names, parts, strict=True)
        ]
    )


FILES = st.fixed_dictionaries(
    {
        "deploy.yaml": st.fixed_dictionaries(
            {
                "include": st.just(["more.yaml"]),
                "defaults": PARTS,
                "deployments": deployments("one", "two"),
                "environments": st.fixed_dictionaries(
                    {
                        "prod": st.fixed_dictionaries(
                            {"defaults": PARTS, "deployments": deployments("one", "three", "four")}
                        )
                    }
                ),
            }
        ),
        "more.yaml": st.fixed_dictionaries(
            {"defaults": PARTS, "deployments": deployments("three")}
        ),
    }
)


def resolved(files: dict[str, Any], *, flow: bool) -> tuple[tuple[Resolved, ...], dict[str, str]]:
    """The files, resolved for the environment `prod`, and their texts."""
    base = Path("/nowhere")
    sources = Sources(base)
    texts = {
        name: yaml.safe_dump(each, default_flow_style=flow, allow_unicode=True, width=10_000)
        for name, each in files.items()
    }
    for name, text in texts.items():
        sources.give(base / name, text.encode())
    report = Report()
    found = resolve(
        [base / "deploy.yaml"],
        Overlays(environment="prod", settings=("deployments.two.paused=true",)),
        {},
        lenient=False,
        sources=sources,
        report=report,
    )
    assert not report.has_errors, [each.message for each in report]
    return found, {**texts, "--set": "deployments.two.paused=true"}


def scalars(node: Node) -> list[Scalar]:
    match node:
        case Scalar():
            return [node]
        case Sequence(items):
            return [each for item in items for each in scalars(item)]
        case Mapping(entries):
            return [each for _, item in entries for each in scalars(item)]


@given(files=FILES, flow=st.booleans())
def test_the_text_at_a_resolved_values_place_is_the_value(
    *, files: dict[str, Any], flow: bool
) -> None:
    found, texts = resolved(files, flow=flow)

    for one in found:
        for scalar in scalars(one.root):
            start, end = scalar.span.start, scalar.span.end
            lines = texts[scalar.span.file].splitlines()
            if start.line == end.line and start != end and "{{" not in scalar.text:
                written = lines[start.line - 1][start.column - 1 : end.column - 1]
                assert yaml.safe_load(written) == scalar.value or written in {"|", ">", "|-", ">-"}


@given(files=FILES)
def test_what_is_rendered_resolves_to_itself(files: dict[str, Any]) -> None:
    found, _ = resolved(files, flow=False)

    for one in found:
        again = load(write(one.root), file="again", report=Report())
        assert again is not None
        assert plain(again) == plain(one.root)


@given(TEXTS)
def test_what_is_written_is_read_back(value: Any) -> None:
    root = load(yaml.safe_dump(value), file="f", report=Report())
    assert root is not None

    again = load(write(root, lambda _: "a note: # x"), file="g", report=Report())

    assert again is not None
    assert plain(again) == plain(root)
