"""What the formats of a plan say is the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.plan.document import PlanDocument
from deploy.views.letters import one_line
from deploy.views.letters import width as columns
from deploy.views.plan import html_page, json_document, markdown, text
from deploy.views.plan.wording import told
from tests.support.markdown_reading import blocks, from_markdown
from tests.support.plan_documents import plans
from tests.support.plan_reading import from_html, from_json, from_text, said

pytestmark = pytest.mark.property


@given(document=plans())
def test_the_text_says_every_step_and_every_place(document: PlanDocument) -> None:
    assert from_text(text.render(document)) == said(document)


@given(document=plans())
def test_the_json_says_all_that_the_document_does(document: PlanDocument) -> None:
    written = json_document.render(document)

    assert from_json(written) == {
        (each.action, each.address, frozenset(change.path for change in each.changes))
        for each in document.actions
    }
    assert written == json_document.render(document)


@given(document=plans())
def test_only_what_a_new_thing_has_empty_is_not_told(document: PlanDocument) -> None:
    silent = [
        (each.action, change.after or None)
        for each in document.actions
        for change in each.changes
        if change not in told(each)
    ]

    assert set(silent) <= {("create", None)}


@given(document=plans(), width=st.integers(40, 90))
def test_what_is_inside_an_action_fits_the_terminal(document: PlanDocument, width: int) -> None:
    lines = text.render(document, width).split("\n")

    assert [line for line in lines if line.startswith("    ") and columns(line) > width] == []


@given(document=plans())
def test_no_control_reaches_the_terminal(document: PlanDocument) -> None:
    lines = text.render(document).split("\n")

    assert [line for line in lines if one_line(line) != line] == []


@given(document=plans())
def test_the_markdown_says_every_step_and_every_place(document: PlanDocument) -> None:
    assert from_markdown(markdown.render(document, markdown.GITLAB)) == said(document)


@given(document=plans(), limit=st.integers(1_000, 4_000))
def test_the_markdown_is_whole_and_within_its_limit(document: PlanDocument, limit: int) -> None:
    written = markdown.render(document, limit)

    found = blocks(written)
    opened = sum(block.text.startswith("<details>") for block in found)
    assert len(written) <= limit
    assert opened == sum(block.text == "</details>\n" for block in found)
    assert opened == sum(block.kind == "fence" for block in found)
    assert 2 * opened == sum(block.kind == "html_block" for block in found)
    assert document.digest in written


@given(document=plans())
def test_the_page_says_every_step_and_every_place(document: PlanDocument) -> None:
    page = html_page.render(document)

    assert from_html(page) == said(document)
    page.encode()
