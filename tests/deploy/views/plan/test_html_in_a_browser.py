"""A plan's page in a real browser: what it shows, what it asks for, what runs in it."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from compiler.plan.document import ActionPart, NotePart, OriginPart, PlanDocument, RefusalPart
from deploy.views.plan.html_page import render
from deploy.views.plan.wording import told
from tests.support.browser import Browser
from tests.support.plan_documents import NASTY, action, change, many, plan

VERBS = ("create", "update", "delete", "adopt")
KINDS = ("work-pool", "deployment", "variable")
CAUSES = ("change", "drift", "both", "left the file", "unknown")
BIG = 1_000


def mixed() -> PlanDocument:
    """Steps of every verb with things of every kind, for every cause."""
    return plan(*(_one(number) for number in range(60)), unchanged=3)


def _one(number: int) -> ActionPart:
    verb, kind = VERBS[number % 4], KINDS[number // 4 % 3]
    causes = {CAUSES[number % 5], CAUSES[number // 5 % 5]}
    changes = [change(f"field_{cause[:2]}", 1, 2, cause=cause) for cause in sorted(causes)]
    if verb == "create":
        changes = [change("type", None, "process")]
    inner = () if verb in {"delete", "adopt"} else tuple(changes)
    return action(f"{kind}/team-{number % 7}/Name {number}", *inner, verb=verb)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pages of three plans."""
    folder = tmp_path_factory.mktemp("pages")
    for name, document in {"mixed": mixed(), "big": many(BIG), "nasty": nasty()}.items():
        (folder / f"{name}.html").write_text(render(document), encoding="utf-8")
    return folder


def nasty() -> PlanDocument:
    """Everywhere a text that would like to run."""
    steps = [
        action(
            f"deployment/{number}/{text}",
            change(f"parameters.{text}", text, f"{text}\n{text}", last_applied=text, cause="both"),
            renamed_from=text,
        )
        for number, text in enumerate(NASTY)
    ]
    every = " ".join(NASTY)
    return plan(
        *steps,
        stack=every,
        server=every,
        commit=every,
        findings=(RefusalPart(code="DEP601", severity="error", message=every, hint=every),),
        notes=(NotePart(address=every, text=every),),
        origin=OriginPart(remote=every, files=(every,), environment=every),
    )


Chosen = Mapping[str, tuple[str, ...]]
ALL: Chosen = {}


def expected(chosen: Chosen = ALL, name: str = "") -> list[str]:
    """What the document says that a filter shows; nothing chosen is everything."""
    verbs, kinds, causes = (chosen.get(each, ()) for each in ("action", "kind", "cause"))
    return [
        each.address
        for each in mixed().actions
        if (not verbs or each.action in verbs)
        and (not kinds or each.kind in kinds)
        and (not causes or any(one.cause in causes for one in told(each)))
        and all(word in each.address.lower() for word in name.lower().split())
    ]


def tick(browser: Browser, name: str, value: str) -> None:
    browser.click(f'input[name="{name}"][value="{value}"]')


def write(browser: Browser, text: str) -> None:
    browser.click("#find")
    browser.press(text)


@pytest.mark.parametrize(
    "chosen",
    [
        *({"action": (verb,)} for verb in VERBS),
        *({"kind": (kind,)} for kind in KINDS),
        *({"cause": (cause,)} for cause in CAUSES),
        {"action": ("create", "delete")},
        {"cause": ("drift", "left the file"), "kind": ("deployment",)},
        {"action": ("update",), "kind": ("variable", "work-pool"), "cause": ("unknown",)},
        {"action": ("adopt",), "cause": ("drift",)},
    ],
    ids=str,
)
def test_a_filter_shows_what_the_document_says(
    chosen: Chosen, browser: Browser, pages: Path
) -> None:
    browser.open(pages / "mixed.html")

    for name, values in chosen.items():
        for value in values:
            tick(browser, name, value)

    wanted = expected(chosen)
    assert browser.seen() == wanted
    assert browser.run("return document.querySelector('#status').textContent") == (
        f"{len(wanted)} of 60 steps"
    )
    assert browser.run("return document.querySelector('#none').checkVisibility()") == (not wanted)


@pytest.mark.parametrize("name", ["name 1", "TEAM-3", "pool 4", "nothing at all", "variable/"])
def test_names_are_found_by_their_words(name: str, browser: Browser, pages: Path) -> None:
    browser.open(pages / "mixed.html")

    write(browser, name)
    tick(browser, "action", "update")

    assert browser.seen() == expected({"action": ("update",)}, name)


def test_all_is_shown_at_first_and_after_a_filter(browser: Browser, pages: Path) -> None:
    browser.open(pages / "mixed.html")
    at_first = browser.seen()

    tick(browser, "action", "delete")
    browser.click("#clear")

    assert at_first == browser.seen() == expected()
    assert browser.run("return document.querySelector('#status').textContent") == "60 steps"


@pytest.mark.parametrize("name", ["mixed", "big", "nasty"])
def test_nothing_is_asked_for_and_nothing_goes_wrong(
    name: str, browser: Browser, pages: Path
) -> None:
    page = pages / f"{name}.html"

    browser.open(page)
    write(browser, "a")
    browser.click("#theme")

    assert browser.requests() == [page.as_uri()]
    assert browser.errors() == []


