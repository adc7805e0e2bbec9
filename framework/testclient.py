"""Call an application from sync tests, in process and without a server.

    with TestClient(app) as client:
        assert client.get("/items/1").json() == {"id": 1}

``with`` runs the application's lifespan; without it no lifespan runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Self, TypedDict, Unpack
from urllib.parse import unquote, urlencode, urlsplit

import msgspec.json

from bolide._testing.exchange import TestExchange
from bolide._testing.portal import Portal
from bolide._testing.websocket import WebSocketDenialResponse, WebSocketTestSession
from bolide.datastructures import Headers
from bolide.server_adapters.asgi import Scope, serve_asgi
from bolide.server_adapters.asgi_scope import asgi_scope
from bolide.server_adapters.contract import Application, Head, HeaderPairs, Reply, check_headers
from bolide.server_adapters.lifespan import LifespanTask

__all__ = ["TestClient", "TestResponse", "WebSocketDenialResponse", "WebSocketTestSession"]

Params = Mapping[str, Any] | Sequence[tuple[str, Any]] | str

_NO_JSON: Final[Any] = object()


class RequestOptions(TypedDict, total=False):
    """Options of :meth:`TestClient.request`."""

    params: Params | None
    json: Any
    content: bytes | str | None
    headers: Mapping[str, str] | None
    cookies: Mapping[str, str] | None


class TestResponse:
    """What the application answered; attributes are those of the usual HTTP clients."""

    __test__ = False

    def __init__(
        self, status_code: int, headers: HeaderPairs, content: bytes, early_hints: Sequence[str] = ()
    ) -> None:
        self.status_code = status_code
        self.headers = Headers(raw=headers)
        self.content = content
        self.early_hints = early_hints

    @property
    def text(self) -> str:
        """Return the body as text, in the charset that the response names."""
        _, _, rest = self.headers.get("content-type", "").lower().partition("charset=")
        charset = rest.partition(";")[0].strip("\"' ")
        try:
            return self.content.decode(charset or "utf-8", "replace")
        except LookupError:
            return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as decoded JSON."""
        return msgspec.json.decode(self.content)

    @property
    def cookies(self) -> dict[str, str]:
        """Return the cookies that this response sets."""
        pairs = (value.partition(";")[0].partition("=") for value in self.headers.getlist("set-cookie"))
        return {name.strip(): value.strip() for name, _, value in pairs}

    @property
    def is_success(self) -> bool:
        return 200 <= self.status_code < 300

    @property
    def reason_phrase(self) -> str:
        try:
            return HTTPStatus(self.status_code).phrase
        except ValueError:
            return ""

    def __repr__(self) -> str:
        return f"<TestResponse [{self.status_code} {self.reason_phrase}]>"


