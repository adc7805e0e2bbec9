"""Formats of bodies beside JSON: read by ``Content-Type``, answered by ``Accept``."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
import pytest

from bolide import APIRouter, Body, Bolide, Depends, HTTPException, Model, Response
from bolide._responses.negotiation import Preferences
from bolide.codecs import MSGPACK, Codec, register_codec
from bolide.exceptions import RouteError
from bolide.responses import JSONResponse, PlainTextResponse, Status
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, same

INDENTED = Codec(
    name="indented",
    media_types=("application/vnd.indented",),
    decode=lambda adapter, body: adapter.decode_json(body),
    encode=lambda value: json.dumps(value, indent=1).encode(),
)


class Item(Model):
    name: str
    data: bytes = b""


app = Bolide(codecs=["msgpack", INDENTED])
client = TestClient(app)
plain = APIRouter(codecs=[])


@app.post("/items")
async def create(item: Item) -> Item:
    return item


@app.post("/lengths")
async def lengths(item: Item) -> dict[str, int]:
    return {"name": len(item.name), "data": len(item.data)}


@app.post("/optional")
async def optional(item: Item | None = None) -> str | None:
    return None if item is None else item.name


@app.post("/two")
async def two(item: Item, count: Annotated[int, Body()] = 1) -> tuple[str, int]:
    return item.name, count


@app.post("/raw")
async def raw(data: Annotated[bytes, Body(media_type="application/octet-stream")]) -> int:
    return len(data)


@app.get("/text", response_class=PlainTextResponse)
async def text() -> str:
    return "text"


@app.get("/missing")
async def missing() -> None:
    raise HTTPException(404, {"why": "missing"})


@plain.post("/plain")
async def plain_json(item: Item) -> Item:
    return item


app.include_router(plain)

MSGPACK_TYPE = {"content-type": "application/msgpack"}


@pytest.mark.parametrize("media_type", MSGPACK.media_types)
def test_body_is_read_by_its_content_type(media_type: str) -> None:
    body = msgspec.msgpack.encode({"name": "a", "data": b"\x00\xff"})
    headers = {"content-type": f"{media_type}; x=y", "accept": "application/msgpack"}
    response = client.post("/lengths", content=body, headers=headers)
    assert response.headers["content-type"] == "application/msgpack"
    assert msgspec.msgpack.decode(response.content) == {"name": 1, "data": 2}


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
        ("application/*", "application/json"),
        ("application/msgpack", "application/msgpack"),
        ("Application/MsgPack;q=0.9, application/json;q=0.8", "application/msgpack"),
        ("application/msgpack;q=0.8, application/json;q=0.9", "application/json"),
        ("application/json;q=0, */*", "application/msgpack"),
        ("*/*;q=0.1, application/vnd.indented", "application/vnd.indented"),
        ("application/vnd.indented;q=0.5, application/*;q=0.4", "application/vnd.indented"),
        ("text/html", "application/json"),
        ("application/msgpack;q=2, application/json;q=0.5", "application/msgpack"),
        (",;,,q=1;/", "application/json"),
    ],
)
def test_reply_has_the_format_that_is_accepted(accept: str | None, media_type: str) -> None:
    """RFC 9110 §12.5.1: the most specific range, then the highest quality; JSON when nothing fits."""
    headers = {} if accept is None else {"accept": accept}
    response = client.post("/items", json={"name": "a"}, headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    assert response.headers["vary"] == "accept"
    decode: Any = msgspec.msgpack.decode if media_type == "application/msgpack" else json.loads
    assert decode(response.content) == {"name": "a", "data": ""}


def test_errors_have_the_format_that_is_accepted() -> None:
    headers = {"accept": "application/msgpack"}
    response = client.get("/missing", headers=headers)
    assert (response.status_code, msgspec.msgpack.decode(response.content)) == (
        404,
        {"detail": {"why": "missing"}},
    )


@app.get("/cookie")
async def cookie(response: Response) -> int:
    response.set_cookie("a", "b")
    response.headers["vary"] = "origin"
    return 7


@app.get("/compressed")
async def compressed() -> JSONResponse:
    return JSONResponse(7, headers={"content-encoding": "identity"})


@app.get("/measured")
async def measured() -> JSONResponse:
    return JSONResponse({"name": "a"}, headers={"content-length": "12", "x-a": "b"})


@app.get("/refused")
async def refused() -> None:
    raise HTTPException(401, headers={"www-authenticate": "Bearer"})


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        ("/cookie", 7, ("set-cookie", "a=b; Path=/; SameSite=lax")),
        ("/measured", {"name": "a"}, ("x-a", "b")),
        ("/refused", {"detail": "Unauthorized"}, ("www-authenticate", "Bearer")),
    ],
)
def test_replies_with_lines_of_their_own_are_negotiated_too(
    path: str, value: Any, line: tuple[str, str]
) -> None:
    response = client.get(path, headers={"accept": "application/msgpack"})
    assert response.headers["content-type"] == "application/msgpack"
    assert msgspec.msgpack.decode(response.content) == value
    assert response.headers["content-length"] == str(len(response.content))
    assert response.headers[line[0]] == line[1]
    assert "accept" in response.headers.getlist("vary")


def test_further_names_of_a_format_are_accepted() -> None:
    response = client.get("/missing", headers={"accept": "application/vnd.msgpack"})
    assert response.headers["content-type"] == "application/vnd.msgpack"


events: list[str] = []


async def resource() -> AsyncIterator[None]:
    events.append("open")
    yield
    events.append("closed")


@app.get("/large", dependencies=[Depends(resource)])
async def large() -> int:
    return 2**64


def test_what_a_format_cannot_hold_is_answered_as_json() -> None:
    """MessagePack has no larger integers; what dependencies have opened is closed all the same."""
    events.clear()
    response = client.get("/large", headers={"accept": "application/msgpack"})
    assert (response.headers["content-type"], response.json()) == ("application/json", 2**64)
    assert response.headers["vary"] == "accept"
    assert events == ["open", "closed"]


def test_codec_that_fails_is_a_500_and_everything_is_closed() -> None:
    def fail(value: Any) -> bytes:
        raise LookupError("no such codec")

    broken = Codec(name="broken", media_types=("application/broken",), decode=INDENTED.decode, encode=fail)
    other = Bolide()

    @other.get("/", codecs=[broken], dependencies=[Depends(resource)])
    async def endpoint() -> int:
        return 1

    events.clear()
    outside = TestClient(other, raise_server_exceptions=False)
    assert outside.get("/", headers={"accept": "application/broken"}).status_code == 500
    assert events == ["open", "closed"]


def test_other_replies_are_left_alone() -> None:
    compressed = client.get("/compressed", headers={"accept": "application/msgpack"})
    assert (compressed.headers["content-type"], compressed.json()) == ("application/json", 7)
    response = client.get("/text", headers={"accept": "application/msgpack"})
    assert (response.headers["content-type"], response.text) == ("text/plain; charset=utf-8", "text")
    assert "vary" not in response.headers


@pytest.mark.parametrize(
    ("body", "loc", "error_type"),
    [
        (msgspec.msgpack.encode({"name": 3}), ["body", "name"], "string_type"),
        (msgspec.msgpack.encode([1]), ["body"], "model_type"),
        (b"\xc1", ["body"], "msgpack_invalid"),
        (b"\x91" * 5000, ["body"], "msgpack_invalid"),
        (b"", ["body"], "missing"),
    ],
)
def test_wrong_bodies_of_codecs_are_reported(body: bytes, loc: list[Any], error_type: str) -> None:
    response = client.post("/items", content=body, headers=MSGPACK_TYPE)
    assert response.status_code == 422
    assert [(e["loc"], e["type"]) for e in response.json()["detail"]] == [(loc, error_type)]


def test_members_are_read_by_codecs() -> None:
    body = msgspec.msgpack.encode({"item": {"name": "a"}, "count": 3})
    assert client.post("/two", content=body, headers=MSGPACK_TYPE).json() == ["a", 3]
    body = msgspec.msgpack.encode({"item": {}, "count": "x"})
    response = client.post("/two", content=body, headers=MSGPACK_TYPE)
    assert [e["loc"] for e in response.json()["detail"]] == [["body", "item", "name"], ["body", "count"]]
    assert client.post("/two", content=b"\xc1", headers=MSGPACK_TYPE).status_code == 422


@pytest.mark.parametrize("content_type", ["application/xml", "text/plain", None])
def test_unknown_media_type_is_415(content_type: str | None) -> None:
    """RFC 9110 §15.5.16: with the media types that are read."""
    headers = {} if content_type is None else {"content-type": content_type}
    response = client.post("/items", content=b"{}", headers=headers)
    assert (response.status_code, response.json()) == (415, {"detail": "Unsupported Media Type"})
    assert response.headers["accept"] == (
        "application/json, application/msgpack, application/x-msgpack, application/vnd.msgpack, "
        "application/vnd.indented"
    )


def test_bytes_take_what_is_not_json() -> None:
    assert client.post("/raw", content=b"\xc1\xc1", headers=MSGPACK_TYPE).json() == 2


def test_optional_body_may_be_left_out() -> None:
    assert client.post("/optional", headers=MSGPACK_TYPE).json() is None
    body = msgspec.msgpack.encode({"name": "a"})
    assert client.post("/optional", content=body, headers=MSGPACK_TYPE).json() == "a"


def test_nearest_layer_decides() -> None:
    """An empty list switches codecs off; FastAPI's rule for other bodies holds again."""
    response = client.post("/plain", json={"name": "a"}, headers={"accept": "application/msgpack"})
    assert response.headers["content-type"] == "application/json"
    assert client.post("/plain", content=b"\x80", headers=MSGPACK_TYPE).status_code == 422


