"""The shop on the native server, and a browser that reaches nothing but loopback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.webdriver import Browser, Driver, find_driver, open_browser, run_driver
from tests.conformance.conftest import run_server

ROOT = Path(__file__).parents[2]
SHOP = Path(__file__).parent / "shop" / "app.py"
SCREENSHOTS = ROOT / "build" / "test-artefacts" / "browser"


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the shop; return its URL."""
    folder = tmp_path_factory.mktemp("shop")
    shutil.copy(SHOP, folder)
    with run_server("native", folder, expected_error="none is expected") as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    paths = find_driver()
    if paths is None:
        pytest.skip("NO BROWSER: the docs pages are not tested; tests/browser/install installs one")
    with run_driver(*paths) as running:
        yield running


@pytest.fixture(scope="session")
def opened(driver: Driver) -> Iterator[Browser]:
    with open_browser(driver) as browser:
        yield browser


@pytest.fixture
def browser(opened: Browser, shop: str, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Return a browser with an empty page; afterwards keep what it shows, and look into its logs.

    No page may run into its policy, fail, or ask any other host for anything.
    """
    opened.open("about:blank")
    opened.console()
    opened.requested_urls()
    yield opened
    opened.screenshot(SCREENSHOTS / f"{request.node.name}.png")
    assert opened.console() == []
    urls = opened.requested_urls()
    assert urls
    assert [url for url in urls if not url.startswith((f"{shop}/", "data:", "blob:"))] == []
