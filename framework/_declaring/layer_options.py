"""Read the options of a layer as users wrote them: every wrong one is named where it was declared."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, Final

from bolide._declaring.foreign_markers import own_depends
from bolide._declaring.layers import PLAIN, ExceptionHandlers, FormLimits, Layer
from bolide._declaring.names import takes
from bolide._locations import describe
from bolide.exceptions import HTTPException, RouteError
from bolide.middleware import Middleware
from bolide.params import Depends
from bolide.validation.spelling import did_you_mean

__all__ = ["check_error_key", "check_exception_handler", "read_layer", "read_layer_of"]


def read_layer_of(owner: type | str, options: Mapping[str, Any], known: Mapping[str, Any]) -> Layer:
    """Return the layer that *options* describe; errors name *owner*, a class or the call that takes them.

    Raises:
        RouteError: as :func:`read_layer` does.
    """
    try:
        if not options.keys() <= known.keys():
            own = inspect.signature(owner).parameters if isinstance(owner, type) else ("prefix",)
            _refuse_unknown(options, known, similar=own)
        return read_layer(options, known)
    except RouteError as error:
        where = owner.__name__ + "()" if isinstance(owner, type) else owner
        raise RouteError(f"{where}: {error}") from None


def read_layer(options: Mapping[str, Any], known: Mapping[str, Any]) -> Layer:
    """Return the layer that *options* describe; other *known* options are left out.

    The type checker may not have been asked, so everything is looked at.

    Raises:
        RouteError: an option does not exist or has the wrong type. Whose options they are is for callers to
            say, so that most declarations need not find it out.
    """
    _refuse_unknown(options, known)
    given: dict[str, Any] = {}
    for name, value in options.items():
        if value is not None and name in _READERS:
            field, read = _READERS[name]
            given[field] = read(name, value)
    return Layer(**given) if given else PLAIN


def _refuse_unknown(
    options: Mapping[str, Any], known: Mapping[str, Any], *, similar: Iterable[str] = ()
) -> None:
    for name in options:
        if name not in known:
            instead = _INSTEAD.get(name)
            advice = did_you_mean(name, [*known, *similar]) if instead is None else f"; {instead}"
            raise RouteError(f"there is no option {name!r}{advice}")


_INSTEAD: Final[Mapping[str, str]] = {
    "dependency_overrides_provider": "overrides are those of the application",
    "openapi_prefix": "use root_path of the application",
    "redirect_slashes": "it is one of Bolide()",
    "response_class": "that of a layer is default_response_class",
    "route_class": "what should stand around endpoints is middleware=[...]",
    "routes": "declare them by decorators, or by add_api_route()",
}
"""What FastAPI's options that do not exist here become."""


def _read_items(name: str, value: Any) -> tuple[Any, ...]:
    if not _is_list(value):
        raise RouteError(f"{name} is {value!r}; expected a list")
    return tuple(value)


