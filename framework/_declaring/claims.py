"""Which route or mount answers which requests: each at most one."""

from __future__ import annotations

from typing import Final

from bolide._declaring.mounts import Mount
from bolide._declaring.routes import EndpointRoute
from bolide._locations import describe
from bolide._openapi.docs import docs_routes
from bolide._openapi.served_document import document_endpoint
from bolide._routing.templates import PathTemplate
from bolide.exceptions import RouteError
from bolide.routing import Route

__all__ = ["Claims"]

_MODULES: Final = frozenset({docs_routes.__module__, document_endpoint.__module__})
"""Where the endpoints are that applications add by themselves."""


class Claims:
    """Remembers what was declared for the paths of a template and a method.

    Args:
        first_wins: Pass over what comes later, instead of refusing it.
    """

    __slots__ = ("_first_wins", "_owners")

    def __init__(self, *, first_wins: bool = False) -> None:
        self._first_wins = first_wins
        self._owners: dict[tuple[tuple[tuple[str, str], ...], str], EndpointRoute | Mount] = {}

    def add(self, template: PathTemplate, method: str, route: EndpointRoute | Mount) -> bool:
        """Let *route* answer *method* below *template*; tell whether it does.

        Raises:
            RouteError: another one does; names both endpoints.
        """
        owner = self._owners.setdefault((template.shape, method), route)
        if owner is not route and self._first_wins:
            return False
        if owner is not route:
            names = f"{_name(method, route)} matches the same requests as {_name(method, owner)}"
            hint = _hint(owner, route)
            declared = owner if hint and isinstance(owner, Route) else None
            raise RouteError(names + hint, code="B002", function=declared.endpoint if declared else None)
        return True


def _name(method: str, route: EndpointRoute | Mount) -> str:
    if isinstance(route, Mount):
        return f"mount {route.path or '/'} of a {type(route.app).__name__}"
    return f"{method} {route.path} of endpoint {describe(route.endpoint)}"


def _hint(*routes: EndpointRoute | Mount) -> str:
    """Say how to get rid of a route that the application added by itself."""
    if any(isinstance(route, Route) and route.endpoint.__module__ in _MODULES for route in routes):
        options = "openapi_url=..., docs_url=..., redoc_url=..."
        return f"; move or switch off the one that shows the API: Bolide({options})"
    return ""
