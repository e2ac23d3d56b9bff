"""The schema for editors and the compiler accept and refuse the same documents."""

from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import given
from jsonschema import Draft202012Validator

from compiler.desired.json import Json
from compiler.diagnostics import Report
from compiler.manifest.check import check_shape, parse
from compiler.manifest.schema import document
from compiler.source.nodes import Node, plain
from compiler.source.yaml_loader import load
from tests.support.documents import WHOLE, documents

pytestmark = pytest.mark.property


@cache
def schema() -> Draft202012Validator:
    return Draft202012Validator(document())


def nodes(value: Any) -> Node:
    root = load(yaml.safe_dump(value), file="deploy.yaml", report=Report())
    assert root is not None
    return root


def test_the_whole_document_is_right() -> None:
    report = Report()

    check_shape(nodes(WHOLE), lenient=False, report=report)

    assert [str(found) for found in report] == []


@given(documents())
def test_the_schema_and_the_compiler_refuse_the_same(written: Json) -> None:
    root, report = nodes(written), Report()

    check_shape(root, lenient=False, report=report)

    assert report.has_errors == (not schema().is_valid(plain(root)))


@given(documents())
def test_what_is_accepted_as_written_is_accepted_when_typed(written: Json) -> None:
    root = nodes(written)
    report = Report()

    if schema().is_valid(plain(root)) and "{{" not in str(written):
        parse(root, report)

    assert not report.has_errors


@given(documents())
def test_what_is_left_of_a_wrong_document_is_right(written: Json) -> None:
    kept = check_shape(nodes(written), lenient=False, report=Report())

    assert kept is None or schema().is_valid(plain(kept))