def _read_mapping(name: str, value: Any, expected: str) -> dict[Any, Any]:
    if not _is_mapping(value):
        raise RouteError(f"{name} is {value!r}; expected {expected}")
    return dict(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _is_mapping(value: Any) -> bool:
    return isinstance(value, Mapping)


def _read_tags(name: str, value: Any) -> tuple[str, ...]:
    tags = tuple(tag.value if isinstance(tag, Enum) else tag for tag in _read_items(name, value))
    for tag in tags:
        if not isinstance(tag, str):
            raise RouteError(f"{name} has {tag!r}; expected strings")
    return tags


def _read_dependencies(name: str, value: Any) -> tuple[Depends, ...]:
    dependencies = tuple(own_depends(each) or each for each in _read_items(name, value))
    for dependency in dependencies:
        if not isinstance(dependency, Depends) or not callable(dependency.dependency):
            raise RouteError(f"{name}=[...] takes Depends(callable), not {dependency!r}")
    return dependencies


def _read_callables(name: str, value: Any) -> tuple[Callable[..., Any], ...]:
    callables = _read_items(name, value)
    for each in callables:
        if not callable(each):
            raise RouteError(f"{name} has {each!r}, which cannot be called")
    return callables


def _read_middleware(name: str, value: Any) -> tuple[Middleware | Callable[..., Any], ...]:
    declared = _read_items(name, value)
    for each in declared:
        if inspect.isclass(each):
            raise RouteError(f"{name} has the class {each.__name__}; write Middleware({each.__name__}, ...)")
        if not isinstance(each, Middleware) and not callable(each):
            raise RouteError(f"{name} has {each!r}; expected Middleware(...) or a function")
    return declared


def _read_errors(name: str, value: Any) -> tuple[type[HTTPException], ...]:
    errors = _read_items(name, value)
    for each in errors:
        if not (inspect.isclass(each) and issubclass(each, HTTPException)):
            raise RouteError(f"{name} has {each!r}; expected subclasses of HTTPException")
    return errors


def _read_handlers(name: str, value: Any) -> tuple[ExceptionHandlers, ...]:
    handlers = _read_mapping(name, value, "a mapping of statuses and exceptions to functions")
    for key, handler in handlers.items():
        check_exception_handler(key, handler)
    return (handlers,) if handlers else ()


def check_error_key(key: Any) -> None:
    """Refuse what no error can be known by.

    Raises:
        RouteError: *key* is neither a status nor an exception class.
    """
    is_status = isinstance(key, int) and 100 <= key <= 599
    if is_status or (inspect.isclass(key) and issubclass(key, Exception)):
        return
    if inspect.isfunction(key):
        what = f"exception_handler of {describe(key)}"
        raise RouteError(f"{what} needs a status or an exception class: @app.exception_handler(404)")
    raise RouteError(f"an exception handler is for a status or an exception class, not for {key!r}")


def check_exception_handler(key: Any, handler: Any) -> None:
    """Refuse what cannot be an exception handler.

    Raises:
        RouteError: *key* is neither a status nor an exception class, or *handler* is no function of two
            arguments.
    """
    check_error_key(key)
    if not callable(handler):
        raise RouteError(f"the exception handler for {key!r} is {handler!r}, which cannot be called")
    if not takes(handler, 2):
        raise RouteError(f"exception handler {describe(handler)} must take two arguments: request and error")


def _read_bool(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise RouteError(f"{name} is {value!r}; expected True or False")
    return value


def _read_size(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise RouteError(f"{name} is {value!r}; expected a number of bytes")
    return value


def _read_form_limits(name: str, value: Any) -> dict[str, int]:
    limits = _read_mapping(name, value, "a dictionary")
    try:
        _refuse_unknown(limits, FormLimits.__annotations__)
    except RouteError as error:
        raise RouteError(f"{name}: {error}") from None
    for key, limit in limits.items():
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 0:
            raise RouteError(f"{name}: {key} is {limit!r}; expected an int of at least 0")
    return limits


def _read_responses(name: str, value: Any) -> dict[int | str, Mapping[str, Any]]:
    responses = _read_mapping(name, value, "a mapping of statuses to descriptions")
    for status, described in responses.items():
        if not _is_documented_status(status):
            raise RouteError(f"{name} has the key {status!r}; expected a status, '4XX' or 'default'")
        if not _is_mapping(described):
            raise RouteError(f"{name}[{status!r}] is {described!r}; expected a dictionary")
        for part in ("headers", "cookies", "content", "links"):
            if not _is_mapping(described.get(part) or {}):
                where = f"{name}[{status!r}][{part!r}]"
                raise RouteError(f"{where} is {described[part]!r}; expected a dictionary")
    return responses


def _is_documented_status(key: Any) -> bool:
    """Tell whether *key* may stand in an OpenAPI Responses Object (OpenAPI 3.1 §4.8.16)."""
    text = str(key).upper() if isinstance(key, int | str) else ""
    if text in {"DEFAULT", "1XX", "2XX", "3XX", "4XX", "5XX"}:
        return True
    return len(text) == 3 and text.isdecimal() and "100" <= text <= "599"


def _read_response_class(name: str, value: Any) -> Any:
    from bolide._responses.response import Response  # not needed by most declarations

    if not (inspect.isclass(value) and issubclass(value, Response)):
        raise RouteError(f"{name} is {value!r}; expected a subclass of Response")
    return value


def _read_callbacks(name: str, value: Any) -> tuple[Any, ...]:
    declared = (value,) if hasattr(value, "iter_routes") else _read_items(name, value)
    if wrong := [
        each for each in declared if not hasattr(each, "iter_routes") and not hasattr(each, "endpoint")
    ]:
        raise RouteError(f"{name} has {wrong[0]!r}; expected a router, or its routes: {name}=router.routes")
    return declared


def _read_codecs(name: str, value: Any) -> tuple[Any, ...]:
    from bolide.codecs import Codec, codec_of  # not needed by most declarations

    named = _read_items(name, value)
    if wrong := [each for each in named if not isinstance(each, Codec | str)]:
        raise RouteError(f"{name} has {wrong[0]!r}; expected codecs or their names")
    try:
        return tuple(map(codec_of, named))
    except LookupError as error:
        raise RouteError(f"{name}: {error.args[0]}") from None


def _read_function(name: str, value: Any) -> Any:
    if not callable(value):
        raise RouteError(f"{name} is {value!r}, which cannot be called")
    return value


_READERS: Final[Mapping[str, tuple[str, Callable[[str, Any], Any]]]] = {
    "tags": ("tags", _read_tags),
    "dependencies": ("dependencies", _read_dependencies),
    "responses": ("responses", _read_responses),
    "callbacks": ("callbacks", _read_callbacks),
    "deprecated": ("deprecated", _read_bool),
    "include_in_schema": ("include_in_schema", _read_bool),
    "response_class": ("response_class", _read_response_class),
    "default_response_class": ("response_class", _read_response_class),
    "generate_unique_id_function": ("generate_unique_id_function", _read_function),
    "max_body_size": ("max_body_size", _read_size),
    "form_limits": ("form_limits", _read_form_limits),
    "strict_content_type": ("strict_content_type", _read_bool),
    "strict": ("strict", _read_bool),
    "codecs": ("codecs", _read_codecs),
    "middleware": ("middleware", _read_middleware),
    "exception_handlers": ("exception_handlers", _read_handlers),
    "guards": ("guards", _read_callables),
    "raises": ("raises", _read_errors),
}
