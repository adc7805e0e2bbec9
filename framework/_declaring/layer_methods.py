"""Declare middleware and exception handlers of an application or a router, one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from bolide._declaring.declarations import Declarations
from bolide._declaring.layers import ExceptionHandler, Layer
from bolide._declaring.names import refuse_bare_decorator
from bolide.exceptions import RouteError

if TYPE_CHECKING:
    from bolide._declaring.layers import ExceptionHandlers
    from bolide._responses.response import Response
    from bolide.middleware import Middleware
    from bolide.params import Depends

__all__ = ["LayerDeclarations"]

F = TypeVar("F", bound=Callable[..., Any])


class LayerDeclarations(Declarations):
    """The layer of an application or a router, while it is declared."""

    _layer: Layer

    @property
    def tags(self) -> tuple[str, ...]:
        return self._layer.tags

    @property
    def dependencies(self) -> tuple[Depends, ...]:
        return self._layer.dependencies

    @property
    def responses(self) -> Mapping[int | str, Mapping[str, Any]]:
        return MappingProxyType({**self._layer.responses})

    @property
    def default_response_class(self) -> type[Response] | None:
        """Return the class that makes responses; None means :class:`~bolide.responses.JSONResponse`."""
        return self._layer.response_class

    @property
    def user_middleware(self) -> tuple[Middleware | Callable[..., Any], ...]:
        """Return the middleware of this layer, the outermost first; :meth:`add_middleware` adds to it."""
        return self._layer.middleware

    @property
    def exception_handlers(self) -> ExceptionHandlers:
        """Return the exception handlers of this layer by status and class, to be read.

        :meth:`add_exception_handler` adds to them: writing here would change nothing, and is refused.
        """
        tables = self._layer.exception_handlers  # of one layer: one at most
        return MappingProxyType({key: handler for table in tables for key, handler in table.items()})

    def add_middleware(self, cls: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Put a middleware around what this layer has so far: the last added is the outermost.

        Args:
            cls: A class or function as :class:`~bolide.middleware.Middleware` takes it.
            args: Its positional options.
            kwargs: Its options by name.
        """
        from bolide.middleware import Middleware

        self._change_layer(middleware=(Middleware(cls, *args, **kwargs), *self._layer.middleware))

    def middleware(self, middleware_type: str) -> Callable[[F], F]:
        """Put the decorated ``async def f(request, call_next)`` around this layer.

        Args:
            middleware_type: ``"http"``, or ``"websocket"`` for an ``async def f(websocket, call_next)``; see
                :meth:`add_middleware`.

        Raises:
            RouteError: another type, or the function is not async.
        """
        refuse_bare_decorator(middleware_type, "@app.middleware('http')")
        from bolide.middleware.base import BaseHTTPMiddleware
        from bolide.middleware.websockets import WebSocketMiddleware

        kinds: dict[str, Callable[..., Any]] = {"http": BaseHTTPMiddleware, "websocket": WebSocketMiddleware}
        kind = kinds.get(middleware_type)
        if kind is None:
            raise RouteError(f"middleware({middleware_type!r}): the types are 'http' and 'websocket'")

        def decorate(function: F) -> F:
            self.add_middleware(kind, dispatch=function)
            return function

        return decorate

    def add_exception_handler(
        self, exc_class_or_status_code: int | type[Exception], handler: ExceptionHandler
    ) -> None:
        """Let *handler* answer errors of a class, or of a status; it takes the request and the error.

        Raises:
            RouteError: the key is neither a status nor an exception class, or *handler* is no function of the
                request and the error.
        """
        from bolide._declaring.layer_options import check_exception_handler

        check_exception_handler(exc_class_or_status_code, handler)
        table = {**self.exception_handlers, exc_class_or_status_code: handler}
        self._change_layer(exception_handlers=(table,))

    def exception_handler(self, exc_class_or_status_code: int | type[Exception]) -> Callable[[F], F]:
        """Let the decorated function answer errors of a class or of a status.

        Raises:
            RouteError: the key is neither; or the function does not take two arguments.
        """
        from bolide._declaring.layer_options import check_error_key

        check_error_key(exc_class_or_status_code)

        def decorate(function: F) -> F:
            self.add_exception_handler(exc_class_or_status_code, function)
            return function

        return decorate

    def _change_layer(self, **changes: Any) -> None:
        self._layer = msgspec.structs.replace(self._layer, **changes)
        self._routes_changed()
