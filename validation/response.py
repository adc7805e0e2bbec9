"""Encode return values: a declared type is also a filter.

Prints one function per type. It compares the exact type of everything that the declared type reaches, in
plain loops, and then lets msgspec encode the value at once. What does not match (a subclass, a
dictionary, some other object) is rebuilt by the lax walker from the declared fields alone, so that an
undeclared field never leaves.

Scalars in records are compared too, because any object with fields in the place of a string would be written
whole: dataclasses and structs never check what they are given. What models promise is not compared, as long
as they keep it, see ``guard``; a second function compares everything when they do not.

A value that has no JSON form is a ValidationError as well: text or bytes that are not UTF-8, and nesting
without end. Objects of unknown classes, below Any, stay a TypeError.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Unpack

from msgspec.structs import replace

from bolide.validation.dump import compile_planned_encoder
from bolide.validation.dump_options import DumpKeywords
from bolide.validation.dump_plan import plans_are_native, writes_any
from bolide.validation.encode import is_plain
from bolide.validation.errors import ErrorDetails, ValidationError, append_error
from bolide.validation.exact_encoder import compile_exact_encoder, default_encoder
from bolide.validation.function_nodes import tree_without_functions
from bolide.validation.guard import without_none
from bolide.validation.hints import describe_hint
from bolide.validation.planned import PLANNED_MODELS
from bolide.validation.response_copy import compile_copy
from bolide.validation.tree import (
    AnyNode,
    ArrayNode,
    Definition,
    FieldNode,
    Node,
    NoneNode,
    RecordNode,
    RefNode,
    TypeTree,
    UnionNode,
)
from bolide.validation.walker import Walker, compile_walker

__all__ = ["compile_response_encoder"]

Encode = Callable[[Any], bytes]


def compile_response_encoder(
    tree: TypeTree, *, always_validate: bool = False, **keywords: Unpack[DumpKeywords]
) -> Callable[[object], bytes]:
    """Return a function that encodes a return value declared as *tree*.

    It raises :class:`~bolide.validation.errors.ValidationError`, with ``"response"`` first in every
    ``loc``, for a value that does not fit.

    Args:
        tree: The declared type.
        always_validate: Read values of exactly the declared type, too, instead of trusting them.
        **keywords: What is left out, and how; names of fields stand for those of each item of a list.
    """
    tree = _with_absent_values(tree)
    keywords = _for_items(tree, keywords)
    encode = compile_planned_encoder(tree, **keywords) if keywords else _compile_encoder(tree)
    rebuilt = _Rebuilt(tree, encode, copies=not (keywords or always_validate))
    if always_validate:
        return rebuilt.validated
    return compile_exact_encoder(tree, _Filtered(tree, rebuilt, keywords), encode=encode)


def _for_items(tree: TypeTree, keywords: DumpKeywords) -> DumpKeywords:
    """Return *keywords* for a value of *tree*, with selections of fields moved to the items of a list."""
    moved = keywords.copy()
    for name in ("include", "exclude"):
        selection: Any = keywords.get(name)
        if selection.__class__ in (list, tuple):
            selection = moved[name] = frozenset(selection)  # FastAPI takes lists, too
        names_fields = bool(selection) and all(type(key) is str and key != "__all__" for key in selection)
        if names_fields and isinstance(tree.resolve(tree.root), ArrayNode):
            moved[name] = {"__all__": selection}
    return moved


def _with_absent_values(tree: TypeTree) -> TypeTree:
    """Return *tree* with None where it is a default, whatever the type says: ``tags: list[str] = None``.

    A default is not validated, so an instance that fits its model may hold it.
    """
    definitions: dict[Any, Definition] = {}
    for target, definition in tree.definitions.items():
        if isinstance(definition, RecordNode):
            fields = tuple(map(_with_absent_value, definition.fields))
            definitions[target] = replace(definition, fields=fields)
        else:
            definitions[target] = definition
    return TypeTree(tree.root, MappingProxyType(definitions))


def _with_absent_value(field: FieldNode) -> FieldNode:
    if field.default is not None or isinstance(field.node, AnyNode) or without_none(field.node)[1]:
        return field
    options = field.node.options if isinstance(field.node, UnionNode) else (field.node,)
    return replace(field, node=UnionNode(options=(*options, NoneNode()), hint=field.node.hint))


def _compile_encoder(tree: TypeTree) -> Encode:
    """Return what encodes an exact value: msgspec itself where no plan forbids it."""
    if not plans_are_native(tree, by_alias=True):
        return compile_planned_encoder(tree)
    encode = default_encoder(tree)
    if not writes_any(tree, lambda node: isinstance(node, AnyNode)):
        return encode
    planned: list[Encode] = []

    def encode_open(value: object) -> bytes:
        if not PLANNED_MODELS or is_plain(value):  # none can stand below Any either
            return encode(value)
        if not planned:
            planned.append(compile_planned_encoder(tree))
        return planned[0](value)

    return encode_open


class _Rebuilt:
    """Encodes a value by its declared fields alone; what reads them is compiled at first use."""

    __slots__ = ("_copies", "_copy", "_encode", "_tree", "_walks")

    def __init__(self, tree: TypeTree, encode: Encode, *, copies: bool) -> None:
        """*copies* allows copies that do not know which fields were set."""
        self._copies = copies
        self._tree = tree
        self._encode = encode
        self._copy: Callable[[Any], Any] | None = None
        self._walks: list[Walker] = []

    def __call__(self, value: object) -> bytes:
        if not self._walks:
            self._copy = compile_copy(self._tree) if self._copies else None
            self._walks = self._compile_walks()
        if self._copy is not None:
            try:
                copied = self._copy(value)
            except Exception:  # whatever it was, the walker meets it too, and can say where
                pass
            else:
                return self._encode(copied)
        return self._walked(value)

    def validated(self, value: object) -> bytes:
        """Encode *value* after reading it, whatever its type."""
        try:
            return self(value)
        except (RecursionError, UnicodeError) as error:
            raise self.refusal(value, error) from error

    def _walked(self, value: object) -> bytes:
        errors: list[ErrorDetails] = []
        for walk in self._walks:
            value = walk(value, ("response",), errors)
            if errors:
                raise self._validation_error(errors)
        return self._encode(value)

    def _compile_walks(self) -> list[Walker]:
        # What functions of users return is filtered as well: nobody else looks at it.
        trees = (self._tree, tree_without_functions(self._tree))
        return [
            compile_walker(tree, from_attributes=True, outgoing=True) for tree in trees if tree is not None
        ]

    def refusal(self, value: object, error: RecursionError | UnicodeError) -> ValidationError:
        """Return what to raise for a *value* that has no JSON form."""
        error_type = "recursion_depth_exceeded" if isinstance(error, RecursionError) else "string_unicode"
        errors: list[ErrorDetails] = []
        append_error(errors, error_type, ("response",), value)
        return self._validation_error(errors)

    def _validation_error(self, errors: list[ErrorDetails]) -> ValidationError:
        root = self._tree.root
        return ValidationError(describe_hint(root.target if isinstance(root, RefNode) else root.hint), errors)


class _Filtered:
    """Encodes instances of subclasses as they are, by their declared fields; rebuilds anything else."""

    __slots__ = ("_encode", "_keywords", "_rebuilt", "_tree", "refusal")

    def __init__(self, tree: TypeTree, rebuilt: _Rebuilt, keywords: DumpKeywords) -> None:
        self._keywords = keywords
        self._tree = tree
        self._rebuilt = rebuilt
        self._encode: Encode | None = None
        self.refusal = rebuilt.refusal

    def __call__(self, value: object) -> bytes:
        if self._encode is None:
            self._encode = self._compile()
        return self._encode(value)

    def _compile(self) -> Encode:
        if writes_any(self._tree, self._is_crossed):
            return self._rebuilt
        planned = compile_planned_encoder(self._tree, **self._keywords)
        return compile_exact_encoder(self._tree, self._rebuilt, encode=planned, derived=True)

    def _is_crossed(self, node: Node) -> bool:
        """Tell whether an instance of one option of the union *node* may be one of another, too."""
        if not isinstance(node, UnionNode):
            return False
        records = (self._tree.resolve(option) for option in node.options)
        classes = [each.cls for each in records if isinstance(each, RecordNode) and each.kind != "typed_dict"]
        return any(issubclass(one, other) for one in classes for other in classes if one is not other)
