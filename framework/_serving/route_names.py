"""Note which route serves a request, for servers that label their metrics with it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar, cast

from bolide._declaring.mounts import Host, Mount, is_own_application
from bolide._serving.mounting import Place
from bolide.server_adapters.mounted import MountedExchange
from bolide.server_adapters.observation import current_observation

__all__ = ["name_inner_routes", "naming"]

H = TypeVar("H", bound=Callable[..., Coroutine[Any, Any, Any]])


def naming(handler: H, path: str) -> H:
    """Return *handler*, before which *path*, the template of its route, is noted."""

    def name(exchange: Any, segments: Sequence[str]) -> Coroutine[Any, Any, Any]:
        if (observation := current_observation.get()) is not None:
            place = exchange.place if isinstance(exchange, MountedExchange) else None
            observation.route = place.template + path if isinstance(place, Place) else path
        return handler(exchange, segments)

    return cast("H", name)


def name_inner_routes(mount: Mount | Host) -> None:
    """Let the application of *mount* name its routes too, if it is one that can."""
    name_routes = getattr(mount.app, "name_routes", None)
    if name_routes is not None and is_own_application(mount.app):
        name_routes()
