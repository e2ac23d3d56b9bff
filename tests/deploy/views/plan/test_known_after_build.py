"""Every format says which steps come first, and what only they will make known."""

from inline_snapshot import snapshot

from compiler.plan.document import AwaitedPart, StepPart
from compiler.plan.part import Place
from deploy.views.plan import html_page, markdown, text
from tests.support.plan_documents import plan

AT = Place(file="deploy.yaml", line=3, column=5)
DOCUMENT = plan(unchanged=1).model_copy(
    update={
        "steps": (
            StepPart(
                name="image",
                section="build",
                function="shop_steps.build",
                users=("deployment/etl/nightly", "deployment/etl/<b>"),
                at=AT,
            ),
        ),
        "known_after_build": (
            AwaitedPart(
                address="deployment/etl/<b>", path="job_variables.image", before="shop:1", at=AT
            ),
        ),
    }
)


def test_text_shows_steps_first_and_awaited_values_last() -> None:
    assert text.render(DOCUMENT).rpartition("digest")[0] == snapshot("""\
* image: shop_steps.build  (build, for 2 things)
? deployment/etl/<b>
    job_variables.image: "shop:1" → (known after build)

0 to create, 0 to change, 0 to delete; 1 unchanged
an apply runs 1 step before it writes anything
""")


def test_markdown_lists_both() -> None:
    assert markdown.render(DOCUMENT).split("\n\n")[2:-1] == snapshot(
        [
            "An apply runs 1 step before it writes anything:",
            "1. <code>image: shop&#95;steps.build  &#40;build, for 2 things&#41;</code>",
            """\
- **?** <code>deployment/etl/&#60;b&#62;</code>
  - <code>job&#95;variables.image: &#34;shop:1&#34; → &#40;known after build&#41;</code>\
""",
        ]
    )


def test_the_page_lists_both_and_escapes_them() -> None:
    page = html_page.render(DOCUMENT)

    assert "<h2>Runs first</h2>" in page
    assert "image: shop_steps.build  (build, for 2 things)" in page
    assert "<h2>Known after the build</h2>" in page
    assert "deployment/etl/&lt;b&gt;" in page
    assert "<b>\n" not in page
