"""Emit JSON Schema 2020-12 from nodes of the type tree.

Owns the table from node to keywords. Knows neither component names (it asks for the reference of a
target) nor anything else of OpenAPI. A schema exists in two modes: what is accepted (``validation``) and
what is written (``serialization``).
"""

from __future__ import annotations

import copy
import enum
import inspect
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any, Final

from bolide.validation.dump_plan import plan_record
from bolide.validation.schema_fields import Mode, Property, properties_of
from bolide.validation.schema_foreign import ForeignDefinitions
from bolide.validation.schema_keys import property_names
from bolide.validation.schema_limits import add_limit, choice_of, facets_of, flags_of, type_of
from bolide.validation.schema_shared import Shared, is_shared, is_titled
from bolide.validation.schema_values import NotJSON, to_json
from bolide.validation.spellings import pattern_of
from bolide.validation.tagged_node import TaggedUnionNode
from bolide.validation.tree import (
    NO_DEFAULT,
    AliasNode,
    AnyNode,
    ArrayNode,
    BoolNode,
    BytesNode,
    CustomNode,
    DateNode,
    DateTimeNode,
    DecimalNode,
    Documentation,
    EnumNode,
    FloatNode,
    FunctionNode,
    IntNode,
    LiteralNode,
    MapNode,
    Node,
    NoneNode,
    RecordNode,
    RefNode,
    StrNode,
    TimeDeltaNode,
    TimeNode,
    TupleNode,
    UnionNode,
    UUIDNode,
)

__all__ = ["Mode", "Schema", "SchemaEmitter", "cut_at_form_feed", "title_of"]

Schema = dict[str, Any]

_NUMBER: Final = {
    "minimum": "minimum",
    "exclusive_minimum": "exclusiveMinimum",
    "maximum": "maximum",
    "exclusive_maximum": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}
_LENGTH: Final = {"min_length": "minLength", "max_length": "maxLength"}
_ITEMS: Final = {"min_items": "minItems", "max_items": "maxItems"}
_PROPERTIES: Final = {"min_properties": "minProperties", "max_properties": "maxProperties"}
_NO_FACETS: Final[Mapping[str, str]] = MappingProxyType({})

_SCALARS: Final[Mapping[type[Node], tuple[Schema, Mapping[str, str]]]] = MappingProxyType(
    {
        AnyNode: ({}, _NO_FACETS),
        NoneNode: ({"type": "null"}, _NO_FACETS),
        BoolNode: ({"type": "boolean"}, _NO_FACETS),
        IntNode: ({"type": "integer"}, _NUMBER),
        FloatNode: ({"type": "number"}, _NUMBER),
        StrNode: ({"type": "string"}, {**_LENGTH, "pattern": "pattern"}),
        BytesNode: ({"type": "string", "contentMediaType": "application/octet-stream"}, _LENGTH),
        DateTimeNode: ({"type": "string", "format": "date-time"}, _NO_FACETS),
        DateNode: ({"type": "string", "format": "date"}, _NO_FACETS),
        TimeNode: ({"type": "string", "format": "time"}, _NO_FACETS),
        TimeDeltaNode: ({"type": "string", "format": "duration"}, _NO_FACETS),
        UUIDNode: ({"type": "string", "format": "uuid"}, _NO_FACETS),
    }
)


