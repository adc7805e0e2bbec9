"""What every kind of declaration needs of the application or router that it is made on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from typing import Any, Unpack

from bolide._declaring.route_options import RouteOptions

__all__ = ["Declarations"]


class Declarations(ABC):
    """Base of the classes that declare one kind of thing each: layers, mounts, WebSocket routes."""

    @abstractmethod
    def iter_routes(self) -> Iterator[Any]:
        """Yield every route and mount, also of included routers, with full paths; the order is stable."""

    def iter_served_routes(self) -> Iterator[Any]:
        """Yield what :meth:`iter_routes` does, and what an application adds to it."""
        return self.iter_routes()

    @abstractmethod
    def add_api_route(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        methods: Collection[str] | None = ("GET",),
        **options: Unpack[RouteOptions],
    ) -> None:
        """Serve *endpoint* at *path*."""

    @abstractmethod
    def _add_declaration(self, declaration: Any) -> None:
        """Keep a route or mount."""

    @abstractmethod
    def _routes_changed(self) -> None:
        """Drop what was compiled from the declarations."""
