"""What an application in debug mode shows of an unhandled error."""

from typing import Any

import pytest

from bolide import Bolide, HTTPException, Request
from bolide.responses import PlainTextResponse
from bolide.testclient import TestClient, TestResponse


class Broken(Exception):
    """An error whose text cannot be had."""

    def __str__(self) -> str:
        raise RuntimeError


app = Bolide(debug=True)


@app.get("/chain")
async def fail() -> None:
    try:
        {}["<key>"]
    except KeyError as error:
        raise ValueError("<script>alert(1)</script>") from error


@app.get("/broken")
async def break_down() -> None:
    raise Broken


@app.get("/expected")
async def refuse() -> None:
    raise HTTPException(409, "taken")


def get(path: str, accept: str, **options: Any) -> TestResponse:
    client = TestClient(app, raise_server_exceptions=False)
    return client.get(path, headers={"accept": accept, **options.pop("headers", {})}, **options)


def test_browsers_get_a_page_with_the_source() -> None:
    response = get("/chain", "text/html,*/*")
    assert (response.status_code, response.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert "test_debug_page.py:27 <b>fail</b>" in response.text
    assert "<mark>   27         raise ValueError(&quot;&lt;script&gt;" in response.text
    assert "<h2>caused by KeyError</h2>" in response.text


def test_page_runs_nothing() -> None:
    response = get("/chain?a=<b>", "text/html", headers={"x-name": "<i>"})
    assert "<script>" not in response.text
    assert "<b>alert" not in response.text
    assert "<td>&lt;b&gt;" in response.text
    assert "<td>&lt;i&gt;" in response.text
    assert response.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"


@pytest.mark.parametrize(
    ("name", "value"),
    [("authorization", "Bearer 123"), ("cookie", "sid=123"), ("x-api-key", "123"), ("x-csrf-token", "123")],
)
def test_page_hides_secrets_of_headers(name: str, value: str) -> None:
    response = get("/chain", "text/html", headers={name: value})
    assert f"<tr><td>{name}<td>**********" in response.text
    assert value not in response.text


def test_page_hides_secrets_of_the_query() -> None:
    response = get("/chain?access_token=s3cret&page=2", "text/html")
    assert "s3cret" not in response.text
    assert "<tr><td>page<td>2" in response.text


def test_other_clients_get_json_or_text() -> None:
    body = get("/chain", "application/json").json()
    assert (body["detail"], body["type"]) == ("Internal Server Error", "ValueError")
    assert body["frames"][-1]["function"] == "fail"
    text = get("/chain", "*/*")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.text.endswith("ValueError: <script>alert(1)</script>\n")


@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*"])
def test_error_without_a_text_is_shown_too(accept: str) -> None:
    response = get("/broken", accept)
    assert response.status_code == 500
    assert "Broken" in response.text


def test_expected_errors_have_their_usual_answer() -> None:
    assert get("/expected", "text/html").json() == {"detail": "taken"}


def test_page_comes_instead_of_the_handler_of_500() -> None:
    async def handle(request: Request, exc: Exception) -> PlainTextResponse:
        return PlainTextResponse("hidden", 500)

    shown = Bolide(debug=True, exception_handlers={500: handle})
    shown.get("/")(fail)
    assert "ValueError" in TestClient(shown, raise_server_exceptions=False).get("/").text


def test_nothing_is_shown_without_debug() -> None:
    quiet = Bolide()
    quiet.get("/")(fail)
    response = TestClient(quiet, raise_server_exceptions=False).get("/", headers={"accept": "text/html"})
    assert response.text == "Internal Server Error"


def test_error_is_raised_again() -> None:
    with pytest.raises(ValueError, match="alert"):
        TestClient(app).get("/chain")
