"""A plan as a page: complete in itself, and everything of users escaped."""

import base64
import hashlib
import re
import time

import pytest

from compiler.plan.document import NotePart, OriginPart, RefusalPart, Requests
from compiler.plan.part import Place
from deploy.views.plan.html_page import render
from tests.support.plan_documents import NASTY, action, change, many, plan

NIGHTLY = "deployment/etl/nightly"

_LONG = 10  # seconds of CPU: what takes the square of its length takes minutes


def inside(page: str, tag: str) -> str:
    (found,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    return str(found)


def words(page: str) -> str:
    """The text of a page's body, without tags."""
    body = page.partition("<body>")[2].partition("<script>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


def test_the_policy_allows_its_own_style_and_program_and_nothing_else() -> None:
    page = render(plan())

    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    hashes = [
        base64.b64encode(hashlib.sha256(inside(page, tag).encode()).digest()).decode()
        for tag in ("style", "script")
    ]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_no_style_and_no_program_stands_in_an_attribute() -> None:
    page = render(many(20))

    assert re.findall(r"<[^>]*\s(?:style|on\w+|src|action)=[^>]*>", page) == []
    assert re.findall(r'href="([^"]*)"', page) == ["data:,"]
    assert re.findall(r"url\(|@import", inside(page, "style")) == []


def test_a_refusal_stands_before_the_steps() -> None:
    error = RefusalPart(
        code="DEP601",
        severity="error",
        message="too many",
        hint="force it",
        at=Place(file="deploy.yaml", line=3, column=1),
    )

    text = words(render(plan(is_applicable=False, findings=(error,))))

    assert "This plan is refused DEP601 error deploy.yaml:3:1 too many force it" in text


def test_a_warning_does_not_refuse() -> None:
    warning = RefusalPart(code="DEP609", severity="warning", message="look twice")

    assert "Before you apply it DEP609" in words(render(plan(findings=(warning,))))


def test_what_is_known_of_the_plan_is_said() -> None:
    document = plan(
        action(NIGHTLY, verb="adopt", id="1-2", at=Place(file="deploy.yaml", line=7, column=5)),
        unchanged=1_234,
        server="https://example.com/api",
        commit="4f1d3c2a9b8e7d6c",
        created_at="2026-11-24T12:00:00Z",
        origin=OriginPart(remote="example.com/a", files=("a.yaml", "b.yaml"), environment="prod"),
        notes=(NotePart(address=NIGHTLY, text="labels stay"), NotePart(address=None, text="hm")),
        requests=Requests(writes=1, housekeeping=2, reads=3),
    )

    text = words(render(document))

    for said in (
        "1,234 unchanged",
        "Environment prod Server https://example.com/api Repository example.com/a",
        "Files a.yaml, b.yaml Commit 4f1d3c2a9b8e Planned 2026-11-24 12:00 UTC",
        "deployment/ etl/nightly adopted into &#x27;shop&#x27;, unchanged",
        "deploy.yaml:7:5 · id 1-2",
        "Notes deployment/etl/nightly labels stay hm",
        "An apply makes 6 requests: 1 write, 2 for housekeeping, 3 reads.",
        f"Digest {document.digest}",
    ):
        assert said in text


def test_a_change_says_both_sides_whose_doing_and_where() -> None:
    place = Place(file="deploy.yaml", line=3, column=1)
    text = words(
        render(
            plan(
                action(
                    NIGHTLY,
                    change("rows", 4, 7, cause="drift", at=place),
                    change("new", None, 1, reason="read from the flow"),
                    change("old", 2, None),
                    change("query", "a\nb", "a\nc"),
                )
            )
        )
    )

    assert "rows drift 4 → 7 deploy.yaml:3:1 new 1 read from the flow old 2 query a - b + c" in text


def test_a_new_schedule_is_one_line() -> None:
    schedule = {"cron": "0 3 * * *", "slug": "night"}

    text = words(
        render(plan(action(NIGHTLY, change("schedules", None, [schedule]), verb="create")))
    )

    assert "schedules night: cron &quot;0 3 * * *&quot; (UTC)" in text


def test_an_empty_plan_has_nothing_to_filter() -> None:
    page = render(plan())

    assert "Nothing to do." in page
    assert "<form" not in page


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_no_text_of_users_is_a_tag(nasty: str) -> None:
    def page(text: str) -> list[str]:
        finding = RefusalPart(code="DEP601", severity="error", message=text, hint=text)
        return re.findall(
            r"</?[a-z]+",
            render(
                plan(
                    action(f"deployment/etl/{text}", change("tags", [text] * 40, [text] * 41)),
                    stack=text,
                    server=text,
                    findings=(finding,),
                    notes=(NotePart(address=text, text=text),),
                    origin=OriginPart(remote=text, files=(text,), environment=text),
                )
            ),
        )

    assert page(nasty) == page("plain")


def test_equal_documents_are_equal_pages() -> None:
    assert render(many(20)) == render(many(20))


def test_a_thousand_steps_do_not_take_the_square_of_it() -> None:
    document = many(1_000)

    start = time.process_time()
    render(document)

    assert time.process_time() - start < _LONG
