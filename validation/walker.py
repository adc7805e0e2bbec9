"""Compile the walker of a type tree: the reader that accepts lax values and finds every error.

A walker runs only after the fast path has refused a value, or on Python values. What it prints is
decided in :mod:`~bolide.validation.walker_printer`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from bolide.validation.codegen import compile_function
from bolide.validation.labels import node_label
from bolide.validation.redaction import with_hidden_secrets
from bolide.validation.tree import TypeTree
from bolide.validation.walker_context import MAX_DEPTH, WalkerOptions
from bolide.validation.walker_printer import WalkerPrinter

__all__ = ["MAX_DEPTH", "Walker", "compile_loader", "compile_walker", "walker_source"]

Walker: TypeAlias = Callable[..., Any]
"""A function of ``(value, loc, errors)``, and a ``ValidationInfo`` if validators in the tree take one."""


def compile_walker(
    tree: TypeTree,
    *,
    strict: bool = False,
    from_attributes: bool = False,
    from_text: bool = False,
    outgoing: bool = False,
    convertible: frozenset[Any] = frozenset(),
) -> Walker:
    """Return the generated function that reads a value as *tree* says.

    The function takes ``(value, loc, errors)``, appends every error it finds below *loc* (at most
    ``MAX_ERRORS``) in order of declaration, and returns the result, which means nothing when errors were
    appended. It accepts what ``json.loads`` returns, and Python values that have their type already.

    Args:
        tree: What the value should be.
        strict: Convert nothing: only the forms that a value has in JSON, and the types themselves, pass.
        from_attributes: Read records from the attributes of any object and always build them anew, so
            that nothing passes that the type does not declare.
        outgoing: Values are results, not input: what a custom type makes may stand where its wire form would.
        from_text: Scalars come from a place that has only text: ``"1"`` may name an enumeration's 1. With
            *strict*, numbers, booleans, dates and UUIDs are spelled there as in JSON.
        convertible: Classes that ``msgspec.convert`` reads as the walker would. Records in collections, most
            of which are usually right, are given to it first. Values must then be what JSON was decoded to.
    """
    options = WalkerOptions(
        strict=strict, from_attributes=from_attributes, from_text=from_text, outgoing=outgoing
    )
    printer = WalkerPrinter(tree, options, convertible)
    label = f"walker of {node_label(tree, tree.root)}"
    walk = compile_function("walk", printer.print_walker(), printer.namespace, label=label)
    return with_hidden_secrets(walk, tree)


def compile_loader(
    tree: TypeTree, *, strict: bool = False, from_attributes: bool = False, outgoing: bool = False
) -> Callable[[object], Any]:
    """Return the generated function that reads one value as *tree* says, or raises :class:`ValueError`.

    It does as a walker does, whose options it has (see :func:`compile_walker`), but tells nothing.
    """
    options = WalkerOptions(strict=strict, from_attributes=from_attributes, outgoing=outgoing)
    printer = WalkerPrinter(tree, options)
    label = f"loader of {node_label(tree, tree.root)}"
    return compile_function("load", printer.print_loader(), printer.namespace, label=label)


def walker_source(tree: TypeTree, *, strict: bool = False, from_attributes: bool = False) -> str:
    """Return the text of the walker of *tree*, for reading."""
    options = WalkerOptions(strict=strict, from_attributes=from_attributes)
    return WalkerPrinter(tree, options).print_walker()
