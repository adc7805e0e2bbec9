"""Put middleware around handlers: resolved when the application starts, one coroutine per request each.

There are three kinds. Bolide's own takes the exchange and ``call_next`` and returns a reply. A subclass of
:class:`~bolide.middleware.base.BaseHTTPMiddleware` sees request and response. Any other class is an ASGI
application around another one. An exception never leaves a middleware: it becomes a reply at once, so that
the middleware around it sees the response, whatever happened.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from functools import partial
from itertools import takewhile
from typing import Any, ClassVar, Final

from bolide._locations import describe
from bolide._planning.signature import call_kind
from bolide._printing.handler import Handler
from bolide._responses.response import EMPTY_HEAD, Response
from bolide._serving.asgi_middleware import AnswerError, AsgiKind, Inside, surround_run
from bolide.exceptions import RouteError
from bolide.middleware import Middleware
from bolide.middleware.base import BaseHTTPMiddleware, PassedResponse
from bolide.middleware.websockets import WebSocketMiddleware
from bolide.requests import Request
from bolide.server_adapters.asgi import AsgiExchange, Scope
from bolide.server_adapters.contract import Exchange, Reply, RequestState

__all__ = ["Layering", "MiddlewareInstances", "leading_run", "prepare", "surround"]

Declared = Middleware | Callable[..., Any]
WebSocketCall = Callable[..., Awaitable[Exception | None]]
CallNext = Callable[[Exchange], Awaitable[Reply]]

MiddlewareInstances = MutableMapping[Declared, Any]
"""What was made of each declaration. An application keeps them when its routes change."""

# Type checkers would take a variable that is None here, and set by an inner function, for always None.
_NO_REPLY: Reply | None = None
_NO_RESPONSE: PassedResponse | None = None

_WEBSOCKET_METHOD: Final = "handle_websocket"


def surround(
    handler: Handler,
    middleware: Sequence[Layering],
    answer: AnswerError,
    *,
    max_body_bytes: int,
) -> Handler:
    """Return *handler* with *middleware* around it, the first outermost.

    Args:
        handler: The handler of a route, or of everything.
        middleware: What :func:`prepare` has made of the declarations.
        answer: Turns what a middleware raises into a reply.
        max_body_bytes: Largest body that a middleware may read.
    """
    run: list[AsgiKind] = []
    for layering in reversed(middleware):
        if isinstance(layering, AsgiKind):
            run = [layering, *run]
            continue
        if run:
            handler, run = surround_run(run, handler, answer, max_body_bytes=max_body_bytes), []
        handler = layering.around(handler, answer, max_body_bytes)
    return surround_run(run, handler, answer, max_body_bytes=max_body_bytes) if run else handler


def leading_run(middleware: Sequence[Layering]) -> list[AsgiKind]:
    """Return the ASGI middleware that *middleware* begins with."""
    leading = takewhile(lambda layering: isinstance(layering, AsgiKind), middleware)
    return [layering for layering in leading if isinstance(layering, AsgiKind)]


def prepare(declared: Declared, app: Any, instances: MiddlewareInstances) -> Layering:
    """Return what is made of *declared*: the same as before if it stands in *instances*.

    Raises:
        RouteError: it is no middleware, or cannot be called with its options.
    """
    known = instances.get(declared)
    if known is None:
        known = instances[declared] = _make(declared, app)
    return known


def _make(declared: Declared, app: Any) -> Layering:
    if not isinstance(declared, Middleware):
        return _OwnKind(_checked(declared, declared))
    make: Any = declared.cls
    args, options = declared.args, declared.kwargs
    try:
        if inspect.iscoroutinefunction(make):
            return _OwnKind(_checked(partial(make, *args, **options), make))
        if _is_subclass(make, BaseHTTPMiddleware):
            return _RequestKind(make(Inside(), *args, **options), app)
        if _is_subclass(make, WebSocketMiddleware):
            return _WebSocketKind(make(app, *args, **options).handle_websocket)
        if _makes_asgi_applications(make):
            return AsgiKind(lambda inside: make(inside, *args, **options), app)
        return _own_kind(make(*args, **options), make)
    except TypeError as error:
        raise RouteError(f"{declared!r}: {error}") from error


def _own_kind(instance: Any, make: Callable[..., Any]) -> Layering:
    """Return what is made of *instance*, which takes requests, WebSocket connections, or both."""
    websocket_call: Any = getattr(instance, _WEBSOCKET_METHOD, None)
    if websocket_call is not None:
        websocket_call = _checked(websocket_call, make)
    if not callable(instance) and websocket_call is not None:
        return _WebSocketKind(websocket_call)
    return _OwnKind(_checked(instance, make), websocket_call)


def _is_subclass(make: Any, cls: type) -> bool:
    return inspect.isclass(make) and issubclass(make, cls)


def _makes_asgi_applications(make: Any) -> bool:
    """Tell functions, and classes of ASGI applications, from classes of Bolide's own kind.

    Raises:
        TypeError: instances of the class cannot be called.
    """
    if not inspect.isclass(make):
        return True
    cls: type = make
    if "__call__" not in dir(cls):
        if _WEBSOCKET_METHOD in dir(cls):
            return False
        raise TypeError(f"{describe(cls)} has no method __call__")
    call: object = cls.__call__
    if not callable(call):
        return True  # a slot: each instance chooses its own
    parameters = [*inspect.signature(call).parameters.values()][1:]
    is_open = any(each.kind is each.VAR_POSITIONAL for each in parameters)
    return is_open or len(parameters) != 2


def _checked(call: Callable[..., Any], declared: Callable[..., Any]) -> Callable[..., Awaitable[Reply]]:
    """Return *call*, which must be async and take an exchange and ``call_next``."""
    if call_kind(call) != "async":
        raise RouteError(f"middleware {describe(declared)} must be 'async def' (exchange, call_next)")
    names = list(inspect.signature(call).parameters)
    if len(names) != 2:
        raise RouteError(f"middleware {describe(declared)} takes {names}; expected (exchange, call_next)")
    if names[0] == "request":
        raise RouteError(
            f"middleware {describe(declared)} takes a request; declare it by @app.middleware('http'), or by "
            f"Middleware(BaseHTTPMiddleware, dispatch=...)"
        )
    return call


class _OwnKind:
    """Takes the exchange and ``call_next``, returns a reply.

    Attributes:
        websocket_call: Does the same for WebSocket connections.
    """

    __slots__ = ("_call", "websocket_call")

    sees_scope: ClassVar[bool] = False

    def __init__(
        self,
        call: Callable[[Exchange, CallNext], Awaitable[Reply | Response]],
        websocket_call: WebSocketCall | None = None,
    ) -> None:
        self._call = call
        self.websocket_call = websocket_call

    def around(self, handler: Handler, answer: AnswerError, max_body_bytes: int) -> Handler:
        call = self._call

        async def run_middleware(exchange: Exchange, segments: Sequence[str] = ()) -> Reply:
            # hot: most middleware calls once and returns what it got; a list of replies costs 0.1 µs more.
            inside = _NO_REPLY
            earlier: tuple[Reply, ...] = ()

            async def call_next(exchange: Exchange) -> Reply:
                nonlocal inside, earlier
                if inside is not None:
                    earlier = (*earlier, inside)
                inside = await handler(exchange, segments)
                return inside

            try:
                reply = await call(exchange, call_next)
                if inside is not None and reply is inside and not earlier:
                    return inside
                reply = _as_reply(exchange, reply, call)
            except BaseException as error:
                replies = earlier if inside is None else (*earlier, inside)
                reply = await _recover(exchange, segments, error, replies, answer)
            return _with_dropped(reply, earlier if inside is None else (*earlier, inside))

        return run_middleware


class _WebSocketKind:
    """Takes WebSocket connections and ``call_next``; requests do not notice it."""

    __slots__ = ("websocket_call",)

    sees_scope: ClassVar[bool] = False

    def __init__(self, call: WebSocketCall) -> None:
        self.websocket_call = call

    def around(self, handler: Handler, answer: AnswerError, max_body_bytes: int) -> Handler:
        return handler


class _RequestKind:
    """Takes a request and ``call_next``, returns a response."""

    __slots__ = ("_app", "_dispatch")

    sees_scope: ClassVar[bool] = True
    websocket_call: ClassVar[WebSocketCall | None] = None

    def __init__(self, instance: BaseHTTPMiddleware, app: Any) -> None:
        self._dispatch = instance.dispatch_func
        self._app = app

    def around(self, handler: Handler, answer: AnswerError, max_body_bytes: int) -> Handler:
        dispatch, app = self._dispatch, self._app

        # hot: says again what _OwnKind says, because two coroutines and two closures more cost 1 µs.
        async def run_middleware(exchange: Exchange, segments: Sequence[str] = ()) -> Reply:
            inside = _NO_REPLY
            passed = _NO_RESPONSE
            earlier: tuple[Reply, ...] = ()

            async def next_response(request: Request) -> Response:
                nonlocal inside, passed, earlier
                _follow_scope(exchange)
                if inside is not None:
                    earlier = (*earlier, inside)
                inside = await handler(exchange, segments)
                if inside.error is not None:
                    raise inside.error
                passed = PassedResponse(inside)
                return passed

            try:
                request = Request(exchange, app, {}, _max_body_bytes=max_body_bytes)
                response = await dispatch(request, next_response)
                if passed is not None and response is passed and not earlier:
                    return passed.to_reply()
                reply = _as_reply(exchange, response, dispatch)
            except BaseException as error:
                replies = earlier if inside is None else (*earlier, inside)
                reply = await _recover(exchange, segments, error, replies, answer)
            return _with_dropped(reply, earlier if inside is None else (*earlier, inside))

        return run_middleware


Layering = _OwnKind | _WebSocketKind | _RequestKind | AsgiKind


def _follow_scope(exchange: Exchange) -> None:
    """Let the path count that somebody wrote into the scope of the request."""
    state = exchange.state
    if isinstance(exchange, AsgiExchange):
        scope: Scope | None = exchange.scope
    else:
        scope = state.scope_of(exchange) if isinstance(state, RequestState) else None
    if scope is None:
        return
    path: str = scope["path"]
    if path not in (exchange.path, exchange.root_path + exchange.path):
        exchange.path = path.removeprefix(exchange.root_path) or "/"


def _as_reply(exchange: Exchange, result: object, call: Callable[..., Any]) -> Reply:
    if isinstance(result, Reply):
        return result
    if isinstance(result, Response):
        return result.to_reply(exchange)
    raise TypeError(f"middleware {describe(call)} returned {result!r}; expected a response")


async def _recover(
    exchange: Exchange,
    segments: Sequence[str],
    error: BaseException,
    replies: Sequence[Reply],
    answer: AnswerError,
) -> Reply:
    """Return the reply to what a middleware raised; *replies* are those that it got from inside.

    Raises:
        BaseException: what is not an ``Exception``, after everything in *replies* was finished.
    """
    if not isinstance(error, Exception):
        for reply in replies:
            await _finish(reply)
        raise error
    for reply in replies:
        if reply.error is error:
            return reply  # it has become a reply further inside
    return await answer(exchange, segments, error)


def _with_dropped(reply: Reply, replies: Sequence[Reply]) -> Reply:
    """Return *reply*, after which those of *replies* are finished that stand behind none."""
    dropped = [each for each in replies if each is not reply]
    if any(each.after is not None or not isinstance(each.body, bytes) for each in dropped):
        reply.after = partial(_finish_all, [Reply(0, EMPTY_HEAD, after=reply.after), *dropped])
    return reply


async def _finish_all(replies: list[Reply]) -> None:
    """Finish every one of *replies*, whatever the others raise.

    Raises:
        BaseException: what the last one that failed raised.
    """
    if replies:
        try:
            await _finish(replies[0])
        finally:
            await _finish_all(replies[1:])


async def _finish(reply: Reply) -> None:
    """Close the body of *reply* and run what comes after it."""
    try:
        if (close := getattr(reply.body, "aclose", None)) is not None:
            await close()
    finally:
        if reply.after is not None:
            await reply.after()
