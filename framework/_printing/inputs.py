"""Print the extraction of a route's inputs.

The printed text accepts the exact, common spelling of each value and raises at anything else; then the
collector reads everything again, with lax rules, and either accepts or reports every error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bolide._planning.plan import Input
from bolide._planning.readings import DeepObject, Group, Separated
from bolide._printing.bodies import print_body, print_members, print_read_body
from bolide._printing.groups import print_deep_object, print_group
from bolide._printing.printing import Printing
from bolide._printing.values import collects_query_lists, form_expression, raw_expression, unless_absent
from bolide._reading.collector import InputCollector
from bolide._reading.readers import TextReader
from bolide._reading.wire import parse_cookies, parse_query, parse_query_lists
from bolide.validation.adapter import FAST_PATH_ERRORS
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
    bodies = [each for each in inputs if each.location == "body"]
    strict = bool(plan.route.layer.strict)
    adapters = [printing.codecs.adapter(each.tree, strict=strict) for each in bodies]
    content = print_read_body(printing, start, stop, max_body_bytes=max_body_bytes)
    with out.block("try:"):
        _print_sources(printing, inputs)
        if plan.embeds_body and bodies:
            print_members(printing, bodies)
        of_body = iter(adapters)
        for each, target in zip(inputs, targets, strict=True):
            if each.location == "body":
                print_body(printing, each, target, next(of_body))
            else:
                _print_text(printing, each, target)
    collector = InputCollector(
        inputs,
        plan.path_parameters,
        adapters,
        embeds_body=plan.embeds_body,
        formats=printing.formats,
        max_errors=printing.app.max_errors,
    )
    collect = printing.bind("collect_inputs", collector)
    with out.block(f"except {printing.bind('REJECTED', _REJECTED)}:"):
        names = ", ".join(targets) + "," * (len(targets) == 1)
        out.line(f"{names} = {collect}(exchange, segments, {content})")


def _print_sources(printing: Printing, inputs: Sequence[Input]) -> None:
    """Print the parsing of the query and of the cookies, where some of *inputs* reads them."""
    locations = {each.location for each in inputs}
    if "query" in locations:
        function = parse_query_lists if collects_query_lists(printing.plan) else parse_query
        parse = printing.bind(function.__name__, function)
        printing.line(f"query = {parse}(exchange.query) if exchange.query else {{}}")
    if "cookie" in locations:
        parse = printing.bind("parse_cookies", parse_cookies)
        printing.line(f'cookies = {parse}("; ".join(exchange.header_values(b"cookie")))')


def _print_text(printing: Printing, each: Input, target: str) -> None:
    """Print how *target* gets its value from the strings of the request."""
    match each.reading:
        case Group() as group:
            print_group(printing, each, group, target)
        case DeepObject() as reading:
            print_deep_object(printing, each, reading, target)
        case _:
            _print_string(printing, each, target)


def _print_string(printing: Printing, each: Input, target: str) -> None:
    """Print how *target* gets its value from one string of the request, or a list of strings."""
    out = printing.out
    raw = printing.names.local(f"raw_{each.name}")
    out.line(f"{raw} = {_raw(printing, each, each.wire_name)}")
    if each.location == "path":
        _print_parse(printing, each, raw, target)
        return
    # An empty field of a form is one that was not filled in.
    absent = f"not {raw}" if each.multiple or each.location == "form" else f"{raw} is None"
    for name in each.other_names:
        with out.block(f"if {absent}:"):
            out.line(f"{raw} = {_raw(printing, each, name)}")
    with unless_absent(printing, each, target, absent):
        _print_parse(printing, each, raw, target)


def _raw(printing: Printing, each: Input, name: str) -> str:
    if each.location == "form":
        return form_expression(printing, name, multiple=each.multiple, takes_file=each.takes_file)
    return raw_expression(printing, each.location, name, multiple=each.multiple)


def _print_parse(printing: Printing, each: Input, raw: str, target: str) -> None:
    if each.location == "form" and (each.multiple or each.takes_file):
        parse = printing.bind(f"parse_{each.name}", TextReader(each).parse)
        printing.line(f"{target} = {parse}({raw})")
        return
    if each.location == "form":
        with printing.out.block(f"if type({raw}) is not str:"):  # a file
            printing.line("raise ValueError")
    parser = StringParser(each.tree, exact=each.exact)
    if isinstance(each.reading, Separated):
        parse = printing.bind(f"parse_{each.name}", parser.parse)
        printing.line(f"{target} = {parse}({raw}.split({each.reading.separator!r}) if {raw} else [])")
    elif each.multiple:
        parse = printing.bind(f"parse_{each.name}", parser.parse)
        printing.line(f"{target} = {parse}({raw})")
    else:
        parser.emit_fast(printing.out, printing.names, raw, target)