class TestClient:
    """Sends requests to *app* and returns its responses.

    Args:
        app: The application.
        base_url: Scheme and host of the requests.
        raise_server_exceptions: Raise an endpoint's unhandled exception here instead of returning the 500.
        headers: Sent with every request.
        cookies: Sent with every request; cookies that responses set are added.
    """

    __test__ = False

    def __init__(
        self,
        app: Application,
        *,
        base_url: str = "http://testserver",
        raise_server_exceptions: bool = True,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
    ) -> None:
        self.app = app
        self.headers = dict(headers or {})
        self.cookies = dict(cookies or {})
        self._base = urlsplit(base_url)
        self._raise_server_exceptions = raise_server_exceptions
        self._portal: Portal | None = None
        self._lifespan: LifespanTask | None = None
        self._state: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._portal = Portal()
        try:
            self._lifespan, self._state = self._portal.call(_start(self.app))
        except BaseException:
            self._portal.close()
            self._portal = None
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        portal, lifespan = self._portal, self._lifespan
        self._portal = self._lifespan = None
        self._state = {}
        if portal is not None and lifespan is not None:
            with portal:
                portal.call(lifespan.shutdown())

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Params | None = None,
        json: Any = _NO_JSON,
        content: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """Send one request and return the response.

        Args:
            method: HTTP method.
            url: Path with an optional query, or an absolute URL.
            params: Query parameters, or a whole query; a list as a value repeats the parameter.
            json: Value to send as ``application/json``.
            content: Body to send as it is.
            headers: Further headers, which win over the client's.
            cookies: Further cookies, which win over the client's.

        Raises:
            Exception: what the endpoint raised, unless ``raise_server_exceptions`` is off.
        """
        body = content.encode() if isinstance(content, str) else content or b""
        pairs = self._header_lines(headers, cookies)
        if json is not _NO_JSON:
            body = msgspec.json.encode(json)
            if all(name != b"content-type" for name, _ in pairs):
                pairs.append((b"content-type", b"application/json"))
        response = self._send(self._exchange(method.upper(), url, params, pairs, body))
        self._keep_cookies(response)
        return response

    def get(self, url: str, **options: Unpack[RequestOptions]) -> TestResponse:
        """Send a GET request; see :meth:`request`."""
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Unpack[RequestOptions]) -> TestResponse:
        """Send a POST request; see :meth:`request`."""
        return self.request("POST", url, **options)

    def put(self, url: str, **options: Unpack[RequestOptions]) -> TestResponse:
        """Send a PUT request; see :meth:`request`."""
        return self.request("PUT", url, **options)

    def patch(self, url: str, **options: Unpack[RequestOptions]) -> TestResponse:
        """Send a PATCH request; see :meth:`request`."""
        return self.request("PATCH", url, **options)

    def delete(self, url: str, **options: Unpack[RequestOptions]) -> TestResponse:
        """Send a DELETE request; see :meth:`request`."""
        return self.request("DELETE", url, **options)

    def head(self, url: str, **options: Unpack[RequestOptions]) -> TestResponse:
        """Send a HEAD request; see :meth:`request`."""
        return self.request("HEAD", url, **options)

    def options(self, url: str, **options: Unpack[RequestOptions]) -> TestResponse:
        """Send an OPTIONS request; see :meth:`request`."""
        return self.request("OPTIONS", url, **options)

    def websocket_connect(
        self,
        url: str,
        subprotocols: Sequence[str] | None = None,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
    ) -> WebSocketTestSession:
        """Return the client of a WebSocket connection, which ``with`` opens.

        It takes the way of an ASGI server, through ASGI middleware too.

        Raises:
            WebSocketDisconnect: on opening, the connection was refused.
            WebSocketDenialResponse: on opening, it was refused with a response.
        """
        lines = self._header_lines(headers, cookies)
        if subprotocols:
            lines.append((b"sec-websocket-protocol", ", ".join(subprotocols).encode("latin-1")))
        exchange = self._exchange("GET", url, params, lines, b"")
        scope: Scope = {
            **asgi_scope(exchange),
            "type": "websocket",
            "scheme": "wss" if exchange.scheme in ("https", "wss") else "ws",
            "subprotocols": list(subprotocols or ()),
            "extensions": {"websocket.http.response": {}},
        }
        app = self.app if callable(self.app) else partial(serve_asgi, self.app)
        return WebSocketTestSession(
            app, scope, portal=self._portal, raise_server_exceptions=self._raise_server_exceptions
        )

    def _header_lines(
        self, headers: Mapping[str, str] | None, cookies: Mapping[str, str] | None
    ) -> HeaderPairs:
        lower = {name.lower(): value for name, value in (headers or {}).items()}
        sent = Headers({**{name.lower(): value for name, value in self.headers.items()}, **lower})
        lines = [*sent.raw]
        jar = {**self.cookies, **(cookies or {})}
        if jar:
            lines.append((b"cookie", "; ".join(f"{k}={v}" for k, v in jar.items()).encode("latin-1")))
        return lines

    def _keep_cookies(self, response: TestResponse) -> None:
        """Take over the cookies that *response* sets, and drop those that it ends (RFC 6265 §5.3)."""
        self.cookies.update(response.cookies)
        for line in response.headers.getlist("set-cookie"):
            name, _, attributes = line.partition("=")
            if "max-age=0" in attributes.lower().replace(" ", "").split(";"):
                self.cookies.pop(name.strip(), None)

    def _exchange(
        self, method: str, url: str, params: Params | None, headers: HeaderPairs, body: bytes
    ) -> TestExchange:
        target = urlsplit(url)
        base = target if target.netloc else self._base
        query = "&".join(filter(None, (target.query, _encode_params(params or ()))))
        host, port = base.hostname or "testserver", base.port or (443 if base.scheme == "https" else 80)
        lines = [*headers]
        if all(name != b"host" for name, _ in lines):
            lines.insert(0, (b"host", base.netloc.encode("latin-1")))
        if body:
            lines.append((b"content-length", str(len(body)).encode()))
        return TestExchange(
            method,
            unquote(f"/{target.path.removeprefix('/')}"),
            query=query,
            headers=lines,
            body=body,
            server=(host, port),
            scheme=base.scheme,
            state=self._state,
        )

    def _send(self, exchange: TestExchange) -> TestResponse:
        call = _answer(self.app, exchange)
        if self._portal is not None:
            reply, content, error = self._portal.call(call)
        else:
            with Portal() as portal:
                reply, content, error = portal.call(call)
        if error is not None and self._raise_server_exceptions:
            raise error
        headers = [*reply.head.pairs, *(reply.headers or ())]
        declared = any(name.lower() == b"content-length" for name, _ in headers)
        has_content = reply.status not in (204, 304)  # servers send none, whatever the body is
        if isinstance(reply.body, bytes) and not declared and has_content:
            headers.append((b"content-length", b"%d" % len(content)))
        content = content if has_content and exchange.method != "HEAD" else b""
        return TestResponse(reply.status, headers, content, exchange.early_hints)


def _encode_params(params: Params) -> str:
    """Return *params* as a query: None is an empty value, a list repeats its name, text is all of it."""
    if isinstance(params, str):
        return params.removeprefix("?")
    pairs = params.items() if isinstance(params, Mapping) else params
    return urlencode([(name, _as_text(value)) for name, value in pairs], doseq=True)


def _as_text(value: Any) -> Any:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value


async def _start(app: Application) -> tuple[LifespanTask, dict[str, Any]]:
    lifespan = LifespanTask(app, asyncio.get_running_loop())
    return lifespan, await lifespan.startup()


async def _answer(app: Application, exchange: TestExchange) -> tuple[Reply, bytes, BaseException | None]:
    """Do what a server's entry does: check the headers, read the body, run what comes after.

    Returns the reply, its body, and the error that a server would log.
    """
    reply = await app.handle(exchange)
    exchange.answered = True
    content, error = b"", reply.error
    after, body = reply.after, reply.body
    try:
        check_headers(reply.headers or ())
        if not 200 <= reply.status <= 599:
            raise ValueError(f"status {reply.status} is not one of 200 to 599")
        if isinstance(reply.body, bytes):
            content = reply.body
        elif exchange.method != "HEAD":
            content = b"".join([chunk async for chunk in reply.body])
    except Exception as failure:
        reply, content, error = Reply(500, Head()), b"Internal Server Error", failure
    finally:
        if isinstance(body, AsyncGenerator):
            await body.aclose()
    if after is not None:
        try:
            await after()
        except Exception as failure:
            error = failure
    return reply, content, error
