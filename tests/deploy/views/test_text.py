"""Findings as a person reads them."""

import pytest
from inline_snapshot import snapshot

from compiler.diagnostics import Edit, Fix, Label, Safety, Severity
from deploy.views.letters import width
from deploy.views.text import render
from tests.support.findings import finding, findings, place, rule

DEPLOY = """\
stack: shop
deployments:
  - name: nightly
    entrypoint: flows.py:etl
    parameters:
      retries: 5
      day: 2026-01-31
"""
FLOWS = """\
from prefect import flow


@flow
def etl(retry: int = 3): ...
"""


def test_a_finding_stands_under_its_line() -> None:
    found = finding(place(6, 7, 14), "'retries' is no parameter", hint="did you mean 'retry'?")

    assert render(findings(found, deploy=DEPLOY)) == snapshot("""\
DEP999 error: 'retries' is no parameter
 --> deploy.yaml:6:7
  |
6 |       retries: 5
  |       ^^^^^^^
  = hint: did you mean 'retry'?
  = help: deploy explain DEP999\
""")


def test_places_of_one_file_are_one_excerpt() -> None:
    near = Label(place(4, 17, 29), "of this flow")
    far = Label(place(1, 8, 12), "in this stack")

    found = finding(place(6, 7, 14), related=[near, far])

    assert render(findings(found, deploy=DEPLOY)) == snapshot("""\
DEP999 error: a thing is wrong
 --> deploy.yaml:6:7
  |
1 | stack: shop
  |        ---- in this stack
...
4 |     entrypoint: flows.py:etl
  |                 ------------ of this flow
5 |     parameters:
6 |       retries: 5
  |       ^^^^^^^
  = help: deploy explain DEP999\
""")


def test_another_file_has_an_excerpt_of_its_own() -> None:
    there = Label(place(5, 5, 8, file="flows.py"), "defined here")

    found = finding(place(6, 7, 14), related=[there])

    assert render(findings(found, deploy=DEPLOY, flows=FLOWS)) == snapshot("""\
DEP999 error: a thing is wrong
 --> deploy.yaml:6:7
  |
6 |       retries: 5
  |       ^^^^^^^
 ::: flows.py:5:5
  |
5 | def etl(retry: int = 3): ...
  |     --- defined here
  = help: deploy explain DEP999\
""")


def test_a_place_of_several_lines_is_marked_at_both_ends() -> None:
    found = finding(place(3, 5, 19, last=6))

    assert render(findings(found, deploy=DEPLOY)) == snapshot("""\
DEP999 error: a thing is wrong
 --> deploy.yaml:3:5
  |
3 |   - name: nightly
  |     ^^^^^^^^^^^^^
...
6 |       retries: 5
  |       ^^^^^^^^^^
  = help: deploy explain DEP999\
""")


def test_a_place_that_ends_with_a_line_marks_that_line() -> None:
    found = finding(place(6, 7, 1, last=7))

    assert render(findings(found, deploy=DEPLOY)) == snapshot("""\
DEP999 error: a thing is wrong
 --> deploy.yaml:6:7
  |
6 |       retries: 5
  |       ^^^^^^^^^^
  = help: deploy explain DEP999\
""")


def test_two_marks_on_one_line_stand_in_order() -> None:
    found = finding(place(4, 26, 29), related=[Label(place(4, 17, 25), "the file")])

    assert render(findings(found, deploy=DEPLOY)) == snapshot("""\
DEP999 error: a thing is wrong
 --> deploy.yaml:4:26
  |
4 |     entrypoint: flows.py:etl
  |                 -------- the file
  |                          ^^^
  = help: deploy explain DEP999\
""")


def test_a_finding_without_a_place_is_only_told() -> None:
    found = finding(None, of=rule(severity=Severity.WARNING), hint="one\ntwo")

    assert render(findings(found)) == snapshot("""\
DEP999 warning: a thing is wrong
 = hint: one
         two
 = help: deploy explain DEP999\
""")


def test_a_place_in_a_file_that_was_not_read_is_only_named() -> None:
    found = finding(place(1, 1, 1, file="nowhere.yaml"))

    assert render(findings(found)) == snapshot("""\
DEP999 error: a thing is wrong
 --> nowhere.yaml:1:1
  = help: deploy explain DEP999\
""")


def test_a_place_behind_the_end_of_a_text_is_named() -> None:
    found = finding(place(70, 1, 2), related=[Label(place(80, 1, 1), "and here")])

    assert render(findings(found, deploy=DEPLOY)) == snapshot("""\
DEP999 error: a thing is wrong
  --> deploy.yaml:70:1
   | and here
   = help: deploy explain DEP999\
""")


@pytest.mark.parametrize(
    ("safety", "how"),
    [
        (Safety.SAFE, " (deploy validate --fix)"),
        (Safety.UNSAFE, " (deploy validate --fix --unsafe-fixes)"),
        (Safety.SHOWN, ""),
    ],
)
def test_a_fix_says_how_it_is_made(safety: Safety, how: str) -> None:
    fix = Fix(message="write 'retry'", edits=(Edit(place(6, 7, 14), "retry"),), safety=safety)

    text = render(findings(finding(place(6, 7, 14), fix=fix), deploy=DEPLOY))

    assert f"  = fix: write 'retry'{how}\n" in text


