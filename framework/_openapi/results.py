"""Describe the responses that are made of what endpoints return or yield."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import msgspec

from bolide._openapi.media_types import offered_media_types
from bolide._planning.plan import RoutePlan
from bolide._responses.response import JSONResponse, forbids_body
from bolide._responses.response import Response as HttpResponse
from bolide.openapi.description import Response
from bolide.sse import ServerSentEvent
from bolide.validation.tree import AnyNode, Node, RefNode, TypeTree, UnionNode

__all__ = ["responses_of_results"]


def responses_of_results(plan: RoutePlan) -> Iterator[Response]:
    """Yield the response of a result, or one for each status that the return annotation tells apart."""
    if not plan.statuses:
        yield _response(plan)
    for each in plan.statuses:
        status = each.option.status
        description = status.description or HTTPStatus(status.code).phrase
        if forbids_body(status.code):
            yield Response(status=str(status.code), description=description, media_type=None)
        else:
            yield Response(
                status=str(status.code),
                description=description,
                other_media_types=offered_media_types(plan),
                tree=each.tree,
            )


def _response(plan: RoutePlan) -> Response:
    route = plan.route
    if plan.stream in ("json_lines", "events"):
        lines = plan.stream == "json_lines"
        return Response(
            status=str(route.status),
            description=route.response_description,
            media_type="application/jsonl" if lines else "text/event-stream",
            tree=plan.response_tree if lines else _data_of_events(plan.response_tree),
            sequence="lines" if lines else "events",
        )
    status, description = str(route.status), route.response_description
    if forbids_body(route.status):
        return Response(status=status, description=description, media_type=None)
    response_class: type[HttpResponse] = route.response_class or JSONResponse
    return Response(
        status=status,
        description=description,
        media_type=response_class.media_type,
        other_media_types=offered_media_types(plan) if response_class is JSONResponse else (),
        tree=plan.response_tree,
    )


def _data_of_events(tree: TypeTree | None) -> TypeTree | None:
    """Return the type of what events hold, where a ``ServerSentEvent`` among the items may hold anything."""
    if tree is None or not isinstance(union := tree.root, UnionNode):
        return tree
    options = tuple(AnyNode() if _is_event(each) else each for each in union.options)
    return TypeTree(msgspec.structs.replace(union, options=options), tree.definitions)


def _is_event(node: Node) -> bool:
    return isinstance(node, RefNode) and node.target is ServerSentEvent
