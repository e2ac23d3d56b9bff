"""Whatever is found, every format says it, and says no secret."""

import json
import time
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Diagnostic, Edit, Fix, Safety
from deploy.views.formats import VIEWS, view
from tests.support.findings import finding, findings, place
from tests.support.odd_findings import FOUND, SECRET, TEXTS

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

    text = view(format)(shown)

    assert SECRET not in text
    text.encode()
    READ_BACK.get(format, str)(text)


@pytest.mark.parametrize("format", ["concise", "github"])
@given(found=st.lists(FOUND, max_size=4))
def test_a_finding_is_one_line(format: str, found: list[Diagnostic]) -> None:
    assert len(view(format)(findings(*found)).splitlines()) == len(found)


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
    view(format)(shown)

    assert time.monotonic() - start < 20
