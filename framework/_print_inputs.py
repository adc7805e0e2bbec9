"""Print the extraction of a route's inputs.

The printed text accepts the exact, common spelling of each value and raises at anything else; then the
collector reads everything again, with lax rules, and either accepts or reports every error.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

from bolide._inputs import InputCollector, default_of
from bolide._plan import Input
from bolide._printing import Printing
from bolide._wire import is_json_media_type, parse_cookies, parse_query, parse_query_lists
from bolide.validation.adapter import FAST_PATH_ERRORS, Adapter
from bolide.validation.strings import StringParser

__all__ = ["print_inputs"]

_REJECTED: Final = (*FAST_PATH_ERRORS, KeyError)
"""What extraction raises when only the collector can tell what is wrong."""


def print_inputs(printing: Printing, start: int, stop: int, *, max_body_bytes: int) -> None:
    """Print the statements that set the variables of the inputs from index *start* up to *stop*."""
    plan, out = printing.plan, printing.out
    inputs, targets = plan.inputs[start:stop], printing.inputs[start:stop]
    if not inputs:
        return
    body_adapter: Adapter[Any] | None = None
    if plan.body is not None and plan.body in inputs:
        body_adapter = Adapter(plan.body.tree, strict=bool(plan.route.layer.strict))
        out.line("body = exchange.body")
        with out.block(f"if body is None or len(body) > {max_body_bytes}:"):
            out.line(f"body = await exchange.read_body({max_body_bytes})")
    with out.block("try:"):
        _print_sources(printing, inputs)
        for each, target in zip(inputs, targets, strict=True):
            if body_adapter is not None and each.location == "body":
                _print_body(printing, each, target, body_adapter)
            else:
                _print_string(printing, each, target)
    collector = InputCollector(inputs, plan.path_parameters, body_adapter, max_errors=printing.app.max_errors)
    collect = printing.bind("collect_inputs", collector)
    with out.block(f"except {printing.bind('REJECTED', _REJECTED)}:"):
        names = ", ".join(targets) + "," * (len(targets) == 1)
        body = "None" if body_adapter is None else "body"
        out.line(f"{names} = {collect}(exchange, segments, {body})")


def _print_sources(printing: Printing, inputs: Sequence[Input]) -> None:
    """Print the parsing of the query and of the cookies, where some of *inputs* reads them."""
    locations = {each.location for each in inputs}
    if "query" in locations:
        function = parse_query_lists if _collects_query_lists(printing) else parse_query
        parse = printing.bind(function.__name__, function)
        printing.line(f"query = {parse}(exchange.query) if exchange.query else {{}}")
    if "cookie" in locations:
        parse = printing.bind("parse_cookies", parse_cookies)
        printing.line(f'cookies = {parse}("; ".join(exchange.header_values(b"cookie")))')


def _print_string(printing: Printing, each: Input, target: str) -> None:
    """Print how *target* gets its value from a path segment, query parameter, header or cookie."""
    out = printing.out
    raw = printing.names.local(f"raw_{each.name}")
    out.line(f"{raw} = {_raw_expression(printing, each)}")
    if each.location == "path":
        _print_parse(printing, each, raw, target)
        return
    with out.block(f"if not {raw}:" if each.multiple else f"if {raw} is None:"):
        out.line("raise ValueError" if each.required else f"{target} = {_default(printing, each)}")
    if each.required:
        _print_parse(printing, each, raw, target)
        return
    with out.block("else:"):
        _print_parse(printing, each, raw, target)


def _raw_expression(printing: Printing, each: Input) -> str:
    """Return the expression for what the request holds: a string or None, for multiples a list."""
    if each.location == "path":
        return f"segments[{printing.plan.path_parameters.index(each.wire_name)}]"
    if each.location == "header":
        method = "header_values" if each.multiple else "header"
        return f"exchange.{method}({each.wire_name.encode()!r})"
    if each.location == "cookie":
        return f"cookies.get({each.wire_name!r})"
    if _collects_query_lists(printing) and not each.multiple:
        return f"query.get({each.wire_name!r}, (None,))[-1]"
    return f"query.get({each.wire_name!r})"


def _print_parse(printing: Printing, each: Input, raw: str, target: str) -> None:
    parser = StringParser(each.tree)
    if each.multiple:
        parse = printing.bind(f"parse_{each.name}", parser.parse)
        printing.line(f"{target} = {parse}({raw})")
    else:
        parser.emit_fast(printing.out, printing.names, raw, target)


def _print_body(printing: Printing, each: Input, target: str, adapter: Adapter[Any]) -> None:
    out = printing.out
    if each.required:
        _print_decode(printing, each, target, adapter)
        return
    with out.block("if not body:"):
        out.line(f"{target} = {_default(printing, each)}")
    with out.block("else:"):
        _print_decode(printing, each, target, adapter)


def _print_decode(printing: Printing, each: Input, target: str, adapter: Adapter[Any]) -> None:
    """Print the strict decoding of a JSON body."""
    is_json = printing.bind("is_json_media_type", is_json_media_type)
    # hot: the exact spelling that nearly every client sends needs no parsing.
    printing.line('content_type = exchange.header(b"content-type")')
    with printing.out.block(f'if content_type != "application/json" and not {is_json}(content_type):'):
        printing.line("raise ValueError")
    printing.line(f"{target} = {printing.bind(f'decode_{each.name}', adapter.fast_decode_json)}(body)")


def _default(printing: Printing, each: Input) -> str:
    """Return an expression for the default; constants are spelled out."""
    if each.default_factory is not None:
        return f"{printing.bind(f'make_{each.name}', each.default_factory)}()"
    default = each.default
    if default is None or type(default) in (bool, int, str):
        return repr(default)
    if isinstance(default, float | Enum):
        return printing.bind(f"default_{each.name}", default)
    return f"{printing.bind('default_of', default_of)}({printing.bind(f'input_{each.name}', each)})"


def _collects_query_lists(printing: Printing) -> bool:
    return any(each.location == "query" and each.multiple for each in printing.plan.inputs)
