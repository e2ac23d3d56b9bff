"""JUnit XML, as a schema and a reader of it have it."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from junitparser import JUnitXml
from lxml import etree  # type: ignore[import-untyped]  # it has none

from compiler.diagnostics import Diagnostic, Label, Severity
from deploy.views.junit import render
from tests.support.findings import finding, findings, place, rule
from tests.support.odd_findings import FOUND

SCHEMA = Path(__file__).with_name("schemas") / "junit-10.xsd"
XSD = etree.XMLSchema(etree.parse(SCHEMA))
WARNING = rule("DEP998", Severity.WARNING)


def some() -> tuple[Diagnostic, ...]:
    label = Label(place(4, 17, 29), "of this <flow>")
    return (
        finding(place(6, 7, 14), '"a" & b', hint="mend it", related=[label]),
        finding(place(7, 7, 10), of=WARNING),
        finding(None, "of no file"),
    )


def test_a_file_is_a_suite_and_a_finding_a_case() -> None:
    assert render(findings(*some(), deploy="", other="")) == snapshot("""\
<?xml version='1.0' encoding='us-ascii'?>
<testsuites name="deploy validate" tests="4" failures="2" errors="0">
  <testsuite name="deploy.yaml" tests="2" failures="1" errors="0" skipped="1">
    <testcase name="DEP999 &quot;a&quot; &amp; b" classname="deploy.yaml" time="0">
      <failure type="error" message="&quot;a&quot; &amp; b">deploy.yaml:6:7: DEP999 "a" &amp; b
hint: mend it
deploy.yaml:4:17: of this &lt;flow&gt;
help: deploy explain DEP999</failure>
    </testcase>
    <testcase name="DEP998 a thing is wrong" classname="deploy.yaml" time="0">
      <skipped type="warning" message="a thing is wrong">deploy.yaml:7:7: DEP998 a thing is wrong
help: deploy explain DEP998</skipped>
    </testcase>
  </testsuite>
  <testsuite name="other.yaml" tests="1" failures="0" errors="0" skipped="0">
    <testcase name="no findings" classname="other.yaml" time="0" />
  </testsuite>
  <testsuite name="(no file)" tests="1" failures="1" errors="0" skipped="0">
    <testcase name="DEP999 of no file" classname="(no file)" time="0">
      <failure type="error" message="of no file">DEP999 of no file
help: deploy explain DEP999</failure>
    </testcase>
  </testsuite>
</testsuites>\
""")


def test_the_schema_takes_it() -> None:
    XSD.assertValid(etree.fromstring(render(findings(*some(), deploy="")).encode()))
    XSD.assertValid(etree.fromstring(render(findings()).encode()))


@given(found=st.lists(FOUND, max_size=3))
def test_the_schema_takes_any_finding(found: list[Diagnostic]) -> None:
    XSD.assertValid(etree.fromstring(render(findings(*found, deploy="")).encode()))


def test_a_reader_counts_what_fails() -> None:
    read = JUnitXml.fromstring(render(findings(*some(), deploy="", other="")).encode())

    assert (read.tests, read.failures, read.errors) == (4, 2, 0)
    assert [(suite.name, suite.tests, suite.skipped) for suite in read] == [
        ("deploy.yaml", 2, 1),
        ("other.yaml", 1, 0),
        ("(no file)", 1, 0),
    ]
    assert [case.is_passed for suite in read for case in suite] == [False, False, True, False]


def test_equal_findings_have_names_of_their_own() -> None:
    twice = (finding(place(1, 1, 2)), finding(place(2, 1, 2)))

    (suite,) = JUnitXml.fromstring(render(findings(*twice, deploy="")).encode())

    assert [case.name for case in suite] == [
        "DEP999 a thing is wrong",
        "DEP999 a thing is wrong (2)",
    ]


def test_characters_that_xml_has_no_place_for_are_replaced() -> None:
    text = render(findings(finding(place(1, 1, 2), "a\x00b\x1b\ufffe\U0001f389"), deploy=""))

    (suite,) = JUnitXml.fromstring(text.encode())
    assert [case.name for case in suite] == ["DEP999 a\ufffdb\ufffd\ufffd\U0001f389"]
