"""Print how walkers read custom types: as the wire form first, then by the type's own function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from bolide.validation.errors import report_exception
from bolide.validation.limits import limited
from bolide.validation.redaction import hide_inputs
from bolide.validation.tree import CustomNode, Node, TypeTree
from bolide.validation.walker_context import Place, WalkerContext
from bolide.validation.walker_info import info_of_wrapped

__all__ = ["print_custom"]

PrintValue: TypeAlias = Callable[[Node, Place], None]


def print_custom(
    context: WalkerContext, node: CustomNode, place: Place, tree: TypeTree, print_value: PrintValue
) -> None:
    """Print the statements that read a value of a custom type."""
    if node.value is not None and context.options.outgoing:
        print_value(node.value, place)
        return
    before, wire = context.locals("before", "wire")
    context.line(f"{before} = len(errors)")
    inner = info_of_wrapped(context, tree, node, place._replace(target=wire))
    if node.value is not None:
        _print_load(context, node, inner, (place, before), print_value)
    elif node.spec.unload is not None or (node.spec.wraps and context.options.outgoing):
        unload = context.namespace.bind("unload", node.spec.unload or node.spec.dump)
        given = context.namespace.local("given")
        test = _is_instance(context, node, place)
        context.line(f"{given} = {unload}({place.raw}) if {test} else {place.raw}")
        _print_load(context, node, inner._replace(raw=given), (place, before), print_value)
    else:
        with context.source.block(f"if {_is_instance(context, node, place)}:"):
            context.line(f"{place.target} = {place.raw}")
        with context.source.block("else:"):
            _print_load(context, node, inner, (place, before), print_value)
    if node.constraints:
        limits = context.namespace.bind("limits", node.constraints)
        with context.source.block(f"if {place.target} is not {context.invalid}:"):
            arguments = f"{place.target}, {limits}, {place.raw}, {place.loc_text}, errors"
            context.line(f"{place.target} = {context.function(limited)}({arguments})")
    if node.spec.is_secret:
        with context.source.block(f"if len(errors) != {before}:"):
            context.line(f"{context.function(hide_inputs)}(errors, {before})")


def _is_instance(context: WalkerContext, node: CustomNode, place: Place) -> str:
    if node.spec.is_exact and context.options.outgoing:
        return f"type({place.raw}) is {context.type(node.cls)}"
    return f"isinstance({place.raw}, {context.type(node.cls)})"


def _print_load(
    context: WalkerContext,
    node: CustomNode,
    wire: Place,
    outer: tuple[Place, str],
    print_value: PrintValue,
) -> None:
    """Print the statements that read the place *wire* and make the value of the place in *outer* from it."""
    place, before = outer
    load = context.namespace.bind(f"load_{node.cls.__name__}", node.spec.load_part or node.spec.load)
    print_value(node.read_as(strict=context.is_strict(node, wire)), wire)
    context.line(f"{place.target} = {context.invalid}")
    with context.source.block(f"if len(errors) == {before}:"):
        with context.source.block("try:"):
            # Where all is text, strict rules would refuse every number.
            strict = context.options.strict and not context.options.from_text
            how = f", {strict}, {context.options.from_attributes}, {place.info}.context"
            rest = "" if node.spec.load_part is None else how
            context.line(f"{place.target} = {load}({wire.target}{rest})")
        with context.source.block("except (ValueError, AssertionError) as exc:"):
            context.line(f"{context.function(report_exception)}(errors, exc, {place.loc_text}, {place.raw})")
