"""The options of route decorators, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from bolide._declaring.layers import LAYER_FIELDS, LayerOptions
from bolide._declaring.names import endpoint_name
from bolide._locations import describe
from bolide.exceptions import RouteError

if TYPE_CHECKING:
    from bolide._responses.response import Response

__all__ = ["RouteOptions", "read_options"]


class RouteOptions(LayerOptions, total=False):
    """Options of every route decorator; names and meanings are FastAPI's, plus ``inline``.

    ``response_model`` overrides the return annotation, None switches it off. ``inline`` runs a sync
    endpoint in the event loop's thread: for cheap code that never blocks.
    """

    response_model: Any
    response_class: type[Response] | None
    response_model_include: Any
    response_model_exclude: Any
    response_model_by_alias: bool
    response_model_exclude_unset: bool
    response_model_exclude_defaults: bool
    response_model_exclude_none: bool
    validate_response: bool
    status_code: int | None
    summary: str | None
    description: str | None
    response_description: str
    operation_id: str | None
    openapi_extra: Mapping[str, Any] | None
    name: str | None
    inline: bool


_TEXT: Final = (str, "a string")
_SWITCH: Final = (bool, "True or False")
_EXPECTED: Final[Mapping[str, tuple[type, str]]] = {
    "summary": _TEXT,
    "description": _TEXT,
    "response_description": _TEXT,
    "operation_id": _TEXT,
    "name": _TEXT,
    "openapi_extra": (Mapping, "a dictionary"),
    "inline": _SWITCH,
    "validate_response": _SWITCH,
}


def read_options(path: str, endpoint: Callable[..., Any], options: RouteOptions) -> dict[str, Any]:
    """Return the attributes of the route that *options* describe; the type checker may not have been asked.

    Raises:
        RouteError: an option does not exist or has the wrong type; names the endpoint, its file and line.
    """
    if not options:
        return {"name": endpoint_name(endpoint)}
    from bolide._declaring.layer_options import read_layer

    try:
        layer = read_layer(options, RouteOptions.__annotations__)
        given = _read_own_options(options)
    except RouteError as error:
        raise RouteError(f"endpoint {describe(endpoint)}, path {path!r}: {error}") from None
    return {"name": endpoint_name(endpoint), **given, "layer": layer}


def _read_own_options(options: RouteOptions) -> dict[str, Any]:
    """Return the attributes of a route that its layer does not hold."""
    given: dict[str, Any] = {}
    model_options: dict[str, Any] = {}
    for name, value in options.items():
        if name.startswith("response_model_"):
            _check_model_option(name, value)
            model_options[name.removeprefix("response_model_")] = value
        elif name not in LAYER_FIELDS and (value is not None or name == "response_model"):
            given[name] = value
    if "status_code" in given:
        status_code = given["status_code"]
        if not isinstance(status_code, int) or not 200 <= status_code <= 599:
            raise RouteError(f"status_code is {status_code!r}; expected an int from 200 to 599")
        given["status_code"] = int(status_code)  # of an enumeration, too
    for name, value in given.items():
        expected = _EXPECTED.get(name)
        if expected is not None and not isinstance(value, expected[0]):
            raise RouteError(f"{name} is {value!r}; expected {expected[1]}")
    return {**given, "response_model_options": model_options}


def _check_model_option(name: str, value: object) -> None:
    if name in ("response_model_include", "response_model_exclude"):
        if value is not None and (isinstance(value, str) or not isinstance(value, Iterable)):
            raise RouteError(f"{name} is {value!r}; expected names of fields, like {{'name'}}")
    elif not isinstance(value, bool):
        raise RouteError(f"{name} is {value!r}; expected True or False")
