"""The test client builds requests as clients do and reads responses as users expect."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bolide import Bolide, Depends, Request, Response
from bolide.testclient import TestClient

app = Bolide()


@app.api_route("/echo", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def echo(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "query": request.query_params.multi_items(),
        "headers": {name: request.headers[name] for name in sorted(request.headers)},
        "cookies": request.cookies,
        "body": (await request.body()).decode(),
    }


@app.get("/login")
async def login() -> Response:
    response = Response("in")
    response.headers.append("set-cookie", "session=abc; Path=/; HttpOnly")
    return response


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_each_method_has_a_function(method: str) -> None:
    assert getattr(TestClient(app), method)("/echo").json()["method"] == method.upper()


def test_parameters_are_added_to_the_query() -> None:
    response = TestClient(app).get("/echo?a=1", params={"b": ["x y", "z"]})
    assert response.json()["query"] == [["a", "1"], ["b", "x y"], ["b", "z"]]
    assert TestClient(app).get("echo", params=[("n", None)]).json()["query"] == [["n", ""]]


def test_query_may_be_text_and_flags_are_in_lower_case() -> None:
    assert TestClient(app).get("/echo?a=1", params="b=2").json()["query"] == [["a", "1"], ["b", "2"]]
    assert TestClient(app).get("/echo", params={"on": True}).json()["query"] == [["on", "true"]]


@pytest.mark.parametrize("status", [204, 304])
def test_no_content_is_what_servers_send_then(status: int) -> None:
    empty = Bolide()

    @empty.get("/")
    async def endpoint(response: Response) -> str:
        response.status_code = status
        return "not sent"

    response = TestClient(empty).get("/")
    assert (response.status_code, response.content, "content-length" in response.headers) == (
        status,
        b"",
        False,
    )


def test_errors_after_the_reply_are_raised_or_left_to_the_log() -> None:
    broken = Bolide()

    async def fails_at_its_end() -> AsyncIterator[None]:
        yield
        raise RuntimeError("too late")

    @broken.get("/", dependencies=[Depends(fails_at_its_end)])
    async def endpoint(bad_header: bool = False) -> Response:
        return Response("sent", headers={"x": "a\nb"} if bad_header else None)

    with pytest.raises(RuntimeError, match="too late"):
        TestClient(broken).get("/")
    quiet = TestClient(broken, raise_server_exceptions=False)
    assert quiet.get("/").text == "sent"
    assert quiet.get("/?bad_header=1").status_code == 500


def test_json_content_and_headers() -> None:
    client = TestClient(app, headers={"X-One": "1", "x-two": "2"}, base_url="https://shop.example")
    seen = client.post("/echo", json={"a": "é"}, headers={"X-Two": "3"}).json()
    assert seen["body"] == '{"a":"é"}'
    assert seen["headers"] == {
        "content-length": "10",
        "content-type": "application/json",
        "host": "shop.example",
        "x-one": "1",
        "x-two": "3",
    }
    assert client.post("/echo", content="text").json()["body"] == "text"


def test_cookies_are_kept_between_requests() -> None:
    client = TestClient(app, cookies={"theme": "dark"})
    assert client.get("/login").cookies == {"session": "abc"}
    assert client.get("/echo").json()["cookies"] == {"theme": "dark", "session": "abc"}
    assert client.get("/echo", cookies={"theme": "light"}).json()["cookies"]["theme"] == "light"


def test_ended_cookies_are_dropped() -> None:
    ending = Bolide()

    @ending.get("/logout")
    async def logout() -> Response:
        return Response(headers={"set-cookie": "session=; Path=/; Max-Age=0"})

    client = TestClient(ending, cookies={"session": "abc", "theme": "dark"})
    client.get("/logout")
    assert client.cookies == {"theme": "dark"}


def test_charset_of_the_response_is_used() -> None:
    texts = Bolide()

    @texts.get("/")
    async def endpoint(media_type: str) -> Response:
        return Response("é".encode("latin-1"), media_type=media_type)

    client = TestClient(texts)
    assert client.get("/", params={"media_type": 'text/plain; charset="Latin-1"; x=y'}).text == "é"
    assert client.get("/", params={"media_type": "text/plain; charset=unknown"}).text == "\ufffd"


def test_system_exit_of_an_endpoint_is_raised() -> None:
    leaving = Bolide()

    @leaving.get("/")
    async def endpoint() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        TestClient(leaving).get("/")


def test_status_that_no_server_sends_is_a_500() -> None:
    odd = Bolide()

    @odd.get("/")
    async def endpoint() -> Response:
        return Response(status_code=99999)

    assert TestClient(odd, raise_server_exceptions=False).get("/").status_code == 500


def test_response_attributes() -> None:
    response = TestClient(app).get("/login")
    assert (response.status_code, response.reason_phrase, response.is_success) == (200, "OK", True)
    assert (response.text, response.content) == ("in", b"in")
    assert repr(response) == "<TestResponse [200 OK]>"


def test_client_works_inside_a_running_event_loop() -> None:
    import asyncio

    async def main() -> int:
        return TestClient(app).get("/login").status_code

    assert asyncio.run(main()) == 200
