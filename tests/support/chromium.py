"""Chromium without a window, led by Playwright: a page in any width, light or dark.

It is Debian's, as for `tests.support.browser`; Playwright brings none here.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
_PATIENCE = 20_000.0  # milliseconds


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for as long as the block lasts."""
    path = shutil.which("chromium")
    assert path is not None, "not installed; run: make browser"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page(
    browser: Browser, *, width: int = 1280, dark: bool = False, still: bool = True
) -> Iterator[Page]:
    """A page of its own, with no cookies; nothing moves on it where it shall be `still`."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce" if still else "no-preference",
    )
    context.set_default_timeout(_PATIENCE)
    try:
        yield context.new_page()
    finally:
        context.close()
