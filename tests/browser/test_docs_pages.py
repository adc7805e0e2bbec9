"""The docs pages in a real browser without the internet; ``conftest.py`` says what is asked of every one."""

from __future__ import annotations

import json
from urllib.request import urlopen

import pytest

from tests.browser.webdriver import Browser, Element

pytestmark = pytest.mark.full

PREFIXES = pytest.mark.parametrize(
    "prefix", ["", "/below", "/own", "/cdn"], ids=["top", "below", "own", "cdn"]
)


def document_of(url: str) -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    with urlopen(f"{url}/openapi.json") as answer:
        found: dict[str, dict[str, dict[str, dict[str, str]]]] = json.load(answer)
        return found


def operations(url: str) -> list[tuple[str, str]]:
    """Return the operations that the document lists, as upper-case method and path."""
    paths = document_of(url)["paths"]
    found = sorted((method.upper(), path) for path, item in paths.items() for method in item)
    assert len(found) == 16
    return found


# Swagger UI.


@PREFIXES
def test_swagger_ui_shows_all_operations(browser: Browser, shop: str, prefix: str) -> None:
    browser.open(f"{shop}{prefix}/docs")
    expected = operations(shop + prefix)
    shown = browser.wait_until(lambda: blocks(browser, len(expected)), "all operations")
    assert sorted(shown) == expected
    assert browser.run("return document.title") == "Shop - Swagger UI"


def blocks(browser: Browser, count: int) -> list[tuple[str, str]] | None:
    """Return method and path of the operations of Swagger UI, once there are *count*."""
    found = browser.run(
        "return [...document.querySelectorAll('.opblock')].map((block) =>"
        " [block.querySelector('.opblock-summary-method').textContent,"
        "  block.querySelector('[data-path]').dataset.path])"
    )
    return [(method, path) for method, path in found] if len(found) == count else None


@PREFIXES
def test_swagger_ui_sends_a_request_that_succeeds(browser: Browser, shop: str, prefix: str) -> None:
    browser.open(f"{shop}{prefix}/docs")
    block = try_out(browser, "#operations-items-add_item")
    assert json.loads(browser.wait_for(f"{block} textarea").value) == {
        "name": "Lamp",
        "price": {"amount": 9.5, "currency": "EUR"},
        "colours": [],
    }
    status, body = execute(browser, block)
    assert status == "201"
    assert json.loads(body)["price"] == {"amount": 9.5, "currency": "EUR"}


def test_swagger_ui_shows_what_was_wrong_with_a_request(browser: Browser, shop: str) -> None:
    browser.open(f"{shop}/docs")
    block = try_out(browser, "#operations-items-add_item")
    browser.wait_for(f"{block} textarea").fill('{"name": "", "price": {"amount": -1}}')
    status, body = execute(browser, block)
    assert status == "422"
    assert [(error["type"], error["loc"]) for error in json.loads(body)["detail"]] == [
        ("string_too_short", ["body", "name"]),
        ("greater_than_equal", ["body", "price", "amount"]),
    ]
    assert_refusals(browser, "/items - Failed to load resource: the server responded with a status of 422")


def test_swagger_ui_sends_parameters(browser: Browser, shop: str) -> None:
    browser.open(f"{shop}/docs")
    block = try_out(browser, "#operations-orders-read_order")
    browser.wait_for(f"{block} input[placeholder=number]").fill("7")
    status, body = execute(browser, block)
    assert (status, json.loads(body)["number"]) == ("200", 7)


def try_out(browser: Browser, block: str) -> str:
    """Open the operation at the selector *block* for trying it out."""
    browser.wait_for(f"{block} .opblock-summary-control").click()
    browser.wait_for(f"{block} .try-out__btn").click()
    return block


def execute(browser: Browser, block: str) -> tuple[str, str]:
    """Send the request of the operation at *block*; return status and body that the page shows."""
    browser.wait_for(f"{block} .execute").click()
    status = browser.wait_for(f"{block} .live-responses-table .response > .response-col_status")
    body = browser.wait_for(f"{block} .live-responses-table .highlight-code code")
    return status.text.removesuffix("Undocumented"), body.text


@PREFIXES
def test_swagger_ui_logs_in_with_a_password(browser: Browser, shop: str, prefix: str) -> None:
    browser.open(f"{shop}{prefix}/docs")
    login = open_login(browser, "OAuth2PasswordBearer")
    fill_password(login, "secret")
    press(login, "Authorize")
    wait_for_button(browser, login, "Logout")
    close_logins(browser)
    block = try_out(browser, "#operations-logins-read_me_by_password")
    assert execute(browser, block) == ("200", '"ann by password"')