@pytest.mark.parametrize(
    ("line", "before", "marked"),
    [
        ("日本語: wrong", "日本語: ", "wrong"),
        ("e\u0301te\u0301: wrong", "e\u0301te\u0301: ", "wrong"),
        ("🎉🎉: wrong", "🎉🎉: ", "wrong"),
        ("👩\u200d🚀: wrong", "👩\u200d🚀: ", "wrong"),
        ("a: 日本語, b", "a: ", "日本語"),
        ("a\u200bb: wrong", "a\u200bb: ", "wrong"),
        ("a:\twrong", "a:\t", "wrong"),
        ("\ta\tb: wrong", "\ta\tb: ", "wrong"),
    ],
    ids=["wide", "combining", "emoji", "joined emoji", "wide marked", "zero width", "tab", "tabs"],
)
def test_a_mark_stands_under_its_text(line: str, before: str, marked: str) -> None:
    found = finding(place(1, len(before) + 1, len(before + marked) + 1))

    text = render(findings(found, deploy=line))

    shown, marks = text.splitlines()[3:5]
    column = marks.index("^")
    assert width(shown.partition(marked)[0]) == column
    assert marks.count("^") == width(marked)


def test_a_long_line_is_cut_around_its_place() -> None:
    line = f"tags: [{', '.join('abcdefgh' for _ in range(400))}]"
    start = line.index("abcdefgh", 2000)
    found = finding(place(1, start + 1, start + 9))

    text = render(findings(found, deploy=line, width=60))

    assert text == snapshot("""\
DEP999 error: a thing is wrong
 --> deploy.yaml:1:2008
  |
1 | …cdefgh, abcdefgh, abcdefgh, abcdefgh, abcdefgh, abcdef…
  |                    ^^^^^^^^
  = help: deploy explain DEP999\
""")
    assert max(map(width, text.splitlines())) <= 60


@pytest.mark.parametrize("start", [1, 30, 390, 396], ids=["first", "early", "late", "last"])
def test_a_cut_line_shows_what_is_marked(start: int) -> None:
    line = "".join(chr(ord("a") + number % 26) for number in range(400))
    found = finding(place(1, start, start + 5))

    shown, marks = render(findings(found, deploy=line, width=60)).splitlines()[3:5]

    assert shown[marks.index("^") : marks.rindex("^") + 1] == line[start - 1 : start + 4]


def test_everything_fits_a_narrow_terminal() -> None:
    told = "a text that has many words, " * 5
    fix = Fix(message=told, edits=(), safety=Safety.SHOWN)
    label = Label(place(4, 17, 29), told)
    found = finding(place(6, 7, 14), told, hint=told, related=[label], fix=fix)

    text = render(findings(found, deploy=DEPLOY, width=60))

    assert max(map(width, text.splitlines())) <= 60
    assert text == snapshot("""\
DEP999 error: a text that has many words, a text that has
    many words, a text that has many words, a text that has
    many words, a text that has many words,
 --> deploy.yaml:6:7
  |
4 |     entrypoint: flows.py:etl
  |                 ------------
  |   a text that has many words, a text that has many
  |   words, a text that has many words, a text that has
  |   many words, a text that has many words,
5 |     parameters:
6 |       retries: 5
  |       ^^^^^^^
  = hint: a text that has many words, a text that has many
          words, a text that has many words, a text that has
          many words, a text that has many words,
  = fix: a text that has many words, a text that has many
         words, a text that has many words, a text that has
         many words, a text that has many words,
  = help: deploy explain DEP999\
""")


def test_a_fix_that_the_hint_names_is_only_how_it_is_made() -> None:
    edits = (Edit(place(6, 7, 14), "retry"),)
    fix = Fix(message="write 'retry'", edits=edits, safety=Safety.SAFE)
    found = finding(place(6, 7, 14), hint="did you mean 'retry'?", fix=fix)

    text = render(findings(found, deploy=DEPLOY))

    assert "  = hint: did you mean 'retry'?\n  = fix: deploy validate --fix\n" in text


def test_nothing_is_wrapped_where_there_is_no_terminal() -> None:
    told = "a text that has many words, " * 20

    assert f"= hint: {told}\n" in render(findings(finding(None, hint=told)))


@pytest.mark.parametrize(
    ("line", "marked", "shown"),
    [
        ("{password: hunter22, tags: wrong}", "wrong", "{password: (secret), tags: wrong}"),
        ("{tags: wrong, password: hunter22}", "wrong", "{tags: wrong, password: (secret)}"),
        ("{a: s3same, b: wrong, c: s3same}", "wrong", "{a: (secret #1), b: wrong, c: (secret #1)}"),
        ("password: hunter22", "hunter22", "password: (secret)"),
    ],
    ids=["before", "behind", "around", "itself"],
)
def test_a_secret_is_left_out_and_the_mark_stays(line: str, marked: str, shown: str) -> None:
    start = line.index(marked) + 1
    found = finding(place(1, start, start + len(marked)))

    text = render(findings(found, deploy=line, secrets=["s3same"]))

    told, marks = text.splitlines()[3:5]
    assert told == f"1 | {shown}"
    assert marks.index("^") in {told.find(marked), told.find("(secret)"), told.find("(secret #1)")}


def test_no_control_character_reaches_the_terminal() -> None:
    bad = "\x1b[31m\x07\u202e\x85"
    found = finding(place(1, 1, 5), f"a {bad}", hint=bad, related=[Label(place(1, 1, 2), bad)])

    text = render(findings(found, deploy=f"a: {bad}"))

    assert all(letter.isprintable() or letter == "\n" for letter in text)
