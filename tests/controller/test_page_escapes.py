"""Whatever people write, the page has the same elements: nothing of it is ever markup."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from lxml import html  # type: ignore[import-untyped]  # it has none

from compiler.desired.address import Address, Kind
from compiler.diagnostics.visible import one_line
from compiler.firing.agenda import Planned
from compiler.state.ledger import Applied, Ledger, Origin
from controller.page import past
from controller.page.live import event
from controller.page.paper import drawn
from controller.page.status import Group, Row
from controller.settled import Found, Settled, State
from controller.sight import Change, Mark, Sight, Thing, pack
from reconciler import ledger as ledgers
from reconciler.api.client import PrefectClient
from tests.support.paged import Paged, paged, stack

INJECTIONS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<ScRiPt >alert(1)</sCrIpT>",
    "<<script>script>alert(1)//",
    "<script src=//evil.example/x.js></script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<form action=//evil.example><input name=csrf>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<template><script>alert(1)</script></template>",
    "</title><script>alert(1)</script>",
    "</textarea></pre></table></main><h1>x",
    "<!--><script>alert(1)</script>-->",
    "]]><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    '"><b hx-get="/x" hx-trigger="load">x</b>',
    "` onclick=alert(1) `",
    "{{7*7}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;b&#62; &amp",
    "\u202egnp.<b>exe\u202c",
    "a\u2028<b>b\u2029</b>\u200b\ufeff",
    "＜script＞alert(1)＜/script＞",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "x\r\nevent: row-shop\r\ndata: <b>x</b>\r\n\r\n",
    "x\n\nid: 1\nretry: 1\ndata: y",
    "\x00<b>\x07\x1b[31mx\x7f</b>",
    "\ud800<b>",
)
PATHS = ("/", "/stacks/shop", "/stacks/shop/body", "/stacks/shop/history", "/stacks/shop/history/1")
_AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def settled(text: str) -> Settled:
    """A stack all of whose texts are this one."""
    change = Change(path=text, cause=text, before=text, after=text)
    things = tuple(
        Thing(kind=kind, name=text, mark=mark, why=text, at=text, changes=(change,))
        for kind in ("deployment", text)
        for mark in Mark
    )
    sight = Sight(
        stack="shop",
        commit="a" * 40,
        at="2026-06-01T12:00:00Z",
        things=things,
        timetable=(Planned(name=text, schedules=({"cron": "0 3 * * *", "slug": text},)),),
    )
    found = Found(
        code=text, message=text, severity=text, file=text, line=2, hint=text, excerpt=((2, text),)
    )
    return Settled(
        stack="shop",
        state=State.DRIFTED,
        commit=text,
        subject=text,
        reason=text,
        findings=(found,),
        drift=1,
        planned=True,
        at=_AT,
        sight=pack(sight),
    )


def remembered(text: str) -> Ledger:
    """A history all of whose texts are this one."""
    apply = Applied(at=text, who=text, tool=text, digest=f"sha256:{text}", ended=text, commit=text)
    ids = {Address(Kind.DEPLOYMENT, ("load", "nightly")): "1"}
    return Ledger(origin=Origin(remote=None, files=("deploy.yaml",)), ids=ids, history=(apply,))


def elements(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every element, with the names of its attributes."""
    return [(str(each.tag), tuple(sorted(each.attrib))) for each in html.fromstring(text).iter()]


def addresses(text: str) -> Iterator[str]:
    """Where the page's elements lead to, or load from."""
    for each in html.fromstring(text).iter():
        names = ("href", "src", "action", "hx-get", "sse-connect", "style", "formaction")
        yield from (each.attrib[name] for name in names if name in each.attrib)


async def answers(page: Paged, text: str) -> dict[str, str]:
    page.settle(settled(text))
    return {path: (await page.http.get(path)).text for path in PATHS}


async def test_no_text_becomes_markup_anywhere() -> None:
    async with paged([stack()]) as page:
        await page.sign_in()
        plain = await answers(page, "plain")
        for text in INJECTIONS:
            found = await answers(page, text)
            for path, answer in found.items():
                assert elements(answer) == elements(plain[path]), (text, path)
                assert all(each.startswith("/") or each == "#main" for each in addresses(answer))


async def test_what_a_reader_looks_for_is_no_markup_either() -> None:
    async with paged([stack()]) as page:
        for text in INJECTIONS:
            sought = {"find": text.encode("utf-8", "replace").decode(), "state": "<b>"}
            answer = await page.http.get("/", params=sought)
            lost = await page.http.get(f"/stacks/{quote(sought['find'], safe='')}")

            assert elements(answer.text) == elements((await page.http.get("/?find=no")).text)
            if "html" in lost.headers.get("content-type", ""):  # else it is plain text, and ours
                assert elements(lost.text) == elements((await page.http.get("/stacks/none")).text)
            assert lost.status_code in {307, 404, 405}


@pytest.mark.server
async def test_no_text_of_the_past_becomes_markup(client: PrefectClient) -> None:
    text = '<script>alert(1)</script>" onmouseover="alert(1){{7*7}}<img src=x onerror=alert(1)>'
    await ledgers.revise(client, "shop", lambda _: remembered(text))
    markdown = f"## {text}\n\n```diff\n+ {text}\n```\n\n<code>sha256:{text}</code>\n"
    await client.create_artifact("deploy-shop", markdown=markdown, description=text)
    async with paged([stack()], client) as page:
        history = (await page.http.get("/stacks/shop/history")).text
        plan = (await page.http.get("/stacks/shop/history/1")).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in history
    assert "+ &lt;script&gt;alert(1)&lt;/script&gt;" in plan
    for shown in (history, plan):
        assert not re.search(r"<(script|img)|\" on|49", shown)


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_line_of_the_past_is_text(text: str) -> None:
    plain = drawn("history.html", name="shop", applies=past.applies(remembered("plain")))

    shown = drawn("history.html", name="shop", applies=past.applies(remembered(text)))

    assert elements(shown) == elements(plain)


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_plan_that_is_kept_is_text(text: str) -> None:
    markdown = f"## {text}\n```diff\n+ {text}\n```\n- {text}\n<details>{text}</details>"

    shown = drawn("apply.html", name="shop", number=1, lines=list(past.lines(markdown)))

    assert {tag for tag, _ in elements(shown)} <= {"pre", "span"}
    assert all(set(names) <= {"class", "tabindex", "aria-label"} for _, names in elements(shown))


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_event_is_one_event_whatever_is_in_it(text: str) -> None:
    row = Row(
        name="shop",
        group=Group.SYNCED,
        state="synced",
        detail=text,
        repository=text,
        ref=text,
        environment=text,
        commit=text,
        subject=text,
    )

    told = event("row-shop", drawn("row.html", row=row, hidden=()), "a-1")

    lines = told.split("\n")
    assert lines[:2] == ["id: a-1", "event: row-shop"]
    assert lines[-2:] == ["", ""]
    assert all(each.startswith("data: ") for each in lines[2:-2])
    assert "\r" not in told
    assert told.count("<b") == told.count("<button") == 0


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_control_reaches_the_page(text: str) -> None:
    shown = drawn("unknown.html", reason=text)

    assert one_line(shown.rstrip("\n")).encode(errors="replace") == shown.rstrip("\n").encode(
        errors="replace"
    )
