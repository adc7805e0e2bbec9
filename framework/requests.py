"""The request as endpoints see it when they ask for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any, Final
from urllib.parse import quote

import msgspec
import msgspec.json

from bolide._limits import BoundsOfForm
from bolide._reading.forms import FormReader, FormRequest
from bolide._reading.wire import parse_cookies
from bolide._serving.mounting import place_of
from bolide.datastructures import URL, Address, Headers, QueryParams, State, URLPath
from bolide.exceptions import NoMatchFound
from bolide.server_adapters.asgi import AsgiExchange, Scope
from bolide.server_adapters.asgi_scope import asgi_scope
from bolide.server_adapters.contract import ClientDisconnect, Exchange, RequestState
from bolide.server_adapters.mounted import MountedExchange

__all__ = ["ClientDisconnect", "HTTPConnection", "Request"]

# RFC 3986 §3.3: pchar without "%", and "/".
_PATH_SAFE: Final = "/:@!$&'()*+,;=~-._"

_RAW_MESSAGES: Final = "messages of ASGI are the server's: use body(), stream() or is_disconnected()"
_INSTEAD: Final[Mapping[str, str]] = {
    "receive": _RAW_MESSAGES,
    "_receive": _RAW_MESSAGES,
    "send": "messages of ASGI are the server's: use send_text(), send_bytes(), send_json() or close()",
    "send_push_promise": "browsers have given up server push: use send_early_hints()",
}
"""Attributes of Starlette's connections, with what to use for them."""

_TURNS_OF_NEWS: Final = 4
"""So many turns of the event loop it takes at most until who waits for what has happened is told of it."""


