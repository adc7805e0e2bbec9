"""Print how a handler turns the endpoint's result into a reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from bolide._locations import describe
from bolide._print_exits import print_return
from bolide._printing import Printing
from bolide._response import JSONResponse, Response, content_type_head, content_type_of, forbids_body
from bolide.exceptions import ResponseValidationError
from bolide.server_adapters.contract import Head, Reply
from bolide.validation.encode_any import encode_any
from bolide.validation.errors import ValidationError
from bolide.validation.response import compile_response_encoder

__all__ = ["print_result"]

_JSON_HEAD: Final = content_type_head("application/json")


def print_result(printing: Printing) -> None:
    """Print the statements after the endpoint's call; ``result`` holds what it returned."""
    out, plan = printing.out, printing.plan
    with out.block(f"if isinstance(result, {printing.bind('Response', Response)}):"):
        print_return(printing, "result.to_reply()", from_endpoint=True)
    status = plan.route.status_code
    response_class = plan.route.response_class or JSONResponse
    reply = printing.bind("Reply", Reply)
    if forbids_body(status):
        print_return(printing, f"{reply}({status}, {printing.bind('head', Head())})")
        return
    if response_class is JSONResponse:
        _print_encode(printing)
        print_return(printing, f"{reply}({status}, {printing.bind('head', _JSON_HEAD)}, body)")
        return
    if response_class.__init__ is Response.__init__ and response_class.render is Response.render:
        head = content_type_head(content_type_of(response_class.media_type))
        render = printing.bind("render_text", Response.render_text)
        print_return(printing, f"{reply}({status}, {printing.bind('head', head)}, {render}(result))")
        return
    name = printing.bind(response_class.__name__, response_class)
    print_return(printing, f"{name}(result, status_code={status}).to_reply()", from_endpoint=True)


def _print_encode(printing: Printing) -> None:
    tree = printing.plan.response_tree
    if tree is None:
        printing.line(f"body = {printing.bind('encode_any', encode_any)}(result)")
        return
    encode = printing.bind("encode_result", compile_response_encoder(tree))
    with printing.out.block("try:"):
        printing.line(f"body = {encode}(result)")
    with printing.out.block(f"except {printing.bind('ValidationError', ValidationError)} as error:"):
        endpoint = printing.plan.route.endpoint
        function = printing.bind(printing.plan.route.name, endpoint)
        invalid = printing.bind("invalid_result", invalid_result)
        printing.line(f"raise {invalid}({function}, error) from error")


def invalid_result(endpoint: Callable[..., Any], error: ValidationError) -> ResponseValidationError:
    """Return the error of an endpoint whose result does not fit its declared type."""
    return ResponseValidationError(error.errors(), endpoint=describe(endpoint))
