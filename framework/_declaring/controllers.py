"""Read the routes that a class declares on its methods. Knows nothing of routers.

The methods of a generic base get hints with the types that the controller gives to its parameters, as
functions of the controller's own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from types import FunctionType
from typing import Any, Final, Generic, NamedTuple, Protocol, get_args, get_origin

from bolide._locations import describe
from bolide.exceptions import RouteError
from bolide.validation.generics import substitute
from bolide.validation.hints import TypeHintError, resolve_hints

__all__ = ["WEBSOCKET", "Declaration", "Endpoint", "declare_on", "read_controller", "specialise"]

_ATTRIBUTE: Final = "__bolide_routes__"


WEBSOCKET: Final = ("WEBSOCKET",)
"""Stands for the methods of a WebSocket route."""


class Declaration(NamedTuple):
    """One route decorator above a method."""

    path: str
    methods: Collection[str] | None
    options: Mapping[str, Any]


class Endpoint(NamedTuple):
    """A method that serves a route, with what its decorator says."""

    function: Callable[..., Any]
    declaration: Declaration


def declare_on(method: Any, declaration: Declaration) -> None:
    """Note *declaration* on a method, until its class is added to a router.

    Raises:
        RouteError: *method* is none.
    """
    if not _may_be_method(method):
        raise RouteError(
            f"path {declaration.path!r}: an endpoint of a controller is a method, not {method!r}"
        )
    known: tuple[Declaration, ...] = getattr(method, _ATTRIBUTE, ())
    setattr(method, _ATTRIBUTE, (declaration, *known))


def _may_be_method(value: object) -> bool:
    return callable(value) or isinstance(value, classmethod)


def read_controller(controller: type[Any]) -> list[Endpoint]:
    """Return the endpoints of *controller*, those of its bases first, in order of declaration.

    A method that overrides another keeps its routes unless it declares some itself; None in its place removes
    them.

    Raises:
        RouteError: *controller* is no class that has instances, declares nothing, or declares a method that
            gets no instance.
    """
    if not inspect.isclass(controller):
        raise RouteError(f"a controller is a class, not {controller!r}")
    if inspect.isabstract(controller):
        methods: frozenset[str] = vars(controller)["__abstractmethods__"]
        missing = ", ".join(sorted(methods))
        raise RouteError(f"controller {describe(controller)} is abstract: {missing} must be defined")
    names = dict.fromkeys(name for cls in reversed(controller.__mro__) for name in vars(cls))
    endpoints = [
        Endpoint(_function(controller, name), _named(controller, name, declaration))
        for name in names
        for declaration in _declarations(controller, name)
        if inspect.getattr_static(controller, name) is not None
    ]
    if not endpoints:
        raise RouteError(
            f"controller {describe(controller)} declares no routes; decorate its methods with get, post, ... "
            f"of bolide.controllers, not of an application"
        )
    return endpoints


def specialise(
    function: Callable[..., Any], controller: type[Any], local_names: Mapping[str, Any]
) -> Callable[..., Any]:
    """Return *function* with the types of *controller* in place of the type parameters of its base.

    Annotations that cannot be resolved stay as they are: whether they are needed shows later.
    """
    arguments = _type_arguments(function.__name__, controller)
    if not arguments or not isinstance(function, FunctionType):
        return function
    hints = dict(function.__annotations__)
    for name in function.__annotations__:
        with suppress(TypeHintError):
            hints |= resolve_hints(function, localns=local_names, only=(name,))
    annotations = {name: substitute(hint, arguments) for name, hint in hints.items()}
    if annotations == hints:
        return function
    copy = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__doc__ = function.__doc__
    copy.__module__ = controller.__module__
    copy.__qualname__ = f"{controller.__qualname__}.{function.__name__}"
    copy.__annotations__ = annotations
    return copy


def _type_arguments(name: str, controller: type[Any]) -> Mapping[Any, Any]:
    """Return what the type parameters of the class that defines the method *name* stand for."""
    owner = next(cls for cls in controller.__mro__ if name in vars(cls))
    for cls in controller.__mro__:
        if found := _arguments_by_base(cls, {}).get(owner):
            return found
    return {}


def _arguments_by_base(cls: Any, arguments: Mapping[Any, Any]) -> dict[Any, dict[Any, Any]]:
    """Return the arguments of each generic base of *cls*, whose own parameters stand for *arguments*."""
    found: dict[Any, dict[Any, Any]] = {}
    bases: tuple[Any, ...] = cls.__dict__.get("__orig_bases__", ())
    for base in bases:
        origin: Any = get_origin(base)
        if origin in (None, Generic, Protocol):
            continue
        given = [substitute(argument, arguments) for argument in get_args(base)]
        found[origin] = dict(zip(origin.__parameters__, given, strict=True))
        found |= _arguments_by_base(origin, found[origin])
    return found


def _declarations(controller: type[Any], name: str) -> tuple[Declaration, ...]:
    """Return the declarations of the nearest class that has some on its method *name*."""
    for cls in controller.__mro__:
        member = vars(cls).get(name)
        found: tuple[Declaration, ...] = getattr(member, _ATTRIBUTE, ())
        found = found or getattr(getattr(member, "__func__", None), _ATTRIBUTE, ())
        if found:
            return found
    return ()


def _named(controller: type[Any], name: str, declaration: Declaration) -> Declaration:
    """Return *declaration* with the names that the class gives its routes, where it says no others."""
    named = {"name": f"{controller.__name__}.{name}"}
    if declaration.methods != WEBSOCKET:
        named["summary"] = name.replace("_", " ").title()
    return declaration._replace(options={**named, **declaration.options})


def _function(controller: type[Any], name: str) -> Callable[..., Any]:
    method: Any = inspect.getattr_static(controller, name)
    kind = {staticmethod: "static", classmethod: "class"}.get(method.__class__)
    if kind is not None:
        raise RouteError(
            f"{describe(method.__func__)} is a {kind} method; endpoints of a controller receive the instance"
        )
    function: Callable[..., Any] = method
    return function