class HTTPConnection(msgspec.Struct, eq=False):
    """What requests and WebSocket connections have in common. Everything is parsed when it is first touched.

    A dependency with a parameter of this type can be used by routes of both kinds. It is used as a mapping,
    too, which :attr:`scope` is.
    """

    _exchange: Exchange
    app: Any
    _path_params: Mapping[str, Any]
    _route: object = None
    _scope: Scope | None = None
    _headers: Headers | None = None
    _query_params: QueryParams | None = None
    _cookies: dict[str, str] | None = None
    _state: State | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._exchange.path!r}>"

    def __getattr__(self, name: str) -> Any:
        """Say what stands in for attributes of Starlette's that are missing.

        Raises:
            AttributeError: always; this is called for what does not exist.
        """
        message = f"{type(self).__name__!r} object has no attribute {name!r}"
        if (instead := _INSTEAD.get(name)) is not None:
            message = f"{message}; {instead}"
        raise AttributeError(message, name=name, obj=self)

    @property
    def exchange(self) -> Exchange:
        """Return what this object is made of, and middleware of Bolide's own kind takes."""
        return self._exchange

    def __getitem__(self, key: str) -> Any:
        return self.scope[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.scope)

    def __len__(self) -> int:
        return len(self.scope)

    def __contains__(self, key: object) -> bool:
        return key in self.scope

    def get(self, key: str, default: Any = None) -> Any:
        return self.scope.get(key, default)

    def keys(self) -> KeysView[str]:
        return self.scope.keys()

    def values(self) -> ValuesView[Any]:
        return self.scope.values()

    def items(self) -> ItemsView[str, Any]:
        return self.scope.items()

    @property
    def url(self) -> URL:
        """Return the URL as the client sees it, from the ``Host`` header when there is one."""
        exchange = self._exchange
        query = f"?{exchange.query}" if exchange.query else ""
        path = quote(exchange.root_path + exchange.path, safe=_PATH_SAFE)
        return URL(f"{exchange.scheme}://{self._authority()}{path}{query}")

    @property
    def base_url(self) -> URL:
        """Return the URL that all names of :meth:`url_for` stand below."""
        return self._base_url(place_of(self._exchange, self.app).root_path)

    def url_for(self, name: str, /, **path_params: Any) -> URL:
        """Return the absolute URL of the route *name*.

        In a mounted application, names are those of the outermost one (``mount:route``); what it does not
        know is looked for in the application itself.

        Raises:
            NoMatchFound: there is no such route, or its parameters are others.
        """
        place = place_of(self._exchange, self.app)
        try:
            path: URLPath = place.app.url_path_for(name, **path_params)
        except Exception as error:
            if place.app is self.app or type(error).__name__ != NoMatchFound.__name__:
                raise
            path = self.app.url_path_for(name, **path_params)
            return path.make_absolute_url(self._base_url(self._exchange.root_path))
        return URL(str(path.make_absolute_url(str(self._base_url(place.root_path)))))

    @property
    def path_params(self) -> Mapping[str, Any]:
        """Return the parameters of the path, converted, with those of the mounts on the way."""
        exchange = self._exchange
        if isinstance(exchange, MountedExchange):
            return {**place_of(exchange, self.app).path_params, **self._path_params}
        return self._path_params

    @property
    def scope(self) -> Scope:
        """Return the request as an ASGI scope, with ``app``, ``route``, ``endpoint`` and ``path_params`` too.

        On an ASGI server it is the server's own, otherwise one that is made for this object.
        """
        if self._scope is None:
            self._scope = self._make_scope()
        return self._scope

    @property
    def session(self) -> Any:
        """Return the session that a middleware has put into the scope, such as Starlette's."""
        return self._put_by_middleware("session", "SessionMiddleware")

    @property
    def user(self) -> Any:
        """Return who asks, as a middleware has found out, such as Starlette's."""
        return self._put_by_middleware("user", "AuthenticationMiddleware")

    @property
    def auth(self) -> Any:
        """Return what who asks may do, as a middleware has found out, such as Starlette's."""
        return self._put_by_middleware("auth", "AuthenticationMiddleware")

    @property
    def root_path(self) -> str:
        """Return where a proxy or a parent application mounts this one; empty at the root."""
        return self._exchange.root_path

    @property
    def headers(self) -> Headers:
        if self._headers is None:
            self._headers = Headers(raw=self._exchange.headers)
        return self._headers

    @property
    def query_params(self) -> QueryParams:
        if self._query_params is None:
            self._query_params = QueryParams(self._exchange.query)
        return self._query_params

    @property
    def cookies(self) -> dict[str, str]:
        if self._cookies is None:
            self._cookies = parse_cookies(";".join(self._exchange.header_values(b"cookie")))
        return self._cookies

    @property
    def client(self) -> Address | None:
        """Return the peer's address, None when the server does not know it."""
        client = self._exchange.client
        return None if client is None else Address(*client)

    @property
    def state(self) -> State:
        """Return this request's own copy of what the lifespan yielded."""
        if self._state is None:
            values = self._exchange.state
            if not isinstance(values, RequestState):
                values = self._exchange.state = RequestState(values)
            self._state = State(values)
        return self._state

    def _put_by_middleware(self, key: str, middleware: str) -> Any:
        scope = self.scope
        if key not in scope:
            raise RuntimeError(
                f"there is no {key}: no middleware has put one into the scope; add one that does, like"
                f" {middleware}"
            )
        return scope[key]

    def _base_url(self, root_path: str) -> URL:
        path = quote(root_path.rstrip("/"), safe=_PATH_SAFE)
        return URL(f"{self._exchange.scheme}://{self._authority()}{path}/")

    def _make_scope(self) -> Scope:
        exchange = self._exchange
        scope = exchange.scope if isinstance(exchange, AsgiExchange) else _kept_scope(exchange)
        place = place_of(exchange, self.app)
        scope.setdefault("router", place.app)
        scope.setdefault("app_root_path", place.root_path)
        scope["app"] = self.app
        scope["path_params"] = self.path_params
        if self._route is not None:
            scope["route"] = self._route
            scope["endpoint"] = getattr(self._route, "endpoint", None)
        return scope

    def _authority(self) -> str:
        host = self._exchange.header(b"host")
        if host:
            return host
        server = self._exchange.server
        if server is None:
            return "localhost"
        name = f"[{server[0]}]" if ":" in server[0] else server[0]
        return name if server[1] is None else f"{name}:{server[1]}"


