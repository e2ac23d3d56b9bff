"""The page as people see it: a real controller, a real server, a real browser."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import chromium, page
from tests.support.controlled import best_of_three
from tests.support.live_server import LiveServer
from tests.support.page_scene import TOKEN, Scene, file_of, scene

pytestmark = [pytest.mark.server, pytest.mark.slow]
expect.set_options(timeout=20_000)
_KEPT = Path(__file__).resolve().parents[2] / ".screenshots"


@pytest.fixture(scope="module")
def there(
    tmp_path_factory: pytest.TempPathFactory, scheduling_server_process: LiveServer
) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(folder / "home"))
        with scene(folder, scheduling_server_process.url) as found:
            yield found
    scheduling_server_process.wipe()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A page on which nothing may be wrong: no refusal of the policy, no failed program."""
    said: list[str] = []
    with page(browser) as found:
        found.on("console", lambda each: said.append(each.text) if each.type == "error" else None)
        found.on("pageerror", lambda each: said.append(str(each)))
        yield found
    assert said == []


_WITHOUT_FOLDERS = """(folder) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    node.data = node.data.replace(new RegExp(`(file://)?${folder}/\\\\w+`), "https://git.example.com");
  }
}"""


def sign_in(tab: Page, there: Scene) -> None:
    tab.goto(f"{there.url}/sign-in")
    tab.get_by_label("Token").fill(TOKEN)
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("button", name="Sign out")).to_be_visible()


def wide(tab: Page) -> int:
    """How many pixels the page is wider than its window."""
    found: int = tab.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return found


def test_a_push_is_seen_without_loading_anew(there: Scene, tab: Page) -> None:
    tab.goto(there.url)
    expect(tab.locator("#live")).to_have_text("live")

    commit = there.push("marketing", tag="weekly")

    row = tab.locator("#row-marketing")
    expect(row.locator("code")).to_have_text(commit[:8])
    expect(row.locator(".badge")).to_have_text("Synced")


def test_an_edit_by_hand_is_shown_within_five_seconds(there: Scene, tab: Page) -> None:
    as_it_was = {"description": "Loads visits into the warehouse.", "parameters": {"rows": 500}}
    thing = tab.locator(".thing.drifted")

    def edited(_: int) -> float:
        there.edit("visits", **as_it_was)
        there.until(lambda: there.stands("web") == "synced", "it has drifted before")
        tab.goto(f"{there.url}/stacks/web")
        expect(tab.locator("#live")).to_have_text("live")
        expect(thing).to_have_count(0)
        begun = time.monotonic()
        there.edit("visits", description="Tried by hand.")
        expect(thing).to_contain_text("visits/visits", timeout=60_000)
        return time.monotonic() - begun

    best_of_three(edited, within=5)
    expect(thing.locator("del")).to_contain_text("Tried by hand.")
    expect(thing.locator(".cause")).to_have_text("moved on the server")
    expect(tab.locator("#news")).to_have_text("web: drifted")


def test_a_broken_commit_is_shown_with_its_lines(there: Scene, tab: Page) -> None:
    broken = file_of("billing").replace("tags:", "tgas:")
    tab.goto(f"{there.url}/stacks/billing")

    there.push("billing", broken)

    found = tab.locator(".findings li").first
    expect(found).to_contain_text("deploy.yaml:6:5")
    expect(found.locator(".at")).to_contain_text("tgas: [nightly]")
    expect(tab.locator(".lead .badge")).to_have_text("Failed")
    there.push("billing")
    expect(tab.locator(".lead .badge")).to_have_text("Synced")
    expect(tab.locator(".findings")).to_have_count(0)