class SchemaEmitter:
    """Emit schemas in one mode.

    Args:
        mode: Which of the two schemas of a type.
        reference: Returns the ``$ref`` of a :attr:`RefNode.target`.
        definitions: Every record that a default or an example may be an instance of.
        by_alias: Name properties by alias.
        null_defaults: Write ``default: null`` and ``const: null``; documents for people leave them out.
        foreign: Takes the definitions that schemas of another library bring with them.
    """

    __slots__ = ("_by_alias", "_definitions", "_foreign", "_mode", "_null_defaults", "_reference")

    def __init__(
        self,
        mode: Mode,
        reference: Callable[[Any], str],
        *,
        definitions: Mapping[Any, Shared],
        by_alias: bool = True,
        null_defaults: bool = False,
        foreign: ForeignDefinitions | None = None,
    ) -> None:
        self._mode: Mode = mode
        self._reference = reference
        self._definitions = definitions
        self._by_alias = by_alias
        self._null_defaults = null_defaults
        self._foreign = foreign or ForeignDefinitions("#/$defs/{}".format, null_defaults=null_defaults)

    def emit(self, node: Node) -> Schema:
        """Return the schema of *node* with its own documentation.

        Raises:
            TypeError: *node* is of a class that this module does not know.
        """
        target = is_shared(node, self._definitions)
        if target is None:
            return self._annotate(self._bare(node), node.documentation)
        schema: Schema = {"$ref": self._reference(target)}
        definition = self._definitions[target]
        # An alias is defined with the documentation of its first use, a root model without that of any.
        is_said = isinstance(definition, AliasNode) and node.documentation == definition.inner.documentation
        return schema if is_said else self._annotate(schema, node.documentation)

    def _seen_by_clients(self, node: FunctionNode) -> Node:
        """Return what *node* accepts, or writes."""
        if self._mode == "serialization":
            returns = AnyNode() if node.serializer is None else node.serializer.returns
            return node.inner if isinstance(returns, AnyNode) else returns
        return node.inner if node.accepts is None else node.accepts

    def emit_definition(self, definition: Shared, *, title: str) -> Schema:
        """Return the schema of what stands among the components; root models have titles of their own."""
        if isinstance(definition, AliasNode):
            return self._annotate(self._bare(definition.inner), definition.inner.documentation)
        if isinstance(definition, CustomNode):
            return self._bare(definition)
        if isinstance(definition, RecordNode) and (returns := self._returned(definition)) is not None:
            return self.emit(returns)
        schema = self._record(definition) if isinstance(definition, RecordNode) else self._enum(definition)
        if not isinstance(definition, RecordNode) or definition.kind != "named_tuple":
            schema["title"] = title
        if (description := _docstring(definition)) is not None:
            schema["description"] = description
        return self._annotate(schema, definition.documentation)

    def add_default(self, schema: Schema, default: object) -> None:
        """Set ``default`` in *schema*, unless there is none or it has no JSON form.

        Unless asked for, a default of ``null`` is left out: the type says that the value may be absent.
        """
        if default is NO_DEFAULT or (default is None and not self._null_defaults):
            return
        try:
            schema["default"] = to_json(default, self._definitions)
        except NotJSON:
            return

    def add_examples(self, schema: Schema, examples: Iterable[object]) -> None:
        """Set ``examples`` in *schema* to those that have a JSON form."""
        if values := self._json_values(examples):
            schema["examples"] = values

    def _bare(self, node: Node) -> Schema:
        if (scalar := _SCALARS.get(type(node))) is not None:
            keywords, facets = scalar
            return keywords | facets_of(node, facets)
        match node:
            case RefNode():
                return {"$ref": self._reference(node.target)}
            case FunctionNode():
                return self.emit(self._seen_by_clients(node))
            case TaggedUnionNode():
                return self._tagged_union(node)
            case UnionNode():
                return self._union(node)
            case ArrayNode():
                return self._array(node)
            case MapNode():
                return self._map(node)
            case LiteralNode(values=(None,)) if not self._null_defaults:
                return {"type": "null"}
            case LiteralNode():
                return choice_of(self._json_values(node.values))
            case TupleNode():
                return self._tuple(node)
            case CustomNode():
                return self._custom(node)
            case DecimalNode() as decimal:
                # Accepts both, so that no client has to go through a float; written as text.
                text: Schema = {"type": "string", "pattern": pattern_of(DecimalNode, finite=decimal.finite)}
                number = {"type": "number"} | {w: float(b) for w, b in facets_of(decimal, _NUMBER).items()}
                return {"anyOf": [number, text]} if self._mode == "validation" else text
            case _:
                raise TypeError(f"no JSON Schema for a {type(node).__name__}")

    def _union(self, node: UnionNode) -> Schema:
        options: list[Schema] = []
        # Null last, as in the documents that users know.
        for option in sorted(node.options, key=lambda option: isinstance(option, NoneNode)):
            schema = self.emit(option)
            flat: list[Schema] = schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
            options.extend(each for each in flat if each not in options)
        return {"anyOf": options} if len(options) > 1 else options[0]

    def _tagged_union(self, node: TaggedUnionNode) -> Schema:
        options = [self.emit(option) for option in node.options]
        schema: Schema = {"oneOf": [each for n, each in enumerate(options) if each not in options[:n]]}
        if not node.keys:
            return schema
        if self._may_lack(node.keys[0], node.options):
            schema["required"] = [node.keys[0]]  # a default is no tag
        mapping = {str(_tag_text(tag)): options[position].get("$ref") for tag, position in node.tags}
        # Only a component can be mapped to (OpenAPI 3.1 §4.8.25).
        if None not in mapping.values():
            schema["discriminator"] = {"propertyName": node.keys[0], "mapping": mapping}
        return schema

    def _may_lack(self, key: str, options: Iterable[Node]) -> bool:
        """Tell whether a record among *options* does not require *key*."""
        records = (self._definitions.get(option.target) for option in options if isinstance(option, RefNode))
        fields = (record.fields for record in records if isinstance(record, RecordNode))
        return any(each.wire_name == key and not each.required for each in chain.from_iterable(fields))

    def _array(self, node: ArrayNode) -> Schema:
        schema: Schema = {"type": "array", "items": self.emit(node.items)}
        if issubclass(node.container, (set, frozenset)):
            schema["uniqueItems"] = True
        return schema | facets_of(node, _ITEMS)

    def _tuple(self, node: TupleNode) -> Schema:
        schema: Schema = {"type": "array"}
        if node.rest is not None:
            return schema | self._open_tuple(node, node.rest)
        if node.items:  # prefixItems must not be empty (JSON Schema core §10.3.1.1).
            schema["prefixItems"] = [self.emit(item) for item in node.items]
        return schema | {"minItems": len(node.items), "maxItems": len(node.items)}

    def _custom(self, node: CustomNode) -> Schema:
        spec = node.spec
        if spec.json_schema is not None:
            return self._foreign.adopt(spec.json_schema(self._mode, by_alias=self._by_alias), self._mode)
        if self._mode == "serialization" and spec.output_schema is not None:
            return dict(spec.output_schema)
        is_read_as_written = node.value is not None and node.value == node.wire and spec.round_trip is None
        if self._mode == "serialization" and node.value is not None and not is_read_as_written:
            return self.emit(node.value)
        schema = self._input_of(node)
        limited = schema
        if node.value is not None and schema.get("contentMediaType") == "application/json":
            limited = schema["contentSchema"] = self.emit(node.value)
        elif isinstance(node.value, FunctionNode):
            limited = {}  # what is encoded is limited, not its text
        for name, bound in node.constraints:
            add_limit(limited, name, bound)
        return schema

    def _input_of(self, node: CustomNode) -> Schema:
        if "type" in node.spec.schema or "anyOf" in node.spec.schema:
            return copy.deepcopy(dict(node.spec.schema))
        if node.value is not None and isinstance(
            node.wire, AnyNode
        ):  # read as anything, it is what it becomes
            return {**self.emit(node.value), **node.spec.schema}
        return {**self.emit(node.wire), **node.spec.schema}

    def _open_tuple(self, node: TupleNode, rest: Node) -> Schema:
        """Return what is said of a tuple of any length; the schema cannot count from its end."""
        schema: Schema = {"minItems": len(node.items) + len(node.suffix)}
        if node.items:
            schema["prefixItems"] = [self.emit(item) for item in node.items]
        others: list[Schema] = []
        for child in (rest, *node.suffix):
            if (other := self.emit(child)) not in others:
                others.append(other)
        schema["items"] = others[0] if len(others) == 1 else {"anyOf": others}
        return schema | {
            word: bound for name, word in _ITEMS.items() if (bound := getattr(node, name)) is not None
        }

    def _map(self, node: MapNode) -> Schema:
        keys = property_names(node.keys, self._definitions, self.emit)
        values = self.emit(node.values) or True
        pattern = keys.pop("pattern", None) if isinstance(node.keys, StrNode) else None
        schema: Schema = {"type": "object"}
        if pattern is None:
            schema["additionalProperties"] = values
        else:
            schema |= {"patternProperties": {pattern: values}, "additionalProperties": False}
        if keys:
            schema["propertyNames"] = keys
        return schema | facets_of(node, _PROPERTIES)

    def _returned(self, record: RecordNode) -> Node | None:
        """Return what a function writes instead of *record*, None if none does or it does not say what."""
        serializer = plan_record(record).serializer if self._mode == "serialization" else None
        return None if serializer is None or isinstance(serializer.returns, AnyNode) else serializer.returns

    def _record(self, record: RecordNode) -> Schema:
        plan = plan_record(record)
        properties = properties_of(record, self._mode, by_alias=self._by_alias)
        if record.is_array:
            return self._array_record(record, properties)
        schema: Schema = {
            "type": "object",
            "properties": {each.name: self._property(each) for each in properties},
        }
        if required := [each.name for each in properties if each.required]:
            schema["required"] = required
        if plan.extras is not None:
            schema["additionalProperties"] = self.emit(plan.extras) or True
        if record.extra == "forbid":
            schema["additionalProperties"] = False
        return schema

    def _array_record(self, record: RecordNode, properties: list[Property]) -> Schema:
        schema: Schema = {"type": "array"}
        if properties:
            schema["prefixItems"] = [self._property(each) for each in properties]
        schema["minItems"] = max((at for at, each in enumerate(properties, 1) if each.required), default=0)
        return schema | ({"maxItems": len(properties)} if record.extra == "forbid" else {})

    def _property(self, each: Property) -> Schema:
        schema = self.emit(each.node)
        if is_titled(each.node, self._definitions):
            schema.setdefault("title", title_of(each.name))
        self.add_default(schema, each.default)
        if each.computed:
            schema["readOnly"] = True
        return self._annotate(schema, each.documentation)

    def _enum(self, node: EnumNode) -> Schema:
        if issubclass(node.cls, enum.Flag):
            return flags_of(node.cls)
        values = self._json_values(node.cls)
        return {"enum": values} | type_of(values)

    def _json_values(self, values: Iterable[object]) -> list[Any]:
        """Return those of *values* that have a JSON form."""
        written: list[Any] = []
        for value in values:
            try:
                written.append(to_json(value, self._definitions))
            except NotJSON:
                continue
        return written

    def _annotate(self, schema: Schema, documentation: Documentation | None) -> Schema:
        if documentation is None:
            return schema
        if documentation.title is not None:
            schema["title"] = documentation.title
        if documentation.description is not None:
            schema["description"] = cut_at_form_feed(documentation.description)
        if documentation.deprecated:
            schema["deprecated"] = True
        self.add_examples(schema, documentation.examples)
        if callable(documentation.extra):
            documentation.extra(schema)
        elif documentation.extra is not None:
            schema |= documentation.extra
        return schema


def title_of(name: str) -> str:
    """Return the title of a property or parameter: ``item_id`` → ``Item Id``."""
    return name.title().replace("_", " ").strip()


def cut_at_form_feed(text: str) -> str:
    """Return what stands before the first form feed; the rest is for readers of the source only."""
    return text.partition("\f")[0].rstrip()


def _tag_text(tag: object) -> object:
    return tag.value if isinstance(tag, enum.Enum) else tag


def _docstring(definition: RecordNode | EnumNode) -> str | None:
    """Return the class's own docstring, cleaned; None for the one that ``@dataclass`` writes."""
    cls = definition.cls
    text = vars(cls).get("__doc__") if isinstance(cls, type) else None
    if not isinstance(text, str) or not text.strip() or text.startswith(f"{cls.__name__}("):
        return None
    return cut_at_form_feed(inspect.cleandoc(text))
