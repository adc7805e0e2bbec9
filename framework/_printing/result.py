"""Print how a handler turns the endpoint's result into a reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec.json

from bolide._declaring.foreign_markers import refused_response
from bolide._locations import describe
from bolide._printing.exits import print_return
from bolide._printing.printing import Printing
from bolide._responses.injected import apply_injected
from bolide._responses.response import (
    EMPTY_HEAD,
    JSONResponse,
    Response,
    content_type_head,
    content_type_of,
    forbids_body,
)
from bolide._responses.statuses import ResultChooser
from bolide.exceptions import ResponseValidationError, RouteError
from bolide.server_adapters.contract import Reply
from bolide.validation.encode_any import encode_any
from bolide.validation.errors import ValidationError
from bolide.validation.tree import TypeTree

__all__ = ["print_result"]

_Encode = Callable[[Any], bytes]


def print_result(printing: Printing) -> None:
    """Print the statements after the endpoint's call; ``result`` holds what it returned."""
    out, plan = printing.out, printing.plan
    if plan.stream is not None:
        _print_stream(printing)
        return
    with out.block(f"if isinstance(result, {printing.bind('Response', Response)}):"):
        print_return(printing, "result.to_reply(exchange)", from_endpoint=True)
    status = plan.route.status
    response_class = plan.route.response_class or JSONResponse
    reply = printing.bind("Reply", Reply)
    if plan.statuses:
        _print_made(printing, f"{printing.bind('reply_by_class', _status_chooser(printing))}(result)")
        return
    if forbids_body(status):
        _print_made(printing, f"{reply}({status}, {printing.bind('head', EMPTY_HEAD)})")
        return
    head = content_type_head(content_type_of(response_class.media_type))
    plain = response_class.__init__ is Response.__init__
    if plain and response_class.render is JSONResponse.render:
        _print_encode(printing)
        _print_made(printing, f"{reply}({status}, {printing.bind('head', head)}, body)")
        return
    content = "result"
    if plan.response_tree is not None:
        _print_encode(printing)
        content = f"{printing.bind('decode', msgspec.json.decode)}(body)"
    if plain and response_class.render is Response.render:
        render = printing.bind("render_text", Response.render_text)
        _print_made(printing, f"{reply}({status}, {printing.bind('head', head)}, {render}({content}))")
        return
    name = printing.bind(response_class.__name__, response_class)
    _print_made(printing, f"{name}({content}, status_code={status}).to_reply(exchange)", from_endpoint=True)


def _print_stream(printing: Printing) -> None:
    """Print the reply whose body is what the endpoint yields."""
    from bolide._responses.yielding import stream_reply

    plan = printing.plan
    make = stream_reply(plan, _item_encoder(printing))
    _print_made(printing, f"{printing.bind('stream', make)}(result, exchange)", from_endpoint=True)


def _print_encode(printing: Printing) -> None:
    tree = printing.plan.response_tree
    if tree is None:
        encode = printing.bind("encode_any", encode_any)
        refused, explain = "TypeError", printing.bind("no_json", no_json)
    else:
        encode = printing.bind("encode_result", _response_encoder(printing, tree))
        refused = printing.bind("ValidationError", ValidationError)
        explain = printing.bind("invalid_result", invalid_result)
    with printing.out.block("try:"):
        printing.line(f"body = {encode}(result)")
    with printing.out.block(f"except {refused} as error:"):
        function = printing.bind(printing.plan.route.name, printing.plan.route.endpoint)
        arguments = f"{function}, result, error" if tree is None else f"{function}, error"
        printing.line(f"raise {explain}({arguments}) from error")


def _status_chooser(printing: Printing) -> ResultChooser:
    route = printing.plan.route
    options = [(each.option, _response_encoder(printing, each.tree)) for each in printing.plan.statuses]
    return ResultChooser(describe(route.endpoint), options, route.response_class or JSONResponse)


def _response_encoder(printing: Printing, tree: TypeTree) -> _Encode:
    """Return what encodes values of *tree* as the options of the route say.

    Raises:
        RouteError: the type and the options do not go together.
    """
    route = printing.plan.route
    try:
        return printing.codecs.encoder(
            tree, validate=route.validate_response, options=route.response_model_options
        )
    except TypeError as error:
        raise RouteError(f"endpoint {describe(route.endpoint)}: return type: {error}", code="B008") from error


def _item_encoder(printing: Printing) -> _Encode:
    """Return what encodes an item that the endpoint yields."""
    tree = printing.plan.response_tree
    encode = encode_any if tree is None else _response_encoder(printing, tree)
    endpoint = printing.plan.route.endpoint

    def encode_item(item: Any) -> bytes:
        try:
            return encode(item)
        except ValidationError as error:
            raise invalid_result(endpoint, error) from error
        except TypeError as error:
            raise no_json(endpoint, item, error) from error

    return encode_item


def invalid_result(endpoint: Callable[..., Any], error: ValidationError) -> ResponseValidationError:
    """Return the error of an endpoint whose result does not fit its declared type."""
    return ResponseValidationError(error.errors(), endpoint=describe(endpoint))


def no_json(endpoint: Callable[..., Any], result: object, error: TypeError) -> TypeError:
    """Return the error of an endpoint without declared type whose result has no JSON form."""
    why = refused_response(type(result)) or error
    return TypeError(f"endpoint {describe(endpoint)}: its result cannot be sent: {why}")


def _print_made(printing: Printing, reply: str, *, from_endpoint: bool = False) -> None:
    """Print the return of a *reply* that the handler made, with what was set on the injected response."""
    if printing.plan.needs_response:
        reply = f"{printing.bind('apply_injected', apply_injected)}({reply}, response)"
    print_return(printing, reply, from_endpoint=from_endpoint)