def test_by_keyboard_a_stack_is_suspended_and_goes_on(there: Scene, tab: Page) -> None:
    sign_in(tab, there)
    tab.goto(f"{there.url}/stacks/search")

    if tab.locator("#act-resume").count():
        tab.locator("#act-resume").click()
    tab.locator("#act-suspend").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator(".said")).to_contain_text("Suspended")
    there.push("search", tag="held-back")
    expect(tab.locator(".lead .badge")).to_have_text("Suspended")
    expect(tab.locator(".plan li.update")).to_have_count(1)
    held = there.deployment("index")["tags"]
    tab.locator("#act-resume").focus()
    tab.keyboard.press("Enter")

    expect(tab.locator(".lead .badge")).to_have_text("Synced")
    assert "held-back" not in held
    there.until(lambda: "held-back" in there.deployment("index")["tags"], "it is not applied")


def test_sync_puts_back_what_moved_this_once(there: Scene, tab: Page) -> None:
    sign_in(tab, there)
    tab.goto(f"{there.url}/stacks/shop")
    there.edit("returns", description="Tried by hand.")
    expect(tab.locator(".lead .badge")).to_have_text("Drifted")

    tab.locator("#act-sync").focus()
    tab.keyboard.press("Enter")

    expect(tab.locator(".lead .badge")).to_have_text("Synced")
    assert there.deployment("returns")["description"] == "Loads returns into the warehouse."
    expect(tab.locator(".applies .number").first).to_have_text("2")
    tab.locator(".applies summary").first.click()
    expect(tab.locator(".paper").first).to_contain_text("Tried by hand.")


def test_stacks_are_found_without_loading_anew(there: Scene, tab: Page) -> None:
    tab.goto(there.url)
    tab.keyboard.press("/")
    tab.keyboard.type("ware")
    expect(tab.locator("#rows tr:visible")).to_have_count(1)
    expect(tab).to_have_url(re.compile(r"\?find=ware$"))

    tab.keyboard.press("Escape")
    tab.get_by_label("Waiting").check()

    expect(tab.locator("#rows tr:visible")).to_have_count(1)
    expect(tab.locator("#rows tr:visible")).to_contain_text("reports")


def test_everything_is_reached_by_keyboard(there: Scene, tab: Page) -> None:
    sign_in(tab, there)
    tab.goto(f"{there.url}/stacks/shop")
    seen = []
    for _ in range(7):  # up to what comes after the buttons
        tab.keyboard.press("Tab")
        seen.append(tab.evaluate("document.activeElement.id || document.activeElement.innerText"))
        outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", seen

    assert seen[0] == "Skip to the content"
    assert {"act-sync", "act-suspend", "Sign out"} <= set(seen)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_fit_and_are_kept_as_pictures(there: Scene, browser: Browser, *, dark: bool) -> None:
    _set_the_scene(there, browser)
    folder = _KEPT
    folder.mkdir(exist_ok=True)
    for width in (1280, 360):
        with page(browser, width=width, dark=dark) as tab:
            for name in ("", "stacks/shop", "stacks/web", "stacks/billing", "sign-in"):
                tab.goto(f"{there.url}/{name}")
                if name.startswith("stacks"):
                    expect(tab.locator(".applies li").first).to_be_visible()
                tab.evaluate(_WITHOUT_FOLDERS, str(there.folder))
                called = f"page-{name.rpartition('/')[2] or 'overview'}-{width}"
                shot = folder / f"{called}{'-dark' if dark else ''}.png"
                tab.screenshot(path=shot, full_page=True)
                assert wide(tab) == 0, f"{name} at {width}"


def _set_the_scene(there: Scene, browser: Browser) -> None:
    """Each stack in another state, whatever tests have done before."""
    there.push("billing", file_of("billing").replace("tags:", "tgas:"))
    if there.stands("web") != "drifted":
        there.edit("visits", description="Tried by hand.", parameters={"rows": 50})
    with page(browser) as tab:
        sign_in(tab, there)
        tab.goto(f"{there.url}/stacks/search")
        if tab.locator("#act-suspend").count():
            tab.locator("#act-suspend").click()
            expect(tab.locator("#act-resume")).to_be_visible()
    there.until(lambda: there.stands("billing") == "invalid", "not broken")
    there.until(lambda: there.stands("web") == "drifted", "not drifted")
