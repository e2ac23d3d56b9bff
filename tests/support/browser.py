"""A real browser, and what happens in it: requests, errors, what can be seen."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.command import Command

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


class Browser:
    """One page at a time, in a window of any size, light or dark."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, page: Path, *, width: int = 1280, scheme: str = "light") -> None:
        """Load a page anew; what was remembered of the last one is forgotten."""
        self.emulate(width=width, scheme=scheme)
        self.driver.get("about:blank")
        self.errors()
        self.requests()
        self.driver.get(page.as_uri())
        if self.run("try { return localStorage.length } catch { return 0 }"):
            self.run("localStorage.clear()")
            self.errors()
            self.requests()
            self.driver.get(page.as_uri())

    def emulate(self, *, width: int, scheme: str, media: str = "screen") -> None:
        """Pretend to be a screen, or a printer."""
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},  # no colours on their way
        ]
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self._tell("Emulation.setEmulatedMedia", {"media": media, "features": features})
        self._tell("Emulation.setDeviceMetricsOverride", size)

    def _tell(self, command: str, arguments: dict[str, Any]) -> None:
        self.driver.execute_cdp_cmd(command, arguments)

    def _log(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.driver.execute(Command.GET_LOG, {"type": name})["value"]
        return found

    def run(self, program: str, *arguments: object) -> Any:
        """What a piece of JavaScript returns."""
        return self.driver.execute_script(program, *arguments)

    def press(self, keys: str) -> None:
        """Press keys, wherever the focus is."""
        ActionChains(self.driver).send_keys(keys).perform()

    def click(self, selector: str) -> None:
        """Click on the first of these."""
        self.driver.find_element("css selector", selector).click()

    def seen(self) -> list[str]:
        """The steps that are not hidden, in order."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll('.step')]"
            ".filter((step) => step.checkVisibility()).map((step) => step.dataset.address)"
        )
        return found

    def errors(self) -> list[str]:
        """What the console has said since it was last asked; refusals of the policy too."""
        return [each["message"] for each in self._log("browser")]

    def requests(self) -> list[str]:
        """Addresses that were asked for since this was last asked."""
        events = [json.loads(each["message"])["message"] for each in self._log("performance")]
        return [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window, and with nothing in its profile."""
    paths = {name: shutil.which(name) for name in ("chromium", "chromedriver")}
    assert all(paths.values()), f"not installed: {paths}; run: make browser"
    options = Options()
    options.binary_location = str(paths["chromium"])
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for flag in (*_FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        driver = Chrome(options=options, service=Service(paths["chromedriver"]))
        yield Browser(driver)
        driver.quit()
