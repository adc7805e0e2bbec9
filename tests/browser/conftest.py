"""The shop on the native server, and a browser that reaches nothing but loopback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.webdriver import Browser, Driver, find_driver, open_browser, run_driver
from tests.conformance.conftest import run_server

FOLDER = Path(__file__).parent
SCREENSHOTS = FOLDER.parents[1] / "build" / "test-artefacts" / "browser"


@pytest.fixture(scope="session")
def cdn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run what stands in for a CDN; return its URL."""
    with run_app("cdn", tmp_path_factory) as url:
        yield url


@pytest.fixture(scope="session")
def shop(cdn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the shop; return its URL."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOP_CDN", cdn)
        with run_app("shop", tmp_path_factory) as url:
            yield url


@contextmanager
def run_app(name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp(name)
    shutil.copy(FOLDER / name / "app.py", folder)
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
def browser(opened: Browser, shop: str, cdn: str, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Return a browser with an empty page; afterwards keep what it shows, and look into its logs.

    No page may run into its policy, fail, or ask any other host for anything; only one with "cdn" in the
    name of its test may ask the CDN.
    """
    opened.open("about:blank")
    opened.console()
    opened.requested_urls()
    yield opened
    opened.screenshot(SCREENSHOTS / f"{request.node.name}.png")
    assert opened.console() == []
    urls = opened.requested_urls()
    assert urls
    allowed = (f"{shop}/", *((f"{cdn}/npm/",) if "cdn" in request.node.name else ()), "data:", "blob:")
    assert [url for url in urls if not url.startswith(allowed)] == []
