"""Print how walkers open records, find fields in them, treat unknown keys, and build the result.

Owns where the input has a field, and what may stand for a record: objects, mappings, instances, and objects
with attributes. How a field's value is read is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bolide.validation import shapes
from bolide.validation.defaults import copies_of
from bolide.validation.errors import report_exception
from bolide.validation.foreign_records import constructor_of
from bolide.validation.generics import origin_of
from bolide.validation.instance import EXTRA, UNSET_FIELDS, keep_unset
from bolide.validation.records import LEAVES_OUT_UNSET, MODEL_DECLARATION
from bolide.validation.tree import NO_DEFAULT, AnyNode, FieldNode, Node, RecordNode
from bolide.validation.walker_context import Place, WalkerContext

__all__ = [
    "Lookup",
    "default_expression",
    "leaves_out_unset",
    "print_construction",
    "print_lookup",
    "print_sources",
    "print_unknown_keys",
    "tracks_unset",
]


class Lookup(NamedTuple):
    """How a field is found, in terms of the generated code.

    *assignment* stands under *condition* where the latter has not set the raw value already. *loc* is the
    last step of the location of a value, *missing* that of an absent one. *path* is the variable that holds
    the path by which the field was found, empty when there is only one.
    """

    condition: str
    assignment: str
    loc: str
    missing: str
    path: str = ""


def print_sources(context: WalkerContext, node: RecordNode) -> None:
    """Print the statements that set ``fields`` to a dictionary, or return when the value needs no reading."""
    source = context.source
    options = context.options
    with source.block("if type(value) is dict:"):
        source.line("fields = value")
    takes_instances = node.kind != "typed_dict" and not options.from_attributes
    if takes_instances and node.revalidate != "always":
        cls = context.type(node.cls)
        test = f"isinstance(value, {cls})" if node.revalidate == "never" else f"type(value) is {cls}"
        with source.block(f"elif {test}:"):
            source.line("return value")
    with source.block(f"elif isinstance(value, {context.namespace.bind('Mapping', Mapping)}):"):
        source.line("fields = dict(value)")
    read = _attribute_reader(context, node)
    origin = origin_of(node.cls) if isinstance(node.cls, type) else None
    if origin is not None and not options.from_attributes:
        with source.block(f"elif isinstance(value, {context.type(origin)}):"):
            source.line(f"fields = {read}")
    if options.from_attributes or node.from_attributes:
        with source.block(f"elif (fields := {read}) is None:"):
            _print_wrong_record(context, node)
        return
    if takes_instances and node.revalidate != "never":
        with source.block(f"elif isinstance(value, {context.type(node.cls)}):"):
            source.line(f"fields = {read}")
    with source.block("else:"):
        _print_wrong_record(context, node)


def _attribute_reader(context: WalkerContext, node: RecordNode) -> str:
    names = tuple((field.name, *_attribute_keys(field)) for field in node.read_fields)
    bound = context.namespace.bind(f"ATTRIBUTES_OF_{node.cls.__name__}", names)
    owner = ""
    if node.extra == "allow" and node.kind == "model":
        owner = f", {context.type(origin_of(node.cls) or node.cls)}"
    return f"{context.function(shapes.read_attributes)}(value, {bound}{owner})"


def _attribute_keys(field: FieldNode) -> tuple[Any, ...]:
    """Return the keys under which an attribute is kept; the first one is looked up again.

    A field that stands further inside of a mapping gets a key that no JSON object has.
    """
    keys = [path[0] for path in field.paths if len(path) == 1] if field.paths else [field.wire_name]
    return tuple(keys) or ((field.name,),)


def _print_wrong_record(context: WalkerContext, node: RecordNode) -> None:
    ctx = {"class_name": node.title or node.cls.__name__}
    if node.kind == "typed_dict":
        context.print_report("dict_type", "loc", "value")
    elif node.kind == "dataclass":
        context.print_report("dataclass_type", "loc", "value", ctx)
    elif context.options.from_attributes or node.from_attributes:
        context.print_report("model_attributes_type", "loc", "value")
    else:
        context.print_report("model_type", "loc", "value", ctx)
    context.line(f"return {context.invalid}")


def print_lookup(context: WalkerContext, node: RecordNode, field: FieldNode, raw: str) -> Lookup:
    """Print the statement that looks for *field* where a test alone cannot, and return how it is found."""
    by_name = None if node.loc_by_alias else repr(field.name)
    key = repr(field.wire_name)
    if node.is_array:
        loc = f"keys[{key}]"
        return Lookup(f"if {key} in fields:", f"{raw} = fields[{key}]", loc, loc)
    paths: shapes.Paths = field.paths
    if context.options.outgoing and node.kind == "typed_dict" and field.wire_name != field.name:
        # What was read has the names of Python, what an endpoint made may have those of JSON.
        paths = ((field.name,), *(paths or ((field.wire_name,),)))
    if not paths:
        loc = by_name or key
        return Lookup(f"if {key} in fields:", f"{raw} = fields[{key}]", loc, loc)
    inner = all(len(path) > 1 for path in paths)
    if inner:
        paths = (*paths, _attribute_keys(field))
    path = context.namespace.local(f"path_{field.name}")
    places = context.namespace.bind(f"PATHS_OF_{field.name}", paths)
    context.line(f"{raw}, {path} = {context.function(shapes.find_value)}(fields, {places})")
    found = f"*{context.function(shapes.path_loc)}({path})" if inner else f"*{path}"
    missing = by_name or ", ".join(map(repr, paths[0]))
    return Lookup(f"if {path}:", "", by_name or found, missing, path)


def print_unknown_keys(
    context: WalkerContext,
    node: RecordNode,
    paths: list[str],
    print_value: Callable[[Node, Place], None],
) -> None:
    """Print what happens to keys that no field has used.

    Args:
        context: Where to print.
        node: The record.
        paths: Variables that hold the paths by which fields with several places were found.
        print_value: Prints how the value of an unknown key is read.
    """
    if node.extra == "ignore":
        return
    source = context.source
    known = frozenset(field.wire_name for field in node.read_fields if not field.paths)
    names = context.namespace.bind(f"FIELDS_OF_{node.cls.__name__}", known)
    if paths:
        (used,) = context.locals("used")
        source.line(f"{used} = {names}.union({', '.join(f'{path}[:1]' for path in paths)})")
        names = used
    if node.extra == "forbid":
        with source.block(f"if not fields.keys() <= {names}:"):
            error_type = ", 'unexpected_keyword_argument'" if node.kind == "dataclass" else ""
            report = context.function(shapes.report_extras)
            source.line(f"{report}(fields, {names}, loc, errors{error_type})")
        return
    key, entry, item = context.locals("key", "entry", "item")
    source.line("extras = {}")
    with source.block(f"for {key}, {entry} in fields.items():"):
        with source.block(f"if {key} in {names}:"):
            source.line("continue")
        with source.block(f"if not isinstance({key}, str):"):
            loc = f"(*loc, {context.function(shapes.key_loc)}({key}))"
            context.print_report("invalid_key", loc, key)
            source.line("continue")
        print_value(node.extra_values or AnyNode(), Place(entry, item, (key,), context.options.from_text))
        source.line(f"extras[{key}] = {item}")


def default_expression(context: WalkerContext, field: FieldNode) -> str | None:
    """Return the expression for the default of *field*, None when it has none, like those of a TypedDict."""
    factory = field.default_factory
    if factory is None:
        if field.default is NO_DEFAULT:
            return None
        factory = copies_of(field.default)
        if factory is None:
            return context.namespace.bind(f"default_of_{field.name}", field.default)
    make = context.namespace.bind(f"default_of_{field.name}", factory)
    return f"{make}({'values' if field.factory_takes_data else ''})"


def tracks_unset(node: RecordNode) -> bool:
    """Tell whether instances know which fields were given, although the walker fills in defaults."""
    return node.kind == "model" and getattr(node.cls, MODEL_DECLARATION).config.track_fields_set


def leaves_out_unset(node: RecordNode) -> bool:
    """Tell whether a field that was not given has no value, which functions see neither."""
    return bool(getattr(node.cls, LEAVES_OUT_UNSET, False))


def print_construction(context: WalkerContext, node: RecordNode, *, fills_defaults: bool) -> None:
    """Print the statements that make the result from ``values``, which hold defaults if *fills_defaults*."""
    source = context.source
    if node.kind == "typed_dict":
        source.line("return {**values, **extras}" if node.extra == "allow" else "return values")
        return
    make = constructor_of(node.cls, node.kind)
    hint = node.cls.__name__ if make is node.cls else f"construct_{node.cls.__name__}"
    construct = context.namespace.bind(hint, make)
    own_code = any(hasattr(node.cls, name) for name in ("__post_init__", "__attrs_attrs__"))
    if not own_code and not node.runs_post_init:
        _print_instance(context, node, construct, fills_defaults=fills_defaults)
        return
    with source.block("try:"):
        _print_instance(context, node, construct, fills_defaults=fills_defaults)
    with source.block("except (ValueError, AssertionError) as exc:"):
        source.line(f"{context.function(report_exception)}(errors, exc, loc, value)")
    source.line(f"return {context.invalid}")


def _print_instance(
    context: WalkerContext, node: RecordNode, construct: str, *, fills_defaults: bool
) -> None:
    """Print how the instance is made, and what it carries beside its fields."""
    source = context.source
    counts_unset = fills_defaults and tracks_unset(node)
    reads_instances = tracks_unset(node) and context.options.from_attributes
    if not (node.extra == "allow" or counts_unset or reads_instances or node.runs_post_init):
        source.line(f"return {construct}(**values)")
        return
    source.line(f"made = {construct}(**values)")
    if node.extra == "allow":
        with source.block("if extras:"):
            source.line(f"made.__dict__[{EXTRA!r}] = extras")
    if counts_unset:
        with source.block("if unset:"):
            source.line(f"made.__dict__.setdefault({UNSET_FIELDS!r}, set()).update(unset)")
    if reads_instances:
        source.line(f"{context.function(keep_unset)}(made, value)")
    if node.runs_post_init:
        source.line("made.model_post_init(info.context)")
    source.line("return made")
