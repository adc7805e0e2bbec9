"""What endpoints can ask of a request, and of its URL, headers and query."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette import datastructures as starlette
from starlette.authentication import AuthCredentials, AuthenticationBackend, SimpleUser
from starlette.middleware.authentication import AuthenticationMiddleware

from bolide import Bolide, Request, UploadFile, WebSocket
from bolide.datastructures import URL, FormData, Headers, MutableHeaders, QueryParams
from bolide.requests import ClientDisconnect, HTTPConnection
from bolide.testclient import TestClient
from tests.framework.fastapi_oracle import Web, same
from tests.framework.servers import SERVERS


def test_request_is_a_mapping_of_its_scope() -> None:
    def declare(web: Web) -> Any:
        app = web.App()

        @app.get("/items/{name}")
        async def read(request: web.Request) -> Any:
            assert {"type", "path", "endpoint"} <= set(request)
            assert len(request) == len(request.scope)
            return [request["path"], request.get("nothing"), "method" in request, request == request]

        return app

    assert same(declare, "GET", "/items/tea").content() == ["/items/tea", None, True, True]


class ByHeader(AuthenticationBackend):
    async def authenticate(self, conn: Any) -> Any:
        return AuthCredentials(["read"]), SimpleUser(conn.headers["x-user"])


async def with_session(scope: Any, receive: Any, send: Any, app: Any) -> None:
    await app({**scope, "session": {"visits": 1}}, receive, send)


class SessionMiddleware:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await with_session(scope, receive, send, self.app)


def test_user_and_session_are_those_of_middleware() -> None:
    app = Bolide()
    app.add_middleware(AuthenticationMiddleware, backend=ByHeader())
    app.add_middleware(SessionMiddleware)

    @app.get("/")
    async def read(request: Request) -> list[Any]:
        return [request.user.display_name, request.auth.scopes, request.session]

    @app.websocket("/")
    async def serve(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_json([websocket.user.display_name, websocket.session])

    client = TestClient(app, headers={"x-user": "Ann"})
    assert client.get("/").json() == ["Ann", ["read"], {"visits": 1}]
    with client.websocket_connect("/") as session:
        assert session.receive_json() == ["Ann", {"visits": 1}]


@pytest.mark.parametrize(
    ("attribute", "middleware"),
    [
        ("session", "SessionMiddleware"),
        ("user", "AuthenticationMiddleware"),
        ("auth", "AuthenticationMiddleware"),
    ],
)
def test_what_no_middleware_has_put_there_is_an_error_that_names_it(attribute: str, middleware: str) -> None:
    app = Bolide()

    @app.get("/")
    async def read(connection: HTTPConnection) -> None:
        getattr(connection, attribute)

    with pytest.raises(RuntimeError, match=f"there is no {attribute}: .* like {middleware}"):
        TestClient(app).get("/")


def test_closing_a_request_closes_the_files_of_its_form() -> None:
    app, files = Bolide(), list[UploadFile]()

    @app.post("/")
    async def read(request: Request) -> None:
        form = await request.form()
        files.append(form["file"])  # type: ignore[arg-type]
        await request.close()

    body = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n1\r\n--x--\r\n'
    TestClient(app).post("/", content=body, headers={"content-type": "multipart/form-data; boundary=x"})
    assert files[0].file.closed


# How a client leaves -------------------------------------------------------------------------------------


class Watch:
    """An endpoint asks whether its client is there: before it leaves, and again and again afterwards."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.answers: list[bool] = []
        self.done = asyncio.Event()
        self.app = Bolide()

        @self.app.get("/")
        @self.app.post("/read")
        async def unread(request: Request) -> None:
            await self.ask(request.is_disconnected)

        @self.app.post("/json")
        async def parsed(request: Request, body: dict[str, int]) -> None:
            await self.ask(request.is_disconnected)

        @self.app.post("/form")
        async def form(request: Request) -> None:
            async with request.form():
                await self.ask(request.is_disconnected)

        @self.app.post("/stream")
        async def streamed(request: Request) -> None:
            pieces = request.stream()
            async for _ in pieces:
                assert not await request.is_disconnected()  # as long as there may be more to read
                break
            async for _ in pieces:
                pass
            await self.ask(request.is_disconnected)

    async def ask(self, is_disconnected: Callable[[], Awaitable[bool]]) -> None:
        self.answers.append(await is_disconnected())
        self.entered.set()
        while not await is_disconnected():
            pass
        self.answers.append(await is_disconnected())
        self.done.set()


