"""Read the parameters of an endpoint or dependency, with their hints resolved."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, get_args, get_origin

from bolide._locations import describe, unwrap
from bolide._planning.aliases import open_alias
from bolide._planning.plan import CallKind
from bolide._planning.unneeded_types import hint_without_type
from bolide.exceptions import RouteError
from bolide.validation.hints import TypeHintError, resolve_hints, substitute
from bolide.validation.metaclass import FACTORY, ModelMeta
from bolide.validation.tree import NO_DEFAULT

__all__ = [
    "NO_HINT",
    "Parameter",
    "call_kind",
    "read_parameters",
    "read_return_hint",
    "share_signatures",
]

NO_HINT: Any = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: *hint* is ``NO_HINT`` without annotation, *default* ``NO_DEFAULT`` without one."""

    name: str
    hint: Any
    default: Any
    keyword_only: bool


_Known = dict[tuple[int, int, bool], tuple[object, object, tuple[Parameter, ...]]]
"""What was read, with the objects whose ids are the key, so that no others get these."""

_known: Final[ContextVar[_Known | None]] = ContextVar("known_signatures", default=None)


@contextmanager
def share_signatures() -> Generator[None, None, None]:
    """Read the parameters of every function once within: many routes share dependencies."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def read_parameters(
    function: Callable[..., Any], local_names: Mapping[str, Any], *, is_method: bool = False
) -> tuple[Parameter, ...]:
    """Return the parameters of *function*; the first one of a method is its instance.

    Raises:
        RouteError: *function* takes ``*args``, ``**kwargs`` or positional-only parameters, has no readable
            signature, or an annotation that cannot be resolved.
    """
    known = _known.get()
    key = (id(function), id(local_names) if local_names else 0, is_method)
    if known is None or key not in known:
        read = _read_parameters(function, local_names, is_method=is_method)
        if known is None:
            return read
        known[key] = (function, local_names, read)
    return known[key][2]


def _read_parameters(
    function: Callable[..., Any], local_names: Mapping[str, Any], *, is_method: bool
) -> tuple[Parameter, ...]:
    made: Any = get_origin(function)
    if _is_generic_class(made):  # Repository[Item] is made as its class is
        arguments = dict(zip(made.__parameters__, get_args(function), strict=False))
        read = _read_parameters(made, local_names, is_method=is_method)
        return tuple(replace(each, hint=substitute(each.hint, arguments)) for each in read)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError) as error:
        raise RouteError(
            f"{describe(function)} has no readable signature: {error}", function=function
        ) from error
    parameters = list(signature.parameters.values())
    hints = _hints(function, local_names, {each.name: each.default for each in parameters})
    if is_method:
        return (_read_instance(parameters, function), *(_read(p, hints, function) for p in parameters[1:]))
    return tuple(_read(parameter, hints, function) for parameter in parameters)


def _is_generic_class(cls: object) -> bool:
    return inspect.isclass(cls) and isinstance(getattr(cls, "__parameters__", None), tuple)


def read_return_hint(function: Callable[..., Any], local_names: Mapping[str, Any]) -> Any:
    """Return the resolved return annotation, ``NO_HINT`` without one."""
    return _hints(function, local_names, {"return": None}).get("return", NO_HINT)


def call_kind(function: Callable[..., Any]) -> CallKind:
    """Tell how *function* must be called; classes are sync callables.

    A decorator counts as what it is, else as what it wraps: ``functools.wraps`` around an async function may
    be a plain function that returns its coroutine.
    """
    while isinstance(function, partial):
        function = function.func
    kind = _kind_of_one(function)
    return kind if kind != "sync" else _kind_of_one(unwrap(function))


def _kind_of_one(target: Any) -> CallKind:
    if not (inspect.isroutine(target) or inspect.isclass(target)):
        target = inspect.unwrap(type(target).__call__)
    if inspect.iscoroutinefunction(target):
        return "async"
    if inspect.isasyncgenfunction(target):
        return "async_generator"
    if inspect.isgeneratorfunction(target):
        return "generator"
    return "sync"


def _read_instance(parameters: Sequence[inspect.Parameter], function: Callable[..., Any]) -> Parameter:
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    if not parameters or parameters[0].kind not in positional:
        raise RouteError(f"{describe(function)} has no parameter for the instance", function=function)
    return Parameter(parameters[0].name, NO_HINT, NO_DEFAULT, keyword_only=False)


def _read(parameter: inspect.Parameter, hints: Mapping[str, Any], function: Callable[..., Any]) -> Parameter:
    if parameter.name == "self" and parameter.annotation is parameter.empty:
        raise RouteError(
            f"{describe(function)} is a method: declare it with bolide.controllers, and its "
            f"class with @app.controller()",
            function=function,
        )
    if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
        raise RouteError(
            f"{describe(function)}: parameter {str(parameter)!r} cannot be bound to a request; "
            f"declare each parameter by its name",
            function=function,
        )
    default = NO_DEFAULT if parameter.default is parameter.empty else parameter.default
    if default is FACTORY:
        raise RouteError(
            f"{describe(function)}: field {parameter.name!r} has a default factory, which a dependency "
            f"cannot use; declare the model as a parameter, with Query()",
            function=function,
        )
    if default is ...:
        default = NO_DEFAULT  # FastAPI's old spelling of a required parameter
    return Parameter(
        parameter.name,
        hints.get(parameter.name, parameter.annotation),  # the latter of a signature that was assigned
        default,
        parameter.kind is parameter.KEYWORD_ONLY,
    )


def _hints(
    function: Callable[..., Any], local_names: Mapping[str, Any], defaults: Mapping[str, object]
) -> dict[str, Any]:
    """Return the resolved annotations of the parameters that *defaults* names."""
    target = _annotated_function(function)
    if isinstance(target, ModelMeta):  # what its fields say beside their annotations is in its signature
        parameters = inspect.signature(target).parameters
        return {name: open_alias(parameters[name].annotation) for name in defaults if name in parameters}
    try:
        try:
            hints = resolve_hints(target, localns=local_names, only=defaults)
        except TypeHintError:
            hints = _needed_hints(target, local_names, defaults)
        return {name: open_alias(hint) for name, hint in hints.items()}
    except TypeHintError as error:
        raise RouteError(f"{describe(function)}: {error}", code="B004", function=function) from error


def _needed_hints(
    function: Callable[..., Any], local_names: Mapping[str, Any], defaults: Mapping[str, object]
) -> dict[str, Any]:
    """Return the annotations one by one, without those types that need not be known."""
    hints: dict[str, Any] = {}
    for name, default in defaults.items():
        try:
            hints |= resolve_hints(function, localns=local_names, only=(name,))
        except TypeHintError:
            hints[name] = hint_without_type(function, name, default, local_names)
    return hints


def _annotated_function(function: Callable[..., Any]) -> Any:
    """Return what has the annotations of *function*."""
    target: Any = unwrap(function)
    if inspect.isclass(target):
        # A class that makes its constructor out of its fields has their annotations.
        constructors = [target.__init__, target.__new__]
        if not hasattr(target, "__signature__"):  # else it is the signature that counts
            constructors.insert(0, type(target).__call__)
        return next(filter(inspect.isfunction, constructors), target)
    return target if inspect.isroutine(target) else type(target).__call__
