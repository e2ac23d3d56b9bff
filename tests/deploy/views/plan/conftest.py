"""The browser that pages are looked at in."""

from tests.support.browser import browser

__all__ = ["browser"]
