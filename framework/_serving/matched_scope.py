"""Tell middleware which route has matched: by the keys of its scope, once the route is found."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar, cast

from bolide._routing.matching import path_values
from bolide._routing.templates import PathTemplate
from bolide.server_adapters.asgi import AsgiExchange, Scope
from bolide.server_adapters.contract import Exchange, RequestState
from bolide.server_adapters.mounted import MountedExchange

__all__ = ["recording"]

H = TypeVar("H", bound=Callable[..., Coroutine[Any, Any, Any]])


def recording(handler: H, route: Any, endpoint: Any, template: PathTemplate | None, app: Any) -> H:
    """Return *handler*, before which ``route``, ``endpoint``, ``path_params`` are written into the scope.

    Args:
        handler: Serves the route: takes the exchange and the values of the path's parameters.
        route: As declared.
        endpoint: What it calls.
        template: Its path, parsed; None without a path.
        app: Its application.
    """

    def record(exchange: Exchange, segments: Sequence[str]) -> Coroutine[Any, Any, Any]:
        if (scope := _scope_of(exchange)) is not None:
            own = {} if template is None else path_values(template, segments)
            params = {**scope.get("path_params", {}), **own}
            scope.update(route=route, endpoint=endpoint, path_params=params)
            scope.setdefault("router", app)
            scope.setdefault("app_root_path", exchange.root_path)
        return handler(exchange, segments)

    return cast("H", record)


def _scope_of(exchange: Exchange) -> Scope | None:
    """Return the scope that the middleware around has seen, if there is one."""
    while isinstance(exchange, MountedExchange):
        exchange = exchange.inner
    if isinstance(exchange, AsgiExchange):
        return exchange.scope
    state = exchange.state
    return state.scope_of(exchange) if isinstance(state, RequestState) else None
