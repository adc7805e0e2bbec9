"""Print the extraction of the request body: whole, or member by member."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bolide._planning.bodies import decode_members, form_reader
from bolide._planning.plan import Input
from bolide._printing.printing import Printing
from bolide._printing.values import unless_absent
from bolide.validation.adapter import Adapter

__all__ = ["print_body", "print_members", "print_read_body"]


def print_read_body(printing: Printing, start: int, stop: int, *, max_body_bytes: int) -> str:
    """Print how the body is read, if an input from *start* up to *stop* needs it.

    Returns:
        The variable that holds it.
    """
    out, inputs = printing.out, printing.plan.inputs[start:stop]
    if any(each.location == "form" for each in inputs):
        if not any(each.location == "form" for each in printing.plan.inputs[:start]):
            _print_read_form(printing, max_body_bytes=max_body_bytes)
        return "form"
    if not any(each.location == "body" for each in inputs):
        return "None"
    out.line("body = exchange.body")
    with out.block(f"if body is None or len(body) > {max_body_bytes}:"):
        out.line(f"body = await exchange.read_body({max_body_bytes})")
    return "body"


def _print_read_form(printing: Printing, *, max_body_bytes: int) -> None:
    """Print the statements that set ``form``; a route that receives files closes them at its end."""
    reader = form_reader(printing.plan, max_body_bytes=max_body_bytes)
    if not printing.plan.keeps_files:
        printing.line(f"form = await {printing.bind('read_form', reader.read)}(exchange)")
        return
    opening = printing.bind("open_form", reader.open)
    request = ", request" if printing.plan.needs_request else ""
    printing.line(f"opened_form = {opening}(exchange{request})")
    printing.line("form = await anext(opened_form)")
    printing.line(f"exits.append((opened_form, {opening}, 'async'))")


def print_members(printing: Printing, bodies: Sequence[Input]) -> None:
    """Print the statements that set ``members`` to those of the body."""
    decode = printing.bind("decode_members", decode_members)
    if any(each.required for each in bodies):
        _print_media_type_check(printing)
        printing.line(f"members = {decode}(body)")
        return
    with printing.out.block("if not body:"):
        printing.line("members = {}")
    with printing.out.block("else:"):
        _print_media_type_check(printing)
        printing.line(f"members = {decode}(body)")


def print_body(printing: Printing, each: Input, target: str, adapter: Adapter[Any]) -> None:
    """Print how *target* gets its value from the body."""
    if printing.plan.embeds_body:
        _print_member(printing, each, target, adapter)
    elif each.required:  # decoding tells that there is none
        _print_decode(printing, each, target, adapter)
    else:
        with unless_absent(printing, each, target, "not body"):
            _print_decode(printing, each, target, adapter)


def _print_decode(printing: Printing, each: Input, target: str, adapter: Adapter[Any]) -> None:
    """Print the strict decoding of a body, or the taking of one that is just bytes."""
    out, formats = printing.out, printing.formats
    if each.is_raw:
        is_json = _is_json(printing)
        with out.block(f'if not body or {is_json}(exchange.header(b"content-type")):'):
            out.line("raise ValueError")
        out.line(f"{target} = body")
        return
    decode = f"{target} = {printing.bind(f'decode_{each.name}', adapter.fast_decode_json)}(body)"
    if not formats.has_codecs:
        _print_media_type_check(printing)
        out.line(decode)
        return
    by_codec = printing.bind(f"decode_{each.name}_by_codec", formats.decoder(adapter))
    out.line('content_type = exchange.header(b"content-type")')
    with out.block(f'if content_type == "application/json" or {_is_json(printing)}(content_type):'):
        out.line(decode)
    with out.block("else:"):
        out.line(f"{target} = {by_codec}(content_type, body)")


def _print_media_type_check(printing: Printing) -> None:
    is_json = _is_json(printing)
    # hot: the exact spelling that nearly every client sends needs no parsing.
    printing.line('content_type = exchange.header(b"content-type")')
    with printing.out.block(f'if content_type != "application/json" and not {is_json}(content_type):'):
        printing.line("raise ValueError")


def _is_json(printing: Printing) -> str:
    is_json = printing.formats.is_json
    return printing.bind(is_json.__name__, is_json)


def _print_member(printing: Printing, each: Input, target: str, adapter: Adapter[Any]) -> None:
    out = printing.out
    raw = printing.names.local(f"raw_{each.name}")
    out.line(f"{raw} = members.get({each.wire_name!r})")
    for name in each.other_names:
        with out.block(f"if {raw} is None:"):
            out.line(f"{raw} = members.get({name!r})")
    decode = printing.bind(f"decode_{each.name}", adapter.fast_decode_json)
    with unless_absent(printing, each, target, f"{raw} is None"):
        out.line(f"{target} = {decode}({raw})")
