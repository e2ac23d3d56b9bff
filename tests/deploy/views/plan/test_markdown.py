"""A plan as a comment: what it looks like, what fits, and what cannot get out."""

import time

import pytest
from inline_snapshot import snapshot

from compiler.plan.document import NotePart, OriginPart, RefusalPart, Requests, RunImpact
from compiler.plan.part import Place
from deploy.views.plan.markdown import GITHUB, GITLAB, render
from tests.support.markdown_reading import blocks, from_markdown
from tests.support.plan_documents import NASTY, action, change, many, plan

NIGHTLY = "deployment/etl/nightly"

_LONG = 10  # seconds of CPU: what takes the square of its length takes minutes


def test_a_plan_is_counts_steps_and_a_digest() -> None:
    document = plan(
        action("work-pool/local", change("type", None, "process"), verb="create"),
        action(
            NIGHTLY,
            change("parameters.query", "select 1\nfrom a", "select 2\nfrom a"),
            change("paused", before=False, after=True, cause="drift"),
        ),
        action("deployment/etl/old", verb="delete", impact=RunImpact(dropped=12)),
        unchanged=5,
        requests=Requests(writes=3, housekeeping=2, reads=4),
        notes=(NotePart(address=NIGHTLY, text="labels are set at creation only"),),
        origin=OriginPart(remote=None, files=("deploy.yaml",), environment="prod"),
    )

    assert render(document).rpartition("\n\n")[0] == snapshot("""\
## Plan: 1 to create, 1 to change, 1 to delete; 5 unchanged

stack <code>shop</code> · environment <code>prod</code>

<details><summary><b>+</b> <code>work-pool/local</code></summary>

```diff
+ type: "process"
```

</details>

<details><summary><b>~</b> <code>deployment/etl/nightly</code> · 2 changes (1 drift)</summary>

```diff
! parameters.query:
-   select 1
+   select 2
    from a
! paused: false → true  (drift)
```

</details>

- <b>-</b> <code>deployment/etl/old</code> (left the files) · 12 queued runs dropped

- note: <code>deployment/etl/nightly</code> labels are set at creation only

An apply makes 9 requests: 3 writes, 2 for housekeeping, 4 reads.\
""")


def test_the_digest_stands_at_the_end() -> None:
    document = plan()

    assert (
        render(document).split("\n\n")[-1] == f"<sub>Digest <code>{document.digest}</code></sub>\n"
    )


def test_a_refused_plan_says_so_first() -> None:
    error = RefusalPart(
        code="DEP601",
        severity="error",
        message="5 of 9 are deleted",
        hint="--f",
        at=Place(file="deploy.yaml", line=3, column=1),
    )

    text = render(plan(is_applicable=False, findings=(error,)))

    assert text.split("\n\n")[2:4] == snapshot(
        [
            "> [!CAUTION]\n> This plan is refused: DEP601",
            "- **DEP601 error** <code>deploy.yaml:3:1</code> 5 of 9 are deleted *hint: --f*",
        ]
    )


@pytest.mark.parametrize("limit", [1_000, 2_000, 20_000, GITHUB, GITLAB])
def test_a_large_plan_fits_and_counts_what_is_left_out(limit: int) -> None:
    document = many(400)

    text = render(document, limit)

    read = from_markdown(text)
    left = len(document.actions) - len(read)
    assert min(limit, 200_000) - 1_000 < len(text) <= limit
    assert {(verb, address) for verb, address, _ in read} == {
        (each.action, each.address) for each in document.actions[: len(read)]
    }
    assert (f"*{left} more steps left out here" in text) == bool(left)


def test_every_address_is_there_before_any_detail() -> None:
    text = render(many(200), 60_000)

    assert len(from_markdown(text)) == 200
    assert "more steps left out" not in text
    assert "The details of" in text


def test_many_findings_leave_room_for_steps() -> None:
    warning = RefusalPart(code="DEP609", severity="warning", message="w" * 300)
    document = plan(action(NIGHTLY, verb="delete"), findings=(warning,) * 500)

    text = render(document)

    assert len(text) <= GITHUB
    assert "more findings are left out here" in text
    assert NIGHTLY in text


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_nobody_breaks_out(nasty: str) -> None:
    finding = RefusalPart(code="DEP601", severity="error", message=nasty, hint=nasty)
    document = plan(
        action(f"deployment/etl/{nasty}", change("tags", [nasty], f"{nasty}\n{nasty}")),
        action(f"deployment/{nasty}/gone", verb="delete", renamed_from=nasty),
        stack=nasty,
        server=nasty,
        commit=nasty,
        findings=(finding,),
        notes=(NotePart(address=nasty, text=nasty),),
        origin=OriginPart(remote=nasty, files=(nasty,), environment=nasty),
    )

    found = blocks(render(document))

    assert [block.text.partition(">")[0] for block in found if block.kind == "html_block"] == [
        "<details",
        "</details",
    ]
    assert sum(block.kind == "fence" for block in found) == 1
    assert {kind for block in found for kind, _ in block.inner} <= {
        "text",
        "text_special",
        "html_inline",
        "strong_open",
        "strong_close",
        "em_open",
        "em_close",
    }
    assert {text for block in found for kind, text in block.inner if kind == "html_inline"} <= {
        "<b>",
        "</b>",
        "<code>",
        "</code>",
        "<sub>",
        "</sub>",
    }


def test_nobody_is_mentioned() -> None:
    note = NotePart(address=None, text="ask @octocat about #12")
    text = "".join(part for block in blocks(render(plan(notes=(note,)))) for _, part in block.inner)

    assert "ask @\u200boctocat about #\u200b12" in text


def test_a_thousand_steps_do_not_take_the_square_of_it() -> None:
    document = many(1_000)

    start = time.process_time()
    render(document, GITLAB)

    assert time.process_time() - start < _LONG
