"""Describe the responses that layers declare: ``responses=`` and ``raises=``."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final, TypedDict, Union

from bolide._errors.problems import PROBLEM_MEDIA_TYPE
from bolide._locations import describe
from bolide._openapi.links import links_of
from bolide._openapi.media_types import JSON, offered_media_types
from bolide._openapi.response_headers import declared_headers, headers_of_errors, plain_headers
from bolide._openapi.security import refusals
from bolide._planning.plan import RoutePlan
from bolide._responses.response import JSONResponse
from bolide.exceptions import HTTPException, RouteError
from bolide.openapi.description import Header, Response
from bolide.validation.build import build_tree
from bolide.validation.hints import TypeHintError, resolve_hints
from bolide.validation.tree import TypeTree

__all__ = ["check_responses", "declared_responses", "raised_responses"]

# What FastAPI calls a range of statuses without a description.
_RANGES: Final[Mapping[str, str]] = {
    "1XX": "Information",
    "2XX": "Success",
    "3XX": "Redirection",
    "4XX": "Client Error",
    "5XX": "Server Error",
    "default": "Default Response",
}

_DESCRIBED: Final = frozenset({"description", "model", "headers", "cookies"})
"""What is no part of a Response Object as it is."""


def check_responses(plan: RoutePlan, known: set[int]) -> None:
    """Look at the models and errors that the route and its layers name, unless they stand in *known*.

    Args:
        plan: The route.
        known: Identities of models and errors that were found good; this adds to them.

    Raises:
        RouteError: a model is no type that can be written, or an error has no status.
    """
    for status, described in plan.route.layer.responses.items():
        model = described.get("model")
        if model is not None and id(model) not in known:
            _tree(plan, f"responses[{status!r}]", model)
            known.add(id(model))
        _headers(plan, status, described)
    for error in plan.route.layer.raises:
        if id(error) not in known:
            _status(plan, error)
            _tree(plan, "raises", _detail_hint(plan, error))
            known.add(id(error))


def declared_responses(plan: RoutePlan) -> Iterator[Response]:
    """Yield what ``responses`` of the route and its layers say.

    Raises:
        RouteError: a ``model`` is no type that can be written; names the endpoint.
    """
    media_type = (plan.route.response_class or JSONResponse).media_type
    for status, described in plan.route.layer.responses.items():
        key = str(status).upper() if str(status).upper() != "DEFAULT" else "default"
        extra = {name: value for name, value in described.items() if name not in _DESCRIBED}
        if plain := plain_headers(described):
            extra["headers"] = plain
        if links := links_of(described):
            extra["links"] = links
        model = described.get("model")
        yield Response(
            status=key,
            description=described.get("description"),
            default_description=_phrase(key),
            media_type=None if model is None else media_type or JSON,
            other_media_types=offered_media_types(plan, media_type or JSON),
            tree=None if model is None else _tree(plan, f"responses[{status!r}]", model),
            headers=_headers(plan, status, described),
            extra=extra,
        )


def raised_responses(plan: RoutePlan, *, problem_details: bool) -> Iterator[Response]:
    """Yield one response per status of the errors in ``raises`` and of those that refuse credentials.

    Raises:
        RouteError: an error has no status, or a detail of a type that cannot be written.
    """
    by_status: dict[int, list[type[HTTPException]]] = {}
    refused = list(refusals(plan))
    for error in dict.fromkeys((*plan.route.layer.raises, *map(type, refused))):
        by_status.setdefault(_status(plan, error), []).append(error)
    media_type = PROBLEM_MEDIA_TYPE if problem_details else JSON
    for status, errors in by_status.items():
        bodies = tuple(_body(plan, error, problem_details=problem_details) for error in errors)
        yield Response(
            status=str(status),
            description=" / ".join(_descriptions(errors)) or None,
            default_description=_phrase(str(status)),
            media_type=media_type,
            other_media_types=offered_media_types(plan, media_type),
            tree=_tree(plan, "raises", Union[bodies]),  # noqa: UP007 - of computed types
            headers=headers_of_errors([*errors, *(each for each in refused if each.status_code == status)]),
        )


def _status(plan: RoutePlan, error: type[HTTPException]) -> int:
    status = getattr(error, "status_code", None)
    if not isinstance(status, int):
        raise RouteError(
            f"endpoint {describe(plan.route.endpoint)}: raises has {describe(error)}, which has no class "
            f"attribute status_code"
        )
    return status


def _descriptions(errors: Iterable[type[HTTPException]]) -> Iterator[str]:
    for error in errors:
        if error.__doc__:
            yield inspect.cleandoc(error.__doc__).partition("\n")[0]


def _body(plan: RoutePlan, error: Any, *, problem_details: bool) -> Any:
    """Return the type of the body that *error* is answered with."""
    _detail_hint(plan, error)  # with a message that names the endpoint
    return _body_type(error, problem_details=problem_details)


@lru_cache(maxsize=1024)
def _body_type(error: type[HTTPException], *, problem_details: bool) -> Any:
    # Kept, so that all operations with this error share one component.
    detail = _detail(error)
    if not problem_details:
        return _typed_dict(f"{error.__name__}Response", {"detail": detail})
    members: dict[str, Any] = {"type": str, "title": str, "status": int}
    if detail is not Any:
        members["detail" if detail is str else "details"] = detail
    return _typed_dict(f"{error.__name__}Problem", members)


def _typed_dict(name: str, members: Mapping[str, Any]) -> Any:
    make: Any = TypedDict  # type checkers know it with literal names only
    return make(name, members)


def _detail_hint(plan: RoutePlan, error: type[HTTPException]) -> Any:
    try:
        return _detail(error)
    except TypeHintError as failure:
        raise RouteError(f"endpoint {describe(plan.route.endpoint)}: raises: {failure}") from failure


def _detail(error: type[HTTPException]) -> Any:
    hint = resolve_hints(error).get("detail", Any)
    return str if hint is Any and isinstance(getattr(error, "detail", None), str) else hint


def _headers(plan: RoutePlan, status: int | str, described: Mapping[str, Any]) -> tuple[Header, ...]:
    try:
        return tuple(declared_headers(described))
    except TypeHintError as error:
        where = f"endpoint {describe(plan.route.endpoint)}: the headers of responses[{status!r}]"
        raise RouteError(f"{where}: {error}") from error


def _tree(plan: RoutePlan, option: str, hint: Any) -> TypeTree:
    try:
        return build_tree(hint)
    except TypeHintError as error:
        raise RouteError(f"endpoint {describe(plan.route.endpoint)}: {option}: {error}") from error


def _phrase(key: str) -> str:
    if key in _RANGES:
        return _RANGES[key]
    try:
        return HTTPStatus(int(key)).phrase
    except ValueError:
        return "Additional Response"
