"""Classes and markers of Starlette and FastAPI in signatures, read as Bolide's own of the same name.

The dependencies of add-ons are declared with them. Neither package is imported: a class is known by where it,
or one that it derives from, is defined.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from bolide import param_functions
from bolide._declaring.foreign_markers import homes, own_depends
from bolide._planning.signature import Parameter
from bolide._responses.response import Response
from bolide.background import BackgroundTasks
from bolide.requests import HTTPConnection, Request
from bolide.security.scopes import SecurityScopes
from bolide.validation.hints import split_annotated
from bolide.validation.tree import NO_DEFAULT
from bolide.websockets import WebSocket

__all__ = ["adopt", "is_foreign_scheme", "is_left_out"]

_CLASSES: Final[Mapping[tuple[str, str], type]] = {
    ("fastapi.security.oauth2", "SecurityScopes"): SecurityScopes,
    ("starlette.background", "BackgroundTasks"): BackgroundTasks,
    ("starlette.requests", "HTTPConnection"): HTTPConnection,
    ("starlette.requests", "Request"): Request,
    ("starlette.responses", "Response"): Response,
    ("starlette.websockets", "WebSocket"): WebSocket,
}

_PARAMS: Final[Mapping[tuple[str, str], Callable[..., Any]]] = {
    ("fastapi.params", function.__name__): function
    for function in (
        param_functions.Path,
        param_functions.Query,
        param_functions.Header,
        param_functions.Cookie,
        param_functions.Body,
        param_functions.Form,
        param_functions.File,
    )
}

_OPTIONS: Final = (
    "alias",
    "convert_underscores",
    "default_factory",
    "deprecated",
    "description",
    "embed",
    "examples",
    "include_in_schema",
    "json_schema_extra",
    "media_type",
    "openapi_examples",
    "title",
    "validation_alias",
)


def adopt(parameter: Parameter) -> Parameter:
    """Return *parameter* with Bolide's class and markers in place of Starlette's and FastAPI's."""
    if "starlette" not in sys.modules:
        return parameter
    hint, metadata = split_annotated(parameter.hint)
    hint = _find(_CLASSES, hint) or hint
    default = parameter.default
    if own := list(_own_items(default)):
        *constraints, default = own
        metadata = (*metadata, *constraints)
    metadata = tuple(own for item in metadata for own in list(_own_items(item)) or [item])
    return replace(parameter, hint=Annotated[(hint, *metadata)] if metadata else hint, default=default)


def is_left_out(parameter: Parameter, *, is_websocket: bool) -> bool:
    """Tell whether *parameter* wants Starlette's request in a WebSocket route, or its WebSocket in another.

    FastAPI passes nothing then; add-ons declare both, and take the one that comes.
    """
    if "starlette" not in sys.modules:
        return False
    hint, _ = split_annotated(parameter.hint)
    return _find(_CLASSES, hint) is (Request if is_websocket else WebSocket)


def is_foreign_scheme(function: object) -> bool:
    """Tell whether *function* is one of FastAPI's security schemes."""
    return ("fastapi.security.base", "SecurityBase") in homes(type(function))


def _own_items(item: object) -> Iterator[Any]:
    """Yield what stands for a marker of FastAPI's: constraints, then Bolide's marker. Nothing for others."""
    if (dependency := own_depends(item)) is not None:
        yield dependency
    elif (declare := _find(_PARAMS, type(item))) is not None:
        yield from _own_param(item, declare)


def _own_param(foreign: Any, declare: Callable[..., Any]) -> Iterator[Any]:
    options: dict[str, Any] = {name: getattr(foreign, name, None) for name in _OPTIONS}
    for constraint in foreign.metadata:
        if type(constraint).__module__.startswith("pydantic."):
            options.update(constraint.__dict__)  # those without a class of their own, such as ``pattern``
        else:
            yield constraint
    default = foreign.default
    if default is ... or type(default).__name__ == "PydanticUndefinedType":
        default = NO_DEFAULT
    yield declare(default, **{name: value for name, value in options.items() if value is not None})


def _find(table: Mapping[tuple[str, str], Any], cls: object) -> Any:
    """Return the entry of *cls*, or of the nearest class that it derives from; None if there is none."""
    return next((table[home] for home in homes(cls) if home in table), None)