def test_document_shows_the_media_types() -> None:
    operation = app.openapi()["paths"]["/items"]["post"]
    names = ["application/json", "application/msgpack", "application/vnd.indented"]
    assert list(operation["requestBody"]["content"]) == names
    assert list(operation["responses"]["200"]["content"]) == names
    assert list(operation["responses"]["422"]["content"]) == names


def test_document_shows_the_media_types_of_errors_and_statuses() -> None:
    class Taken(HTTPException):
        status_code = 409
        detail = "taken"

    def read(*, problem_details: bool) -> Any:
        app = Bolide(codecs=["msgpack"], problem_details=problem_details)

        @app.get("/", raises=[Taken], responses={404: {"model": str}})
        async def read(number: int) -> Annotated[str, Status(200)] | Annotated[int, Status(202)]:
            raise Taken

        responses = app.openapi()["paths"]["/"]["get"]["responses"]
        return {status: list(response["content"]) for status, response in responses.items()}

    both = ["application/json", "application/msgpack"]
    assert read(problem_details=False) == dict.fromkeys(("200", "202", "404", "409", "422"), both)
    problem = ["application/problem+json"]
    assert read(problem_details=True) == dict.fromkeys(("200", "202", "404"), both) | {
        "409": problem,
        "422": problem,
    }


