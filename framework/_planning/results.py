"""Read what an endpoint returns: the type that filters it, a stream's format, statuses."""

from __future__ import annotations

import inspect
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

from bolide._locations import describe
from bolide._planning.plan import CallKind, StatusResult, StreamFormat
from bolide._planning.signature import NO_HINT, read_return_hint
from bolide._responses.response import JSONResponse, Response, forbids_body
from bolide._responses.statuses import StatusHintError, split_statuses
from bolide.exceptions import RouteError
from bolide.routing import Route
from bolide.validation.build import build_tree
from bolide.validation.hints import TypeHintError
from bolide.validation.tree import TypeTree

__all__ = ["Result", "read_result"]


class Result(msgspec.Struct, frozen=True):
    """What an endpoint returns; see :class:`~bolide._planning.plan.RoutePlan`."""

    tree: TypeTree | None = None
    stream: StreamFormat | None = None
    statuses: tuple[StatusResult, ...] = ()


def read_result(route: Route, kind: CallKind) -> Result:
    """Return what the endpoint of *route* returns, or yields.

    Raises:
        RouteError: its type cannot be encoded, or does not go with the route's options.
    """
    stream = None
    if kind in ("generator", "async_generator"):
        from bolide._responses.yielding import stream_format

        stream = stream_format(route.endpoint, route.response_class)
        if forbids_body(route.status_code):
            raise RouteError(
                f"endpoint {describe(route.endpoint)} yields, but a response with status {route.status_code} "
                f"has no body"
            )
        if stream == "pieces":
            return Result(stream=stream)
    elif not (route.declares_response_model or _is_json(route.response_class)):
        return Result()
    hint = _declared_hint(route, stream)
    if hint is NO_HINT:
        return Result(stream=stream)
    try:
        statuses = () if stream else split_statuses(hint, route.status_code)
        if statuses:
            return Result(statuses=tuple(StatusResult(each, build_tree(each.hint)) for each in statuses))
        return Result(build_tree(hint), stream)
    except (TypeHintError, StatusHintError) as error:
        raise RouteError(f"endpoint {describe(route.endpoint)}: return type: {error}", code="B008") from error


def _is_json(response_class: type[Response] | None) -> bool:
    return response_class is None or issubclass(response_class, JSONResponse)


def _declared_hint(route: Route, stream: StreamFormat | None) -> Any:
    """Return the type of the result or of its items; ``NO_HINT`` when nothing filters them."""
    if route.declares_response_model:
        return NO_HINT if route.response_model is None else route.response_model
    hint = read_return_hint(route.endpoint, route.local_names)
    if stream is None:
        return _without_responses(hint)
    from bolide._responses.yielding import item_hint

    return item_hint(route.endpoint, hint)


def _without_responses(hint: Any) -> Any:
    """Return *hint* without the Response classes in it, which are no models; ``NO_HINT`` when that is all."""
    options: tuple[Any, ...] = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    models = [option for option in options if not (inspect.isclass(option) and issubclass(option, Response))]
    if len(models) == len(options):
        return hint
    return Union[tuple(models)] if models else NO_HINT  # noqa: UP007 - of a computed tuple