def test_swagger_ui_says_that_a_password_is_wrong(browser: Browser, shop: str) -> None:
    browser.open(f"{shop}/docs")
    login = open_login(browser, "OAuth2PasswordBearer")
    fill_password(login, "guessed")
    press(login, "Authorize")
    error = browser.wait_for(".auth-container .errors")
    assert "Error: Bad Request" in error.text
    assert_refusals(browser, "/token - Failed to load resource: the server responded with a status of 400")


@PREFIXES
def test_swagger_ui_logs_in_at_another_page(browser: Browser, shop: str, prefix: str) -> None:
    browser.open(f"{shop}{prefix}/docs")
    login = open_login(browser, "OAuth2AuthorizationCodeBearer")
    login.find("input[type=checkbox] + label").click()
    press(login, "Authorize")
    wait_for_button(browser, login, "Logout")
    assert len(browser.windows()) == 1
    close_logins(browser)
    block = try_out(browser, "#operations-logins-read_me_by_code")
    assert execute(browser, block) == ("200", '"somebody by authorization_code"')


def open_login(browser: Browser, scheme: str) -> Element:
    """Open the dialog with the logins; return what it has for *scheme*."""
    browser.wait_for(".auth-wrapper .authorize").click()
    return browser.wait_for(f"//div[@class='auth-container'][.//h4[contains(., '{scheme}')]]", using="xpath")


def fill_password(login: Element, password: str) -> None:
    login.find("#oauth_username").fill("ann")
    login.find("#oauth_password").fill(password)


def press(login: Element, button: str) -> None:
    login.find(f".//button[normalize-space() = '{button}']", using="xpath").click()


def wait_for_button(browser: Browser, login: Element, button: str) -> None:
    browser.wait_until(
        lambda: login.find_all(f".//button[normalize-space() = '{button}']", using="xpath"), button
    )


def close_logins(browser: Browser) -> None:
    browser.wait_for(".modal-ux .btn-done").click()


# ReDoc.


@PREFIXES
def test_redoc_shows_all_operations(browser: Browser, shop: str, prefix: str) -> None:
    browser.open(f"{shop}{prefix}/redoc")
    identities = sorted(
        operation["operationId"]
        for item in document_of(shop + prefix)["paths"].values()
        for operation in item.values()
    )
    assert len(identities) == 16

    def sections() -> list[str] | None:
        found = browser.run(
            "return [...document.querySelectorAll('.api-content [id*=\"/operation/\"]')].map((e) => e.id)"
        )
        return found if len(found) == len(identities) else None

    shown = browser.wait_until(sections, "all operations")
    assert sorted(each.rpartition("/")[2] for each in shown) == identities
    assert browser.find_all("img[alt='redocly logo']") == []


def test_redoc_searches(browser: Browser, shop: str) -> None:
    browser.open(f"{shop}/redoc")
    browser.wait_for("input[placeholder='Search...']").fill("picture")
    found = browser.wait_for("[data-role='search:results'] label")
    assert "Upload a picture" in found.text


# Scalar.


@PREFIXES
def test_scalar_shows_all_operations(browser: Browser, shop: str, prefix: str) -> None:
    browser.open(f"{shop}{prefix}/scalar")
    expected = operations(shop + prefix)
    for tag in ("orders", "logins"):  # the first one is open
        browser.wait_for(f"[data-sidebar-id$='/tag/{tag}'] button").click()

    def entries() -> list[list[str]] | None:
        found = browser.run(
            "return [...document.querySelectorAll('[data-sidebar-id*=\"/tag/\"] li')]"
            ".map((entry) => entry.dataset.sidebarId.match(/tag\\/\\w+\\/([A-Z]+)(.*)/).slice(1))"
        )
        return found if len(found) == len(expected) else None

    shown = browser.wait_until(entries, "all operations")
    assert sorted((method, path) for method, path in shown) == expected


@PREFIXES
def test_scalar_sends_a_request_that_succeeds(browser: Browser, shop: str, prefix: str) -> None:
    browser.open(f"{shop}{prefix}/scalar")
    browser.wait_for("[id$='/tag/items/GET/items'] .show-api-client-button").click()
    browser.wait_for("//button[normalize-space() = 'Send' or contains(., 'Send')]", using="xpath").click()
    browser.wait_for_text("200 OK")


# What a document could do to its readers.


@pytest.mark.parametrize("page", ["docs", "redoc", "scalar"])
def test_no_text_of_the_document_runs(browser: Browser, shop: str, page: str) -> None:
    browser.open(f"{shop}/hostile/{page}")
    browser.wait_for_text("document.title = 'run'")
    assert browser.run("return document.title").startswith("</title></script><script>")
    assert_refusals(browser, "Executing inline event handler violates", "/x - Failed to load resource")


def assert_refusals(browser: Browser, *expected: str) -> None:
    """Assert that the console says nothing but what was *expected*, and drop it."""
    for message in browser.console():
        assert any(each in message for each in expected), message
