"""Entries of forms that hold JSON: what cannot be written as one string, or as a list of strings.

A record, a dictionary or a list of lists in a form is the text of a JSON document, as OpenAPI has it for
objects in multipart bodies. A list of records is one document per entry.
"""

from __future__ import annotations

from msgspec.structs import replace

from bolide._reading.uploads import holds_upload
from bolide.validation.function_nodes import without_functions
from bolide.validation.pydantic_fields import pydantic_record
from bolide.validation.strings import StringParser
from bolide.validation.tree import (
    ArrayNode,
    CustomNode,
    Node,
    NoneNode,
    RecordNode,
    TupleNode,
    TypeTree,
    UnionNode,
    children,
)
from bolide.validation.types.json_text import json_node, strict_document

__all__ = ["as_documents", "object_in", "strict_documents"]


def as_documents(tree: TypeTree) -> TypeTree | None:
    """Return *tree* as it is read from entries that hold JSON, None when text will do.

    Raises:
        ValueError: it holds a file, which no JSON document has.
    """
    if object_in(tree, tree.root) is None:
        try:
            StringParser(tree)
        except TypeError:
            pass
        else:
            return None
    if holds_upload(tree):
        raise ValueError("a JSON document has no place for an UploadFile")
    return TypeTree(_documents(tree, tree.root), tree.definitions)


def _documents(tree: TypeTree, node: Node) -> Node:
    if isinstance(node, UnionNode):
        rest = [option for option in node.options if not isinstance(option, NoneNode)]
        if len(rest) == 1 and isinstance(rest[0], ArrayNode):
            return UnionNode(options=(_documents(tree, rest[0]), NoneNode()))
    if isinstance(node, ArrayNode):
        return replace(node, items=json_node(TypeTree(node.items, tree.definitions)))
    return json_node(TypeTree(node, tree.definitions))


def strict_documents(tree: TypeTree) -> TypeTree:
    """Return *tree* reading its JSON documents without conversions: what a strict route reads of a form."""
    definitions = {
        target: replace(each, fields=tuple(replace(field, node=_strict(field.node)) for field in each.fields))
        if isinstance(each, RecordNode)
        else each
        for target, each in tree.definitions.items()
    }
    return TypeTree(_strict(tree.root), definitions)


def _strict(node: Node) -> Node:
    if isinstance(node, UnionNode):
        return replace(node, options=tuple(map(_strict, node.options)))
    if isinstance(node, ArrayNode):
        return replace(node, items=_strict(node.items))
    return strict_document(node)


def object_in(tree: TypeTree, node: Node) -> str | None:
    """Return the name of a record that Pydantic reads, if a value of *node*, or an item of it, may be one."""
    node = tree.resolve(without_functions(node))
    if isinstance(node, CustomNode):
        return node.cls.__name__ if node.spec.is_record and pydantic_record(node.cls) is not None else None
    if not isinstance(node, UnionNode | ArrayNode | TupleNode):
        return None
    return next(filter(None, (object_in(tree, part) for part in children(node))), None)
