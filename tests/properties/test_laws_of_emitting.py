"""What is written into a file is read back as the value that it was."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compiler.diagnostics import Report, start_of
from compiler.emit.braces import Place, escaped
from compiler.environment.inputs import Inputs
from compiler.environment.room import Room
from compiler.environment.template import Renderer
from compiler.source.nodes import Mapping, Scalar, plain
from compiler.source.yaml_loader import load
from compiler.source.yaml_writer import write

pytestmark = pytest.mark.property

TEXTS = st.lists(
    st.sampled_from(
        ["{{", "}}", "{", "}", " ", "x", "$HOME", "vars.a", "'{{'", "prefect.blocks.a.b"]
    )
).map("".join)
LINES = st.lists(st.text("ab #:-'\"\\\t{é\u2028", max_size=4)).map("\n".join)
KEYS = {
    Place.PLAIN: "value",
    Place.JOB_VARIABLES: "job_variables",
    Place.STEPS: "pull",
}


@given(TEXTS, st.sampled_from(Place))
@example("{{ $HOME }} and {{ '{{' }}", Place.STEPS)
@example("{{{{ vars.x }}}}", Place.PLAIN)
def test_braces_come_back_as_they_were(text: str, place: Place) -> None:
    report, at = Report(), start_of("deploy.yaml")
    room = Room(report, letters=1000)
    renderer = Renderer({}, Inputs((), (), {}, report, room), report, room)
    key = KEYS[place]
    node = Mapping(((Scalar(key, at, key), Scalar(escaped(text, place), at, "")),), at)

    rendered = renderer.render(node)

    wrong = {each.rule.code for each in report}
    assert wrong <= {"DEP303"}, "only a template of ours that is not closed cannot be written"
    if not wrong:
        assert plain(rendered) == {key: text}


@given(LINES, st.text("ab:#-", max_size=3))
@example("two\nlines\n", "a")
@example("a\n\n b", "")
def test_a_text_of_lines_comes_back_as_it_was(text: str, key: str) -> None:
    at = start_of("deploy.yaml")
    inner = Mapping(((Scalar(key, at, key), Scalar(text, at, text)),), at)
    outer = Mapping(
        ((Scalar("in", at, "in"), inner), (Scalar("z", at, "z"), Scalar(1, at, "1"))), at
    )

    report = Report()
    read = load(write(outer), file="deploy.yaml", report=report)

    assert read is not None, [each.message for each in report]
    assert plain(read) == {"in": {key: text}, "z": 1}