def test_registered_codec_has_a_name() -> None:
    register_codec(
        Codec(name="test-only", media_types=("x/y",), decode=MSGPACK.decode, encode=MSGPACK.encode)
    )
    assert Bolide(codecs=["test-only"]) is not None
    with pytest.raises(RouteError, match=r"codecs: there is no codec 'yaml'; there are: .*msgpack"):
        Bolide(codecs=["yaml"])
    with pytest.raises(RouteError, match="codecs has 3; expected codecs or their names"):
        Bolide(codecs=[3])  # type: ignore[list-item]


def test_long_accept_takes_linear_time() -> None:
    accept = "application/msgpack;q=0." * 20_000 + "," * 20_000
    assert Preferences(["application/json", "application/msgpack"]).choose(accept) == "application/json"


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("path", ["/one", "/two", "/raw"])
@pytest.mark.parametrize("content_type", [None, "text/plain", "application/json"])
def test_body_without_a_media_type_may_be_json(strict: bool, path: str, content_type: str | None) -> None:
    """#47: ``strict_content_type=False`` reads a body without ``Content-Type`` as JSON."""

    def declare(web: Web) -> Any:
        app = web.App(strict_content_type=strict)

        class Thing(web.Model):  # type: ignore[misc]
            name: str

        @app.post("/one")
        async def one(thing: Thing) -> Any:
            return thing

        @app.post("/two")
        async def two(thing: Thing, count: Annotated[int, web.Body()] = 0) -> Any:
            return [thing, count]

        @app.post("/raw")
        async def raw(data: Annotated[bytes, web.Body()]) -> Any:
            return data.decode()

        return app

    body = {"/one": b'{"name": "a"}', "/two": b'{"thing": {"name": "a"}}', "/raw": b'"x"'}[path]
    headers = {} if content_type is None else {"content-type": content_type}
    same(declare, "POST", path, body=body, headers=headers)


@pytest.mark.parametrize("problem_details", [False, True])
def test_answers_without_a_route_have_the_formats_of_the_application(problem_details: bool) -> None:
    app = Bolide(codecs=["msgpack"], problem_details=problem_details)

    @app.get("/items")
    async def read() -> None: ...

    client = TestClient(app, headers={"accept": "application/msgpack"})
    missing, refused = client.get("/nowhere"), client.post("/items")
    assert (missing.status_code, refused.status_code) == (404, 405)
    assert refused.headers["allow"] == "GET, HEAD, OPTIONS"
    if problem_details:  # a media type of its own
        assert missing.headers["content-type"] == "application/problem+json"
    else:
        assert msgspec.msgpack.decode(missing.content) == {"detail": "Not Found"}
        assert msgspec.msgpack.decode(refused.content) == {"detail": "Method Not Allowed"}
