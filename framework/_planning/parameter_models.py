"""Read records from parameters: which names their fields have in a request, and which trees validate them.

A parameter model is a record at the top of a query, header, cookie or form parameter. Each of its fields is
a parameter of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from msgspec.structs import replace

from bolide._planning.form_documents import as_documents, object_in
from bolide._planning.readings import DeepObject, Group, GroupField
from bolide._reading.uploads import holds_upload, takes_file
from bolide.params import Location
from bolide.validation.errors import ErrorDetails, ValidationError
from bolide.validation.function_nodes import without_functions
from bolide.validation.pydantic_fields import pydantic_record
from bolide.validation.strings import StringParser
from bolide.validation.tagging import distinct_options
from bolide.validation.tree import (
    NO_DEFAULT,
    ArrayNode,
    CustomNode,
    Definition,
    FieldNode,
    FunctionNode,
    LiteralNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    TupleNode,
    TypeTree,
    UnionNode,
)
from bolide.validation.walker import compile_walker

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
    required: bool
    default: Any


class _Record(NamedTuple):
    """A record at the top of a tree; *custom* is its node where Pydantic reads it."""

    node: RecordNode
    definitions: Mapping[Any, Definition]
    custom: CustomNode | None = None


def parameter_model(
    tree: TypeTree, location: Location, *, convert_underscores: bool = False
) -> tuple[Group, TypeTree] | None:
    """Return how the record at the top of *tree* is read, and the tree that reads it from a dictionary.

    In the tree, the fields have the names of the request. None when there is no record.

    Raises:
        ParameterModelError: a field cannot be read from text.
    """
    records = _records(tree)
    if not records:
        return None
    definitions = dict(tree.definitions)
    foreign: dict[CustomNode, CustomNode] = {}
    fields: dict[str, GroupField] = {}
    for record in records:
        renamed = _named_by_request(record.node, location, convert_underscores=convert_underscores)
        plain = renamed
        if location == "form":
            renamed = _with_documents(renamed, record)
        if record.custom is None:
            definitions[record.node.cls] = renamed
        else:
            foreign[record.custom] = _adapted(record.custom, record.node, renamed)
        for field, declared in zip(renamed.read_fields, plain.read_fields, strict=True):
            for each in _group_fields(field, record, location, is_json=field.node is not declared.node):
                if fields.setdefault(each.key, each).multiple != each.multiple:
                    raise ParameterModelError(f"{each.key!r} is a list in one model of the union, not in all")
    sees_all = any(record.node.extra != "ignore" for record in records)
    group = Group(tuple(fields.values()), optional=_is_optional(tree), sees_all=sees_all)
    return group, TypeTree(_with_foreign(tree.root, foreign), definitions)


def parameter_model_fields(
    tree: TypeTree, location: Location, *, convert_underscores: bool = False
) -> Iterator[ModelField]:
    """Yield the fields of the parameter model that *tree*, made by :func:`parameter_model`, reads.

    Of a union, a field that not every record has and needs is not required.
    """
    records = _records(tree)
    by_name: dict[str, list[tuple[FieldNode, Mapping[Any, Definition]]]] = {}
    for record in records:
        named = _named_by_request(record.node, location, convert_underscores=convert_underscores)
        for field in named.read_fields:
            by_name.setdefault(field.wire_name, []).append((field, record.definitions))
    for given in by_name.values():
        fields = [field for field, _ in given]
        definitions = {target: each for _, known in given for target, each in known.items()}
        names = dict.fromkeys(
            str(path[0]) for field in fields for path in field.paths or ((field.wire_name,),)
        )
        yield ModelField(
            field=fields[0],
            tree=TypeTree(_any_of(fields), definitions),
            names=tuple(names),
            required=len(fields) == len(records) and all(field.required for field in fields),
            default=_shared_default(fields) if len(fields) == len(records) else NO_DEFAULT,
        )


def _any_of(fields: Iterable[FieldNode]) -> Node:
    """Return the node of a value that one of *fields* takes."""
    options = distinct_options(field.node for field in fields)
    if len(options) == 1:
        return options[0]
    if all(isinstance(option, LiteralNode) for option in options):
        values = dict.fromkeys(
            value for option in options if isinstance(option, LiteralNode) for value in option.values
        )
        return LiteralNode(values=tuple(values))
    return UnionNode(options=options)


def _shared_default(fields: list[FieldNode]) -> Any:
    first = fields[0].default
    return (
        first
        if all(type(each.default) is type(first) and each.default == first for each in fields)
        else NO_DEFAULT
    )


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


def _records(tree: TypeTree) -> list[_Record]:
    """Return the records that *tree* may become, none when it may be anything else."""
    root = without_functions(tree.root)
    options = root.options if isinstance(root, UnionNode) else (root,)
    records: list[_Record] = []
    for option in options:
        option = without_functions(option)
        if isinstance(option, NoneNode):
            continue
        record = _record(tree, option)
        if record is None:
            return []
        records.append(record)
    return records


def _record(tree: TypeTree, option: Node) -> _Record | None:
    if isinstance(option, CustomNode):
        fields = pydantic_record(option.cls) if option.spec.is_record else None
        if fields is None:
            return None
        node = fields.resolve(fields.root)
        assert isinstance(node, RecordNode)
        return _Record(node, fields.definitions, option)
    node = tree.resolve(option)
    return _Record(node, tree.definitions) if isinstance(node, RecordNode) else None


def _named_by_request(record: RecordNode, location: Location, *, convert_underscores: bool) -> RecordNode:
    """Return *record* with the names of the request for the fields that are read."""
    fields: list[FieldNode] = []
    for field in record.fields:
        if field.access != "output":
            paths = _request_paths(field, location, convert_underscores=convert_underscores)
            is_plain = len(paths) == 1 and len(paths[0]) == 1
            field = replace(field, wire_name=str(paths[0][0]), paths=() if is_plain else paths)
        fields.append(field)
    return replace(record, fields=tuple(fields))


def _with_documents(renamed: RecordNode, record: _Record) -> RecordNode:
    """Return *renamed* with JSON documents for the fields that text cannot hold."""
    fields: list[FieldNode] = []
    for field in renamed.fields:
        if field.access != "output":
            try:
                read_as = as_documents(TypeTree(field.node, record.definitions))
            except ValueError as error:
                raise ParameterModelError(
                    f"field {field.name!r} of {renamed.cls.__name__}: {error}"
                ) from error
            if read_as is not None:
                field = replace(field, node=read_as.root)
        fields.append(field)
    return replace(renamed, fields=tuple(fields))


def _adapted(custom: CustomNode, record: RecordNode, renamed: RecordNode) -> CustomNode:
    """Return *custom*, which Pydantic reads as *record* says, reading the names and texts of *renamed*."""
    pairs = list(zip(record.fields, renamed.fields, strict=True))
    own = dict(name for pair in pairs for name in _names(*pair))
    documents = {
        str(path[0]): after.node
        for before, after in pairs
        if before.node is not after.node
        for path in after.paths or ((after.wire_name,),)
    }
    load = custom.spec.load_part
    if load is None or not (own or documents):
        return custom
    request_names = {name: given for given, name in own.items()}
    readers = {name: compile_walker(TypeTree(node), from_text=True) for name, node in documents.items()}

    def load_adapted(value: Any, *options: Any) -> Any:
        errors: list[ErrorDetails] = []
        found = {
            own.get(name, name): readers[name](member, (name,), errors) if name in readers else member
            for name, member in value.items()
        }
        if errors:
            raise ValidationError(custom.cls.__name__, errors)
        try:
            return load(found, *options)
        except ValidationError as error:
            details = error.errors()
            for each in details:
                first, *rest = each["loc"] or ("",)
                each["loc"] = (request_names.get(str(first), first), *rest) if each["loc"] else ()
            raise ValidationError(error.title, details) from error

    return replace(custom, spec=replace(custom.spec, load_part=load_adapted))


def _names(field: FieldNode, renamed: FieldNode) -> Iterator[tuple[str, str]]:
    """Yield the names of *renamed* that are others in *field*, with these."""
    before = field.paths or ((field.wire_name,),)
    after = renamed.paths or ((renamed.wire_name,),)
    for old, new in zip(before, after, strict=True):
        if old[0] != new[0]:
            yield str(new[0]), str(old[0])


def _with_foreign(node: Node, foreign: Mapping[CustomNode, CustomNode]) -> Node:
    """Return *node* with other nodes for those records in it that Pydantic reads."""
    if isinstance(node, CustomNode):
        return foreign.get(node, node)
    if isinstance(node, UnionNode):
        return replace(node, options=tuple(_with_foreign(option, foreign) for option in node.options))
    if isinstance(node, FunctionNode):
        return replace(node, inner=_with_foreign(node.inner, foreign))
    return node


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
    field: FieldNode, record: _Record, location: Location, *, is_json: bool
) -> Iterator[GroupField]:
    tree = TypeTree(field.node, record.definitions)
    label = f"field {field.name!r} of {record.node.cls.__name__}"
    if (other := object_in(tree, field.node)) is not None:
        raise ParameterModelError(f"{label}: {other} is an object, which cannot be read from text")
    try:
        multiple = StringParser(tree).multiple
    except TypeError as error:
        raise ParameterModelError(f"{label}: {error}") from error
    if multiple and location == "cookie":
        raise ParameterModelError(f"{label}: a cookie is no list")
    for path in field.paths or ((field.wire_name,),):
        # Further steps of a path are the positions of repeated values.
        is_file = takes_file(tree, field.node)
        is_content = is_file and not holds_upload(tree)
        yield GroupField(str(path[0]), multiple or len(path) > 1, is_file, is_content, is_json)
