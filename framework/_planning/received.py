"""Parameters that receive an object of the request by their type, without a marker."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin

from bolide._planning.markers import BindingError
from bolide._planning.plan import ConstantValue, RequestValue, ResponseValue, TasksValue, WebSocketValue
from bolide._planning.signature import Parameter
from bolide._responses.response import Response
from bolide.background import BackgroundTasks
from bolide.requests import HTTPConnection, Request
from bolide.security.scopes import SecurityScopes
from bolide.validation.hints import split_annotated
from bolide.validation.tree import NO_DEFAULT
from bolide.websockets import WebSocket

__all__ = ["NeedsScopes", "RequestPart", "part_of_request"]


@dataclass(frozen=True, slots=True)
class NeedsScopes:
    """The security scopes on the way to the function."""


RequestPart = RequestValue | WebSocketValue | ResponseValue | TasksValue | NeedsScopes | ConstantValue


def part_of_request(parameter: Parameter, is_websocket: bool) -> RequestPart | None:
    """Return what *parameter* receives because of its type; None when that says nothing.

    Raises:
        BindingError: routes of this kind have no such object.
    """
    hint, _ = split_annotated(parameter.hint)
    if not inspect.isclass(hint):
        _refuse_optional(parameter.name, hint)
        return None
    if issubclass(hint, HTTPConnection):
        return _connection(parameter, hint, is_websocket)
    if hint is Response:
        if is_websocket:
            raise BindingError(f"parameter {parameter.name!r}: a WebSocket route has no response to change")
        return ResponseValue()
    if issubclass(hint, BackgroundTasks):
        return TasksValue()
    if issubclass(hint, SecurityScopes):
        return NeedsScopes()
    return None


def _connection(
    parameter: Parameter, hint: type, is_websocket: bool
) -> RequestValue | WebSocketValue | ConstantValue:
    name = parameter.name
    if issubclass(hint, Request if is_websocket else WebSocket) and parameter.default is not NO_DEFAULT:
        # ``request: Request = None, websocket: WebSocket = None`` is what routes of both kinds can share.
        return ConstantValue(parameter.default)
    if is_websocket and issubclass(hint, Request):
        raise BindingError(
            f"parameter {name!r} is a Request, but the route is a WebSocket route; declare it as "
            f"HTTPConnection, which routes of both kinds have, or as WebSocket"
        )
    if not is_websocket and issubclass(hint, WebSocket):
        raise BindingError(
            f"parameter {name!r} is a WebSocket, but the route is none; declare it as HTTPConnection, "
            f"which routes of both kinds have, or the route by @app.websocket()"
        )
    return WebSocketValue() if is_websocket else RequestValue()


def _refuse_optional(name: str, hint: Any) -> None:
    for option in get_args(hint) if get_origin(hint) in (Union, UnionType) else ():
        if inspect.isclass(option) and issubclass(option, HTTPConnection | Response | BackgroundTasks):
            kind = option.__name__
            raise BindingError(f"parameter {name!r}: {kind} is always there; declare it as {kind} alone")
