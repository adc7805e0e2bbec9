"""Put users' serializers and computed fields into the type tree."""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from bolide.validation.config import ModelConfig
from bolide.validation.documentation import field_documentation
from bolide.validation.hints import TypeHintError
from bolide.validation.naming import name_field
from bolide.validation.planned import note_planned
from bolide.validation.serializers import (
    RecordSerializers,
    SerializerFunction,
    WhenUsed,
    serializer_takes_info,
)
from bolide.validation.tree import FieldNode, FunctionNode, Node, RecordNode, Serializer

__all__ = ["add_serializers", "written_by"]

Build = Callable[[Any], Node]


def written_by(node: Node, item: object, *, build: Build) -> FunctionNode:
    """Return *node* written by *item*, a serializer in ``Annotated`` or ``SerializeAsAny``.

    Raises:
        TypeHintError: The function takes the wrong number of arguments.
    """
    if isinstance(item, SerializerFunction):
        serializer = _serializer(item, takes_owner=False, takes_value=True, build=build)
    else:
        serializer = Serializer(function=_unchanged, keeps=True)
    note_planned(repr(item))
    return FunctionNode(mode="dump", function=serializer.function, inner=node, serializer=serializer)


def add_serializers(
    record: RecordNode, serializers: RecordSerializers, config: ModelConfig, *, build: Build
) -> RecordNode:
    """Return *record* with the serializers and computed fields of its class.

    Raises:
        TypeHintError: A function takes the wrong number of arguments, or serializes a field that does not
            exist, or nothing says what a computed field is.
    """
    if serializers.are_none:
        return record
    note_planned(record.cls.__qualname__)
    serializers.check_names({field.name for field in record.fields})

    def serializer_of(name: str) -> Serializer | None:
        declared = serializers.of_field(name)
        if declared is None:
            return None
        return _serializer(declared[0], takes_owner=declared[1], takes_value=True, build=build)

    whole = serializers.of_record()
    return replace(
        record,
        fields=tuple(replace(field, serializer=serializer_of(field.name)) for field in record.fields),
        computed=tuple(
            replace(field, serializer=serializer_of(field.name))
            for field in _computed_fields(record, serializers, config, build=build)
        ),
        serializer=None
        if whole is None
        else _serializer(whole[0], takes_owner=True, takes_value=False, build=build),
    )


def _computed_fields(
    record: RecordNode, serializers: RecordSerializers, config: ModelConfig, *, build: Build
) -> list[FieldNode]:
    fields: list[FieldNode] = []
    for name, computed in serializers.computed.items():
        written_name = name_field(record.cls.__qualname__, name, computed.info, config).written_name
        fields.append(
            FieldNode(
                name=name,
                wire_name=name,
                written_name=written_name,
                node=build(serializers.computed_hint(name)),
                required=True,
                exclude_if=computed.info.exclude_if,
                documentation=field_documentation(name, computed.info, config),
            )
        )
    return fields


def _serializer(
    function: SerializerFunction, *, takes_owner: bool, takes_value: bool, build: Build
) -> Serializer:
    own = takes_owner + takes_value + (function.mode == "wrap")
    if function.when_used not in (known := typing.get_args(WhenUsed)):
        raise TypeHintError(f"when_used={function.when_used!r} of a serializer is none of {', '.join(known)}")
    return Serializer(
        function=function.func,
        mode=function.mode,
        takes_owner=takes_owner,
        takes_info=serializer_takes_info(function.func, own),
        when_used=function.when_used,
        returns=build(function.returned_hint),
    )


def _unchanged(value: object) -> object:
    """Serialize as any: the class of the value decides."""
    return value
