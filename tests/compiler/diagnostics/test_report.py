"""Findings in reading order, each once."""

from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Position, Report, Severity, Span
from tests.support.findings import finding, place, rule

POSITIONS = st.builds(Position, st.integers(1, 4), st.integers(1, 4))
SPANS = st.builds(
    lambda file, ends: Span(file, min(ends), max(ends)),
    st.sampled_from(["a.yaml", "b.yaml"]),
    st.tuples(POSITIONS, POSITIONS),
)


def test_findings_come_in_reading_order_and_once() -> None:
    first, second, last = finding(place(1, 1, 2)), finding(place(2, 1, 2)), finding(None)

    report = Report([last, second, first, second])

    assert list(report) == [first, second, last]
    assert len(report) == 3


def test_what_is_added_later_is_in_order_too() -> None:
    report = Report([finding(place(2, 1, 2))])
    list(report)

    report.add(rule(), "earlier", place(1, 1, 2), hint="mend it", severity=Severity.INFO)

    found = next(iter(report))
    assert (found.message, found.hint, found.severity) == ("earlier", "mend it", Severity.INFO)


def test_only_an_error_stops_the_run() -> None:
    assert not Report([finding(None, of=rule(severity=Severity.WARNING))]).has_errors
    assert Report([finding(None)]).has_errors


@given(st.lists(SPANS), SPANS)
def test_an_error_is_within_what_holds_it(spans: list[Span], outer: Span) -> None:
    report = Report(finding(span) for span in spans)

    expected = any(
        each.file == outer.file and outer.start <= each.start and each.end <= outer.end
        for each in spans
    )
    assert report.has_error_within(outer) is expected
