"""Read records from parameters: which names their fields have in a request, and which trees validate them.

A parameter model is a record at the top of a query, header, cookie or form parameter. Each of its fields is
a parameter of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from bolide._planning.readings import DeepObject, Group, GroupField
from bolide._reading.uploads import takes_file
from bolide.params import Location
from bolide.validation.function_nodes import without_functions
from bolide.validation.strings import StringParser
from bolide.validation.tree import (
    ArrayNode,
    FieldNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    RefNode,
    TupleNode,
    TypeTree,
    UnionNode,
)

__all__ = ["ModelField", "ParameterModelError", "deep_object", "parameter_model", "parameter_model_fields"]

# Deeper names have no use, and each level costs a level of recursion.
_MAX_DEEP_LEVELS = 8


class ParameterModelError(ValueError):
    """A record cannot be read from parameters."""


@dataclass(frozen=True, slots=True)
class ModelField:
    """One field of a parameter model, with its own tree; *names* are tried in order."""

    field: FieldNode
    tree: TypeTree
    names: tuple[str, ...]


def parameter_model(
    tree: TypeTree, location: Location, *, convert_underscores: bool = False
) -> tuple[Group, TypeTree] | None:
    """Return how the record at the top of *tree* is read, and the tree that reads it from a dictionary.

    In the tree, the fields have the names of the request. None when there is no record.

    Raises:
        ParameterModelError: a field cannot be read from text.
    """
    targets = _records(tree)
    if not targets:
        return None
    definitions = dict(tree.definitions)
    fields: dict[str, GroupField] = {}
    sees_all = False
    for target in targets:
        record = tree.definitions[target]
        assert isinstance(record, RecordNode)
        sees_all = sees_all or record.extra != "ignore"
        renamed: list[FieldNode] = []
        for field in record.fields:
            if field.access == "output":
                renamed.append(field)
                continue
            paths = _request_paths(field, location, convert_underscores=convert_underscores)
            for each in _group_fields(field, paths, tree, location, record):
                fields.setdefault(each.key, each)
            is_plain = len(paths) == 1 and len(paths[0]) == 1
            renamed.append(replace(field, wire_name=str(paths[0][0]), paths=() if is_plain else paths))
        definitions[target] = replace(record, fields=tuple(renamed))
    group = Group(tuple(fields.values()), optional=_is_optional(tree), sees_all=sees_all)
    return group, TypeTree(tree.root, definitions)


def parameter_model_fields(tree: TypeTree) -> Iterator[ModelField]:
    """Yield the fields of the parameter model that *tree*, made by :func:`parameter_model`, reads."""
    for target in _records(tree):
        record = tree.definitions[target]
        assert isinstance(record, RecordNode)
        for field in record.read_fields:
            names = tuple(str(path[0]) for path in field.paths) or (field.wire_name,)
            yield ModelField(field, TypeTree(field.node, tree.definitions), names)


def deep_object(tree: TypeTree) -> DeepObject | None:
    """Return how an object is read from ``name[member]``; None when *tree* is no object."""
    shape = _shape(tree, tree.root, 0)
    return DeepObject(shape) if isinstance(shape, dict) else None


def _shape(tree: TypeTree, node: Node, level: int) -> Any:
    """Return the shape of *node* as in :class:`~bolide._planning.readings.DeepObject`."""
    node = tree.resolve(without_functions(node))
    if isinstance(node, UnionNode):
        options = [option for option in node.options if not isinstance(option, NoneNode)]
        shapes = [_shape(tree, option, level) for option in options]
        return next((shape for shape in shapes if shape is not None), None)
    if isinstance(node, ArrayNode | TupleNode):
        return "list"
    if level == _MAX_DEEP_LEVELS:
        return None
    if isinstance(node, MapNode):
        return {None: _shape(tree, node.values, level + 1)}
    if not isinstance(node, RecordNode):
        return None
    members: dict[str | None, Any] = {None: None}
    for field in node.read_fields:
        for path in field.paths or ((field.wire_name,),):
            members[str(path[0])] = _shape(tree, field.node, level + 1)
    return members


def _records(tree: TypeTree) -> tuple[Any, ...]:
    """Return the targets of the records that *tree* may become, none when it may be anything else."""
    root = without_functions(tree.root)
    options = root.options if isinstance(root, UnionNode) else (root,)
    targets: list[Any] = []
    for option in options:
        option = without_functions(option)
        if isinstance(option, NoneNode):
            continue
        if not isinstance(option, RefNode) or not isinstance(tree.resolve(option), RecordNode):
            return ()
        targets.append(option.target)
    return tuple(targets)


def _is_optional(tree: TypeTree) -> bool:
    root = without_functions(tree.root)
    return isinstance(root, UnionNode) and any(isinstance(option, NoneNode) for option in root.options)


def _request_paths(
    field: FieldNode, location: Location, *, convert_underscores: bool
) -> tuple[tuple[str | int, ...], ...]:
    """Return where the request has the field; headers without an alias have hyphens for underscores."""
    paths = field.paths or ((field.wire_name,),)
    if location != "header" or not convert_underscores:
        return paths
    return tuple((field.name.replace("_", "-"),) if path == (field.name,) else path for path in paths)


def _group_fields(
    field: FieldNode,
    paths: tuple[tuple[str | int, ...], ...],
    tree: TypeTree,
    location: Location,
    record: RecordNode,
) -> Iterator[GroupField]:
    try:
        multiple = StringParser(TypeTree(field.node, tree.definitions)).multiple
    except TypeError as error:
        raise ParameterModelError(f"field {field.name!r} of {record.cls.__name__}: {error}") from error
    if multiple and location == "cookie":
        raise ParameterModelError(f"field {field.name!r} of {record.cls.__name__}: a cookie is no list")
    for path in paths:
        # Further steps of a path are the positions of repeated values.
        yield GroupField(str(path[0]), multiple or len(path) > 1, takes_file(tree, field.node))
