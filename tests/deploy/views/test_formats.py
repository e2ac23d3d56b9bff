"""Whatever is found, every format says it, and says no secret."""

import json
import time
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import (
    Diagnostic,
    Edit,
    Fix,
    Label,
    Position,
    Rule,
    Safety,
    Severity,
    Span,
)
from compiler.rules.catalogue import CATALOGUE
from deploy.views.formats import VIEWS
from tests.support.findings import finding, findings, place

SECRET = "zqx-7731-jvk"
ODD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\x00\x1b\x85\u2028\u202e\ufffe\ud800\udfff\U0001f389\"'\\<>&%:,\n\r\t"),
    ),
    max_size=30,
)
TEXTS = st.one_of(ODD, ODD.map(lambda text: f"{text}{SECRET}{text}"))
FILES = st.sampled_from(["deploy.yaml", "flows.py", "a b,c:d%.yaml", "/else/\udc80.yaml", SECRET])
POSITIONS = st.builds(Position, st.integers(1, 9), st.integers(1, 40))
SPANS = st.builds(Span, FILES, POSITIONS, POSITIONS)
LABELS = st.builds(Label, SPANS, TEXTS)
EDITS = st.builds(Edit, SPANS, TEXTS)
FIXES = st.builds(
    Fix,
    message=TEXTS,
    edits=st.lists(EDITS, max_size=2).map(tuple),
    safety=st.sampled_from(Safety),
)
RULES: st.SearchStrategy[Rule] = st.sampled_from(list(CATALOGUE.values()))
FOUND = st.builds(
    Diagnostic,
    rule=RULES,
    severity=st.sampled_from(Severity),
    message=TEXTS,
    at=st.none() | SPANS,
    hint=st.none() | TEXTS,
    related=st.lists(LABELS, max_size=2).map(tuple),
    fix=st.none() | FIXES,
)
READ_BACK: dict[str, Callable[[str], object]] = {
    "json": json.loads,
    "sarif": json.loads,
    "junit": lambda text: ET.fromstring(text.encode()),  # our own
}


@pytest.mark.parametrize("format", VIEWS)
@given(
    found=st.lists(FOUND, max_size=4),
    deploy=TEXTS,
    flows=TEXTS,
    width=st.none() | st.integers(1, 200),
)
def test_any_finding_is_shown_and_no_secret(
    format: str, found: list[Diagnostic], deploy: str, flows: str, width: int | None
) -> None:
    shown = findings(*found, secrets=[SECRET], width=width, deploy=deploy, flows=flows)

    text = VIEWS[format](shown)

    assert SECRET not in text
    text.encode()
    READ_BACK.get(format, str)(text)


@pytest.mark.parametrize("format", ["concise", "github"])
@given(found=st.lists(FOUND, max_size=4))
def test_a_finding_is_one_line(format: str, found: list[Diagnostic]) -> None:
    assert len(VIEWS[format](findings(*found)).splitlines()) == len(found)


def test_a_fix_that_would_write_a_mask_is_left_out() -> None:
    fix = Fix(message="x", edits=(Edit(place(1, 1, 2), SECRET),), safety=Safety.SAFE)

    (found,) = findings(finding(None, fix=fix), secrets=[SECRET]).diagnostics

    assert found.fix is None


@pytest.mark.parametrize("format", VIEWS)
def test_ten_thousand_findings_take_seconds(format: str) -> None:
    deploy = "".join(f"  - name: number-{number}\n" for number in range(10_000))
    many = [finding(place(line, 5, 9), f"wrong {line}") for line in range(1, 10_001)]
    shown = findings(*many, deploy=deploy, secrets=["a-secret", "another"])

    start = time.monotonic()
    VIEWS[format](shown)

    assert time.monotonic() - start < 20