def test_hostile_names_are_only_shown(browser: Browser, pages: Path) -> None:
    browser.open(pages / "nasty.html")

    title = browser.run("return document.title")
    foreign = browser.run(
        "return document.querySelectorAll('img, svg, a, h1 *, body > script ~ *').length"
    )
    texts = browser.run("return document.querySelector('#steps').textContent")

    assert title.startswith("Plan of </details>")
    assert foreign == 0
    assert "<script>document.title = 'pwned'</script>" in texts
    assert len(browser.seen()) == len(NASTY)


def test_a_program_that_got_in_would_not_run(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "broken.html"
    hostile = "<script>document.title = 'pwned'</script><img src=x onerror=document.title='pwned'>"
    page.write_text(render(plan()).replace("<main", f"{hostile}<main"), encoding="utf-8")

    browser.open(page)

    assert browser.run("return document.title") == "Plan of shop"
    assert len(browser.errors()) == 3


def paper(browser: Browser) -> str:
    found: str = browser.run("return getComputedStyle(document.body).backgroundColor")
    return found


def test_dark_is_dark_and_light_is_light(browser: Browser, pages: Path) -> None:
    browser.open(pages / "mixed.html", scheme="light")
    light = paper(browser)
    browser.open(pages / "mixed.html", scheme="dark")
    dark = paper(browser)

    browser.click("#theme")

    assert light != dark
    assert paper(browser) == light
    assert browser.run("return document.querySelector('#theme').textContent") == "Dark"


_CONTRAST = """
const channel = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
const behind = (e) => {
  for (; e; e = e.parentElement) {
    const found = rgb(getComputedStyle(e).backgroundColor);
    if (found.length < 4 || found[3] > 0) return found;
  }
  return [255, 255, 255];
};
return [...document.querySelectorAll('body *')]
  .filter((e) => e.checkVisibility() && !e.closest('.unseen'))
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .map((e) => {
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    return [(a + 0.05) / (b + 0.05), `${e.tagName}.${e.className} ${e.textContent.slice(0, 20)}`];
  })
  .filter(([ratio]) => ratio < 4.5);
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["mixed", "nasty"])
def test_every_text_stands_out(scheme: str, name: str, browser: Browser, pages: Path) -> None:
    browser.open(pages / f"{name}.html", scheme=scheme)
    for box in browser.driver.find_elements("css selector", "fieldset input")[:1]:
        box.click()
    browser.click("#unfold")

    assert browser.run(_CONTRAST) == []


def test_what_does_not_stand_out_is_found(browser: Browser, pages: Path) -> None:
    browser.open(pages / "mixed.html")

    browser.run(
        "document.querySelector('h1').style.color = getComputedStyle(document.body).backgroundColor"
    )

    assert [found[1] for found in browser.run(_CONTRAST)] == ["H1. shop"]


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize("name", ["mixed", "nasty"])
def test_nothing_is_wider_than_the_window(
    width: int, name: str, browser: Browser, pages: Path
) -> None:
    browser.open(pages / f"{name}.html", width=width)

    assert browser.run("return document.documentElement.scrollWidth") <= width


def opened(browser: Browser) -> int:
    found: int = browser.run("return document.querySelectorAll('.step[open]').length")
    return found


def test_steps_open_and_close_together(browser: Browser, pages: Path) -> None:
    browser.open(pages / "mixed.html")
    tick(browser, "action", "update")

    before = opened(browser)
    browser.click("#unfold")
    unfolded = opened(browser)
    browser.click("#fold")

    assert (before, unfolded, opened(browser)) == (0, 15, 0)


def test_the_keyboard_does_all(browser: Browser, pages: Path) -> None:
    browser.open(pages / "mixed.html")

    browser.press("/name 1")
    found = browser.seen()
    browser.press(Keys.ESCAPE)
    cleared = browser.seen()
    browser.press("jjk" + "j" + Keys.ENTER)
    focused = browser.run("return document.activeElement.closest('.step').dataset.address")
    one_open = opened(browser)
    browser.press("e")

    assert found == expected(name="name 1")
    assert cleared == expected()
    assert focused == mixed().actions[1].address
    assert (one_open, opened(browser)) == (1, 60)


def test_every_control_can_be_reached_and_is_named(browser: Browser, pages: Path) -> None:
    browser.open(pages / "mixed.html")

    unnamed = browser.run(
        "return [...document.querySelectorAll('button, input, summary')].filter((e) =>"
        " !(e.textContent.trim() || [...(e.labels ?? [])].some((l) => l.textContent.trim()))"
        " || e.tabIndex < 0).length"
    )

    assert unnamed == 0


def test_print_shows_what_is_chosen_and_opens_it(browser: Browser, pages: Path) -> None:
    browser.open(pages / "mixed.html")
    tick(browser, "action", "delete")

    browser.emulate(width=800, scheme="dark", media="print")
    browser.run("dispatchEvent(new Event('beforeprint'))")
    while_printing = opened(browser)
    toolbar = browser.run("return document.querySelector('.toolbar').checkVisibility()")
    browser.run("dispatchEvent(new Event('afterprint'))")

    assert (while_printing, opened(browser)) == (15, 0)
    assert not toolbar
    assert browser.seen() == expected({"action": ("delete",)})


def test_a_thousand_steps_are_filtered_at_once(browser: Browser, pages: Path) -> None:
    browser.open(pages / "big.html")

    spent = browser.run(
        "const find = document.querySelector('#find'), start = performance.now();"
        "find.value = 'name-0042';"
        "find.dispatchEvent(new Event('input', {bubbles: true}));"
        "document.body.offsetHeight;"
        "return performance.now() - start"
    )

    assert browser.seen() == ["deployment/flow-2/name-0042"]
    assert spent < 1_000
