"""A client of W3C WebDriver, as far as these tests need it: commands are JSON over HTTP."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final, TypeVar

__all__ = ["Browser", "Driver", "Element", "WebDriverError", "find_driver", "open_browser", "run_driver"]

T = TypeVar("T")

_ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
"""The key that marks a reference to an element (WebDriver §11)."""

_PATIENCE: Final = 60.0
"""Seconds that a page may take to show something, on a busy machine."""

_ARGUMENTS: Final = (
    "--headless=new",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    # Every name but loopback's is unknown, as on a machine without the internet.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--window-size=1280,1600",
)


class WebDriverError(Exception):
    """The driver refused a command; ``code`` is WebDriver's word for why (§6.6)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True)
class Driver:
    """A running chromedriver, which starts the browser at the path ``browser``."""

    port: int
    browser: str

    def request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"content-type": "application/json"})
            value = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        if isinstance(value, dict) and "error" in value:
            raise WebDriverError(value["error"], value["message"])
        return value


def find_driver() -> tuple[str, str] | None:
    """Return the paths of chromedriver and chromium; None unless both are installed."""
    driver, browser = shutil.which("chromedriver"), shutil.which("chromium")
    return (driver, browser) if driver and browser else None


@contextmanager
def run_driver(path: str, browser: str) -> Iterator[Driver]:
    """Run the chromedriver at *path*, on a port that it chooses, for the chromium at *browser*."""
    with subprocess.Popen([path, "--port=0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if (found := re.search(r"started successfully on port (\d+)", line)) is not None:
                    break
            else:
                raise RuntimeError(f"{path} ended before it listened")
            yield Driver(int(found[1]), browser)
        finally:
            process.terminate()


@contextmanager
def open_browser(driver: Driver) -> Iterator[Browser]:
    """Open a browser with an empty profile; it keeps what its console and network say."""
    # Chromium's sandbox refuses to run as root, which containers usually are.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    capabilities = {
        "browserName": "chrome",
        "goog:chromeOptions": {"binary": driver.browser, "args": [*_ARGUMENTS, *sandbox]},
        "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
    }
    session = driver.request("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
    path = f"/session/{session['sessionId']}"
    try:
        yield Browser(driver, path)
    finally:
        driver.request("DELETE", path)


@dataclass(frozen=True)
class Element:
    """An element of the page that a browser shows."""

    browser: Browser
    reference: str

    def click(self) -> None:
        # Elements above it, such as a sticky head, must not catch the click.
        self.browser.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", self)
        self._command("click", {})

    def fill(self, text: str) -> None:
        """Put *text* in the place of what the field holds."""
        self._command("clear", {})
        self._command("value", {"text": text})

    def find_all(self, selector: str, *, using: str = "css selector") -> list[Element]:
        path = f"/element/{self.reference}/elements"
        found = self.browser.command("POST", path, {"using": using, "value": selector})
        return [Element(self.browser, reference[_ELEMENT]) for reference in found]

    def find(self, selector: str, *, using: str = "css selector") -> Element:
        """Return the only element within this one for *selector*."""
        (found,) = self.find_all(selector, using=using)
        return found

    @property
    def text(self) -> str:
        return str(self.browser.run("return arguments[0].textContent", self))

    @property
    def value(self) -> str:
        """Return what a field holds."""
        return str(self.browser.run("return arguments[0].value", self))

    def _command(self, name: str, body: Mapping[str, Any]) -> None:
        self.browser.command("POST", f"/element/{self.reference}/{name}", body)


@dataclass(frozen=True)
class Browser:
    """A session: one browser with its windows."""

    driver: Driver
    path: str

    def command(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self.driver.request(method, self.path + path, body)

    def open(self, url: str) -> None:
        self.command("POST", "/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """Run the body of a function in the page and return what it returns."""
        values = [{_ELEMENT: each.reference} if isinstance(each, Element) else each for each in arguments]
        return self.command("POST", "/execute/sync", {"script": script, "args": values})

    def find_all(self, selector: str, *, using: str = "css selector") -> list[Element]:
        found = self.command("POST", "/elements", {"using": using, "value": selector})
        return [Element(self, reference[_ELEMENT]) for reference in found]

    def wait_for(self, selector: str, *, using: str = "css selector") -> Element:
        """Return the first element for *selector*, as soon as there is one that is shown."""

        def shown() -> Element | None:
            for element in self.find_all(selector, using=using):
                if self.command("GET", f"/element/{element.reference}/displayed"):
                    return element
            return None

        return self.wait_until(shown, selector)

    def wait_for_text(self, text: str, *, within: str = "*") -> Element:
        """Return the innermost shown element among *within* that holds *text*."""
        return self.wait_for(f'//{within}[contains(normalize-space(.), "{text}")][last()]', using="xpath")

    def wait_until(self, condition: Callable[[], T | None], what: str) -> T:
        """Return the first true value of *condition*; the page may change while it looks."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            try:
                if value := condition():
                    return value
            except WebDriverError as error:
                if error.code != "stale element reference":
                    raise
            time.sleep(0.05)
        raise AssertionError(f"not there after {_PATIENCE:g} s: {what}")

    def windows(self) -> list[str]:
        return list(self.command("GET", "/window/handles"))

    def switch_to(self, window: str) -> None:
        self.command("POST", "/window", {"handle": window})

    def screenshot(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(self.command("GET", "/screenshot")))

    def console(self) -> list[str]:
        """Return what the console said since the last call: errors, refusals of the policy, warnings."""
        entries = self.command("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] in ("SEVERE", "WARNING")]

    def requested_urls(self) -> list[str]:
        """Return the URLs that pages requested since the last call, in order."""
        entries = self.command("POST", "/se/log", {"type": "performance"})
        messages = [json.loads(entry["message"])["message"] for entry in entries]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]