FORM = "content-type: multipart/form-data; boundary=x"
REQUESTS = {
    "no body": ("GET / HTTP/1.1", "accept: */*", b""),
    "a body that nobody reads": ("POST /read HTTP/1.1", "accept: */*", b"{}"),
    "JSON": ("POST /json HTTP/1.1", "content-type: application/json", b'{"a":1}'),
    "a form": (
        "POST /form HTTP/1.1",
        FORM,
        b'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
    ),
    "a stream": ("POST /stream HTTP/1.1", "accept: */*", b"x" * 300_000),
}


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("kind", REQUESTS)
def test_request_knows_whether_its_client_has_left(server: str, kind: str) -> None:
    line, header, body = REQUESTS[kind]

    async def main() -> list[bool]:
        watch = Watch()
        async with SERVERS[server](watch.app) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            head = f"{line}\r\nhost: localhost\r\n{header}\r\ncontent-length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await asyncio.wait_for(watch.entered.wait(), 5)
            writer.transport.abort()
            await asyncio.wait_for(watch.done.wait(), 5)
        return watch.answers

    assert asyncio.run(main()) == [False, True]


@pytest.mark.parametrize("server", SERVERS)
def test_client_that_leaves_before_its_body_was_read_has_left(server: str) -> None:
    async def main() -> list[bool]:
        app, answers, done, entered = Bolide(), list[bool](), asyncio.Event(), asyncio.Event()

        @app.post("/")
        async def read(request: Request) -> None:
            entered.set()
            answers.append(await request.is_disconnected())
            done.set()

        async with SERVERS[server](app) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100000\r\n\r\nx")
            await asyncio.wait_for(entered.wait(), 5)
            writer.transport.abort()
            await asyncio.wait_for(done.wait(), 5)
        return answers

    assert asyncio.run(main()) == [True]


def test_client_disconnect_is_raised_by_reading() -> None:
    app = Bolide()

    @app.post("/")
    async def read(request: Request) -> None:
        with pytest.raises(ClientDisconnect):
            await request.body()

    async def main() -> None:
        async def receive() -> Any:
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None: ...

        scope = {
            "type": "http", "method": "POST", "path": "/", "headers": [(b"content-length", b"1")],
        }  # fmt: skip
        await app(scope, receive, send)

    asyncio.run(main())


# URLs, headers, queries ----------------------------------------------------------------------------------

CHANGES: list[dict[str, Any]] = [
    {"path": "/b"},
    {"scheme": "https", "query": "", "fragment": ""},
    {"port": 8000},
    {"port": None},
    {"hostname": "b.example"},
    {"username": "bob", "password": "word"},
    {"username": None, "password": None},
    {"netloc": "c.example:1"},
]
URLS = [
    "http://ann:secret@a.example:80/a?q=1#end",
    "https://a.example/",
    "http://[::1]:80/a?x=%20",
    "/a/b?c=d",
]


@pytest.mark.parametrize("text", URLS)
def test_url_has_the_parts_that_starlette_has(text: str) -> None:
    ours, theirs = URL(text), starlette.URL(text)
    for name in (*ours.components._fields, "username", "password", "hostname", "port", "is_secure"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert ours.components == theirs.components
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("change", CHANGES, ids=repr)
@pytest.mark.parametrize("text", URLS[:3])
def test_parts_of_a_url_are_replaced_as_starlette_does(text: str, change: dict[str, Any]) -> None:
    assert str(URL(text).replace(**change)) == str(starlette.URL(text).replace(**change))


def test_repr_of_a_url_hides_its_password() -> None:
    assert repr(URL("http://ann:secret@a.example/")) == "URL('http://ann:********@a.example/')"


def test_headers_are_copied_and_updated() -> None:
    headers = Headers({"X-One": "1", "vary": "accept"})
    copy = headers.mutablecopy()
    copy.update({"x-one": "2", "x-two": "3"})
    copy.add_vary_header("origin")
    assert dict(copy) == {"x-one": "2", "vary": "accept, origin", "x-two": "3"}
    assert dict(headers) == {"x-one": "1", "vary": "accept"}
    fresh = MutableHeaders()
    fresh.add_vary_header("origin")
    assert fresh["vary"] == "origin"


@pytest.mark.parametrize(
    "given",
    ["a=1&a=2&b=x%20y&c=", b"a=1&a=%C3%A9", {"a": 1, "b": "é"}, [("a", "1"), ("a", 2)]],
    ids=["text", "bytes", "mapping", "pairs"],
)
def test_query_parameters_are_written_as_starlette_does(given: Any) -> None:
    ours, theirs = QueryParams(given), starlette.QueryParams(given)
    assert str(ours) == str(theirs)
    assert ours.multi_items() == theirs.multi_items()


def test_query_parameters_and_forms_are_made_of_others() -> None:
    query = QueryParams(QueryParams("a=1&a=2"))
    form = FormData([("a", "1"), ("a", "2"), ("b", "3")])
    assert query.multi_items() == [("a", "1"), ("a", "2")]
    assert (form["a"], form.getlist("a"), len(form)) == ("2", ["1", "2"], 2)
    assert FormData(form).multi_items() == QueryParams(form).multi_items() == form.multi_items()
    assert dict(FormData({"a": "1"})) == {"a": "1"}
    assert dict(FormData()) == {}
