"""How classes declare fields: models, structs, dataclasses and typed dictionaries, read alike.

Knows classes and hints, not nodes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from bolide.validation.fields import FieldInfo, merge_field_infos, read_metadata
from bolide.validation.hints import (
    TypeHintError,
    is_typed_dict,
    resolve_hints,
    split_annotated,
    split_qualifiers,
)

__all__ = [
    "MODEL_DECLARATION",
    "DeclaredField",
    "DeclaredRecord",
    "ModelDeclaration",
    "declared_record",
    "record_kind",
]

MODEL_DECLARATION = "__bolide_declaration__"
"""Class attribute by which a Model is recognised; it holds a :class:`ModelDeclaration`."""

Extra = Literal["ignore", "forbid"]
RecordKind = Literal["model", "struct", "dataclass", "typed_dict"]


@dataclass(frozen=True, slots=True)
class ModelDeclaration:
    """What a Model class states, inherited statements included, before any hint is resolved."""

    fields: Mapping[str, FieldInfo]
    extra: Extra
    local_names: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredField:
    """One field as declared; *info* merges ``Annotated`` metadata with ``Field(...)``."""

    name: str
    wire_name: str
    hint: Any
    info: FieldInfo
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRecord:
    """A class with fields."""

    kind: RecordKind
    fields: tuple[DeclaredField, ...]
    extra: Extra = "ignore"


def record_kind(cls: Any) -> RecordKind | None:
    """Return which kind of record *cls* is, ``None`` for any other object."""
    if not isinstance(cls, type):
        return None
    if issubclass(cls, msgspec.Struct):
        return "model" if hasattr(cls, MODEL_DECLARATION) else "struct"
    if dataclasses.is_dataclass(cls):
        return "dataclass"
    return "typed_dict" if is_typed_dict(cls) else None


def declared_record(cls: Any, kind: RecordKind) -> DeclaredRecord:
    """Read the fields of *cls* in declaration order.

    Raises:
        TypeHintError: A hint cannot be resolved, or the class uses something that is not supported.
    """
    return _READERS[kind](cls)


def _read_model(cls: Any) -> DeclaredRecord:
    declaration: ModelDeclaration = getattr(cls, MODEL_DECLARATION)
    hints = resolve_hints(cls, localns=declaration.local_names())
    fields = tuple(
        _declare(name, info.alias or name, hints[name], info) for name, info in declaration.fields.items()
    )
    return DeclaredRecord(kind="model", fields=fields, extra=declaration.extra)


def _read_struct(cls: Any) -> DeclaredRecord:
    config = cls.__struct_config__
    if config.array_like:
        raise TypeHintError(f"{cls.__qualname__}: structs with array_like=True are not supported")
    if config.tag is not None:
        raise TypeHintError(f"{cls.__qualname__}: structs with a tag are not supported")
    hints = resolve_hints(cls)
    names, defaults = cls.__struct_fields__, cls.__struct_defaults__
    padded = (msgspec.NODEFAULT,) * (len(names) - len(defaults)) + defaults
    fields = tuple(
        _declare(name, wire_name, hints[name], _struct_default(default))
        for name, wire_name, default in zip(names, cls.__struct_encode_fields__, padded, strict=True)
    )
    return DeclaredRecord(
        kind="struct", fields=fields, extra="forbid" if config.forbid_unknown_fields else "ignore"
    )


def _struct_default(default: Any) -> FieldInfo:
    if default is msgspec.NODEFAULT:
        return FieldInfo()
    # msgspec wraps factories into an object of its own, which it does not export.
    if type(default).__module__ == "msgspec._core" and hasattr(default, "factory"):
        return FieldInfo(default_factory=default.factory)
    return FieldInfo(default=default)


def _read_dataclass(cls: Any) -> DeclaredRecord:
    hints = resolve_hints(cls)
    fields: list[DeclaredField] = []
    for name, hint in hints.items():
        if isinstance(hint, dataclasses.InitVar):
            raise TypeHintError(f"{cls.__qualname__}.{name}: InitVar is not supported")
    for field in dataclasses.fields(cls):
        where = f"{cls.__qualname__}.{field.name}"
        if not field.init:
            raise TypeHintError(f"{where}: dataclass fields with init=False are not supported")
        if isinstance(field.default, FieldInfo):
            raise TypeHintError(
                f"{where}: Field() cannot be the default in a dataclass; write Annotated[..., Field(...)]"
            )
        info = FieldInfo()
        if field.default is not dataclasses.MISSING:
            info = FieldInfo(default=field.default)
        elif field.default_factory is not dataclasses.MISSING:
            info = FieldInfo(default_factory=field.default_factory)
        fields.append(_declare(field.name, field.name, hints[field.name], info))
    return DeclaredRecord(kind="dataclass", fields=tuple(fields))


def _read_typed_dict(cls: Any) -> DeclaredRecord:
    extra_items = vars(cls).get("__extra_items__")
    if extra_items is not None and not repr(extra_items).endswith("NoExtraItems"):
        raise TypeHintError(f"{cls.__qualname__}: extra_items is not supported")
    fields: list[DeclaredField] = []
    for name, hint in resolve_hints(cls).items():
        # String annotations hide their qualifier from __required_keys__ (PEP 563), so it is read again.
        _, qualifiers = split_qualifiers(hint)
        required = "Required" in qualifiers or (
            "NotRequired" not in qualifiers and name in cls.__required_keys__
        )
        fields.append(_declare(name, name, hint, FieldInfo(), required=required))
    extra: Extra = "forbid" if getattr(cls, "__closed__", None) else "ignore"
    return DeclaredRecord(kind="typed_dict", fields=tuple(fields), extra=extra)


def _declare(
    name: str, wire_name: str, hint: Any, info: FieldInfo, *, required: bool | None = None
) -> DeclaredField:
    bare, _ = split_qualifiers(hint)
    _, metadata = split_annotated(bare)
    merged = merge_field_infos(read_metadata(metadata), info)
    return DeclaredField(
        name=name,
        wire_name=wire_name,
        hint=bare,
        info=dataclasses.replace(merged, annotation=bare),
        required=merged.is_required() if required is None else required,
    )


_READERS: Mapping[RecordKind, Callable[[Any], DeclaredRecord]] = {
    "model": _read_model,
    "struct": _read_struct,
    "dataclass": _read_dataclass,
    "typed_dict": _read_typed_dict,
}
