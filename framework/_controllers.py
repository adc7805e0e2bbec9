"""Read the routes that a class declares on its methods. Knows nothing of routers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from bolide._locations import describe
from bolide.exceptions import RouteError

__all__ = ["Declaration", "Endpoint", "declare_on", "read_controller"]

_ATTRIBUTE: Final = "__bolide_routes__"


class Declaration(NamedTuple):
    """One route decorator above a method."""

    path: str
    methods: Sequence[str]
    options: Mapping[str, Any]


class Endpoint(NamedTuple):
    """A method that serves a route, with what its decorator says."""

    function: Callable[..., Any]
    declaration: Declaration


def declare_on(method: Any, declaration: Declaration) -> None:
    """Note *declaration* on a method, until its class is added to a router."""
    known: tuple[Declaration, ...] = getattr(method, _ATTRIBUTE, ())
    setattr(method, _ATTRIBUTE, (declaration, *known))


def read_controller(controller: type[Any]) -> list[Endpoint]:
    """Return the endpoints of *controller*, those of its bases first, in order of declaration.

    A method that overrides another keeps its routes unless it declares some itself; None in its place removes
    them.

    Raises:
        RouteError: *controller* is no class, declares nothing, or declares a method that gets no instance.
    """
    if not inspect.isclass(controller):
        raise RouteError(f"a controller is a class, not {controller!r}")
    names = dict.fromkeys(name for cls in reversed(controller.__mro__) for name in vars(cls))
    endpoints = [
        Endpoint(_function(controller, name), declaration)
        for name in names
        for declaration in _declarations(controller, name)
        if inspect.getattr_static(controller, name) is not None
    ]
    if not endpoints:
        raise RouteError(
            f"controller {describe(controller)} declares no routes; decorate its methods with get, post, ... "
            f"of bolide.controllers"
        )
    return endpoints


def _declarations(controller: type[Any], name: str) -> tuple[Declaration, ...]:
    """Return the declarations of the nearest class that has some on its method *name*."""
    for cls in controller.__mro__:
        found: tuple[Declaration, ...] = getattr(vars(cls).get(name), _ATTRIBUTE, ())
        if found:
            return found
    return ()


def _function(controller: type[Any], name: str) -> Callable[..., Any]:
    method: Any = inspect.getattr_static(controller, name)
    kind = {staticmethod: "static", classmethod: "class"}.get(method.__class__)
    if kind is not None:
        raise RouteError(
            f"{describe(method.__func__)} is a {kind} method; endpoints of a controller receive the instance"
        )
    function: Callable[..., Any] = method
    return function