class Request(HTTPConnection, eq=False, kw_only=True):
    """One HTTP request.

    Declare a parameter of this type to receive it: ``async def endpoint(request: Request)``.
    """

    _max_body_bytes: int
    _form: FormRequest | None = None
    _is_streamed: bool = False
    _is_read: bool = False

    @property
    def method(self) -> str:
        return self._exchange.method

    async def body(self) -> bytes:
        """Return the whole body.

        Raises:
            BodyTooLarge: it exceeds the limit; answered with 413.
            ClientDisconnect: the client left before its end.
            RuntimeError: it was streamed, or read as a multipart form, and is gone.
        """
        self._check_there_is_a_body()
        return await self._exchange.read_body(self._max_body_bytes)

    async def json(self) -> Any:
        """Return the body as decoded JSON.

        Raises:
            ValueError: the body is not JSON (RFC 8259).
        """
        return msgspec.json.decode(await self.body())

    def form(
        self,
        *,
        max_files: int | None = None,
        max_fields: int | None = None,
        max_part_size: int | None = None,
    ) -> FormRequest:
        """Return the form in the body: ``await request.form()``, or ``async with request.form() as form``.

        The latter closes its files at the end. The form is read once; a body that is no form is an empty one.
        Where parameters come from it too, the limits are those of the route.

        Args:
            max_files: Most files; more are answered with 413. What is left out are the defaults.
            max_fields: Most entries that are no files.
            max_part_size: Largest of these, in bytes.
        """
        if self._form is None:
            self._check_there_is_a_body()
            given = {"max_files": max_files, "max_fields": max_fields, "max_part_size": max_part_size}
            bounds = BoundsOfForm(**{name: value for name, value in given.items() if value is not None})
            self._form = FormRequest(FormReader.within(bounds, self._max_body_bytes), self._exchange)
        return self._form

    async def close(self) -> None:
        """Close the files of the form, if it was read; what parameters receive is closed without it."""
        if self._form is not None:
            await (await self._form).close()

    async def is_disconnected(self) -> bool:
        """Tell whether the client has left, without waiting for that.

        A body that nobody has read is read first. While it is streamed the answer is no: whoever reads it
        gets a :class:`ClientDisconnect`.
        """
        try:
            if not await self._is_whole():
                return False
        except ClientDisconnect:
            return True
        leaving = asyncio.ensure_future(self._exchange.disconnect())
        try:
            for _ in range(_TURNS_OF_NEWS):
                await asyncio.sleep(0)
            return leaving.done()
        finally:
            leaving.cancel()

    async def send_early_hints(self, link: str, /, *additional_links: str) -> None:
        """Tell the client what the response will need, before there is one: 103 Early Hints (RFC 8297).

        Nothing is sent where the server or the client cannot have it, nor after the endpoint has returned.

        Args:
            link: A value of the ``Link`` header, such as ``"</a.css>; rel=preload; as=style"`` (RFC 8288).

        Raises:
            ValueError: a value is no header value.
        """
        links = (link, *additional_links)
        await self._exchange.send_early_hints([value.encode("latin-1") for value in links])

    def stream(self) -> AsyncIterator[bytes]:
        """Iterate over the body as it arrives; it is kept nowhere.

        Raises:
            RuntimeError: it was streamed before, or read as a multipart form, and is gone.
        """
        self._check_there_is_a_body()
        self._is_streamed = self._exchange.body is None
        return self._stream(self._exchange.stream(self._max_body_bytes))

    async def _stream(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for piece in pieces:
            yield piece
        self._is_read = True

    async def _is_whole(self) -> bool:
        """Tell whether nothing of the body is left to read, after reading what nobody else does."""
        if self._is_streamed:
            return self._is_read
        if self._form is not None and self._form.took_body:
            return True
        await self._exchange.read_body(self._max_body_bytes)
        return True

    def _check_there_is_a_body(self) -> None:
        is_gone = self._is_streamed or (self._form is not None and self._form.took_body)
        if is_gone and self._exchange.body is None:
            raise RuntimeError(
                "Stream consumed: the body of the request was read piece by piece, and is gone"
            )


def _kept_scope(exchange: Exchange) -> Scope:
    """Return the scope of *exchange*: the same for every request object that is made of it."""
    state = exchange.state
    known = state.scope_of(exchange) if isinstance(state, RequestState) else None
    if known is not None:
        return known
    scope = asgi_scope(exchange)
    if isinstance(state := exchange.state, RequestState):
        state.keep_scope(exchange, scope)
    return scope
