"""Findings with any text at all in them, for properties of what is shown."""

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
SPANS = st.builds(
    lambda file, ends: Span(file, min(ends), max(ends)), FILES, st.tuples(POSITIONS, POSITIONS)
)
LABELS = st.builds(Label, SPANS, TEXTS)
EDITS = st.builds(Edit, SPANS, TEXTS)
FIXES = st.builds(
    Fix,
    message=TEXTS,
    edits=st.lists(EDITS, max_size=2).map(tuple),
    safety=st.sampled_from(Safety),
)
RULES: st.SearchStrategy[Rule] = st.sampled_from(list(CATALOGUE)).map(CATALOGUE.__getitem__)
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
