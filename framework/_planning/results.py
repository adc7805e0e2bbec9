"""Read what an endpoint returns: the type that filters it, a stream's format, statuses."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterable, Iterable, Mapping
from types import NoneType, UnionType
from typing import Any, Never, NoReturn, Union, get_args, get_origin

import msgspec

from bolide._declaring.foreign_markers import refused_response
from bolide._locations import describe
from bolide._planning.aliases import open_alias
from bolide._planning.json_forms import has_no_json
from bolide._planning.plan import CallKind, StatusResult, StreamFormat
from bolide._planning.signature import NO_HINT, read_return_hint
from bolide._responses.response import JSONResponse, Response, forbids_body
from bolide._responses.statuses import StatusHintError, names_status, split_statuses
from bolide._responses.streaming import StreamingResponse
from bolide.exceptions import RouteError
from bolide.routing import Route
from bolide.validation.build import build_tree
from bolide.validation.hints import TypeHintError, describe_hint, split_annotated
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
    try:
        result = _read_streamed(route) if kind in ("generator", "async_generator") else _read_returned(route)
    except (TypeHintError, StatusHintError) as error:
        what = "response_model" if route.declares_response_model else "return type"
        raise RouteError(f"endpoint {describe(route.endpoint)}: {what}: {error}", code="B008") from error
    if result.tree is None and not result.statuses:
        _refuse_choice_of_fields(route)
    for tree in (result.tree, *(each.tree for each in result.statuses)):
        if tree is not None and has_no_json(tree):
            raise RouteError(
                f"endpoint {describe(route.endpoint)}: its result has no JSON form: functions and classes "
                f"are no data; return a value, or a Response",
                code="B008",
            )
    return result


def _read_returned(route: Route) -> Result:
    hint = _declared_hint(route)
    if hint is NO_HINT:
        return Result()
    is_json = route.response_class is None or issubclass(route.response_class, JSONResponse)
    statuses = split_statuses(hint, route.status)
    if statuses:
        if not is_json:
            raise StatusHintError(
                f"Status() is for JSON, but the response is a {describe_hint(route.response_class)}; return "
                f"responses that have their status, or set it on an injected Response"
            )
        return Result(statuses=tuple(StatusResult(each, build_tree(each.hint)) for each in statuses))
    if forbids_body(route.status) and hint not in (None, NoneType):
        raise RouteError(
            f"endpoint {describe(route.endpoint)}: a response with status {route.status} has no body, but "
            f"{describe_hint(hint)} is declared for it; return None, or choose another status",
            code="B008",
        )
    if not is_json and not route.declares_response_model:
        if route.response_class is not None and issubclass(route.response_class, StreamingResponse):
            _refuse_single_value(route, hint)
        return Result()
    return Result(build_tree(hint))


def _read_streamed(route: Route) -> Result:
    from bolide._responses.yielding import item_hint, stream_format

    stream = stream_format(route.endpoint, route.response_class)
    if forbids_body(route.status):
        raise RouteError(
            f"endpoint {describe(route.endpoint)} yields, but a response with status {route.status} has no "
            f"body"
        )
    if stream == "pieces":
        return Result(stream=stream)
    if route.declares_response_model:
        hint = NO_HINT if route.response_model is None else route.response_model
    else:
        hint = item_hint(route.endpoint, read_return_hint(route.endpoint, route.local_names))
    if hint is NO_HINT:
        return Result(stream=stream)
    if names_status(hint):
        raise StatusHintError("items of a stream have no status of their own; set status_code on the route")
    return Result(build_tree(hint), stream)


def _refuse_single_value(route: Route, hint: Any) -> None:
    """Raise RouteError if *hint*, of an endpoint that does not yield, is nothing to iterate over."""
    options: tuple[Any, ...] = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    if not any(map(_may_be_iterated, options)):
        streaming = describe_hint(route.response_class)
        raise RouteError(
            f"endpoint {describe(route.endpoint)} returns {describe_hint(hint)}, but response_class="
            f"{streaming} streams several items; yield them, or return {streaming}(...)",
            code="B008",
        )


def _may_be_iterated(option: Any) -> bool:
    bare, _ = split_annotated(option)
    cls = NoneType if bare is None else get_origin(bare) or bare
    if not inspect.isclass(cls) or cls in (Any, object):
        return True  # nothing is known
    return issubclass(cls, Iterable | AsyncIterable) and not issubclass(cls, str | bytes | Mapping)


def _declared_hint(route: Route) -> Any:
    """Return the type of the result; ``NO_HINT`` when nothing filters it."""
    if route.declares_response_model:
        return NO_HINT if route.response_model is None else open_alias(route.response_model)
    if inspect.isclass(route.endpoint):
        return _without_responses(route.endpoint)  # __init__ returns None, a call of the class does not
    return _without_responses(read_return_hint(route.endpoint, route.local_names))


def _without_responses(hint: Any) -> Any:
    """Return *hint* without the Response classes in it, which are no models; ``NO_HINT`` when that is all."""
    options: tuple[Any, ...] = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    models = [option for option in options if not _is_no_model(split_annotated(option)[0])]
    if len(models) == len(options):
        return hint
    return Union[tuple(models)] if models else NO_HINT  # noqa: UP007 - of a computed tuple


def _is_no_model(option: Any) -> bool:
    if not inspect.isclass(option):
        return option in (Never, NoReturn)
    if (foreign := refused_response(option)) is not None:
        raise TypeHintError(foreign)
    return issubclass(option, Response)


def _refuse_choice_of_fields(route: Route) -> None:
    """Raise RouteError if *route* says which fields are sent: without a type all of them would be."""
    for name in ("include", "exclude"):
        if route.response_model_options.get(name) is not None:
            raise RouteError(
                f"endpoint {describe(route.endpoint)}: response_model_{name} needs a type whose fields it "
                f"names; annotate the return value, or give response_model",
                code="B008",
            )
