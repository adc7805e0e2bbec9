"""How classes declare fields: models, structs, dataclasses and typed dictionaries, read alike.

Knows classes and hints, not nodes.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec
from msgspec.structs import replace

from bolide.validation.config import Extra, ModelConfig
from bolide.validation.fields import FieldInfo, merge_field_infos, read_metadata
from bolide.validation.hints import (
    TypeHintError,
    is_typed_dict,
    resolve_class_annotations,
    resolve_hints,
    split_annotated,
    split_qualifiers,
)
from bolide.validation.naming import FieldNames

__all__ = [
    "EXTRA_ANNOTATION",
    "MODEL_DECLARATION",
    "DeclaredField",
    "DeclaredRecord",
    "ModelDeclaration",
    "declared_record",
    "record_kind",
]

MODEL_DECLARATION = "__bolide_declaration__"
"""Class attribute by which a Model is recognised; it holds a :class:`ModelDeclaration`."""

EXTRA_ANNOTATION: Final = "__pydantic_extra__"
"""An annotation of this name, ``dict[str, X]``, states the type of unknown keys' values."""

RecordKind = Literal["model", "struct", "dataclass", "typed_dict"]


class ModelDeclaration:
    """What the body of one Model class states; its forward references resolve on first use.

    *fields* and *private* hold what is inherited too; *fields* is in the order of the constructor.
    *local_names* finds names around the class statement. *primed* is set by the decoder module once msgspec
    has taken the lowered annotations in.
    """

    __slots__ = ("_hints", "annotations", "config", "fields", "local_names", "names", "primed", "private")

    def __init__(
        self,
        fields: Mapping[str, FieldInfo],
        *,
        names: Mapping[str, FieldNames],
        config: ModelConfig,
        private: frozenset[str],
        annotations: Mapping[str, Any],
    ) -> None:
        self.fields = fields
        self.names = names
        self.config = config
        self.private = private
        self.annotations = annotations
        self.local_names: Callable[[], Mapping[str, Any]] | None = None
        self._hints: dict[str, Any] | None = None
        self.primed = False

    @property
    def has_other_names(self) -> bool:
        """Whether the input may have a field in another place than msgspec looks for it."""
        return any(names.paths for names in self.names.values())

    @property
    def is_stateful(self) -> bool:
        """Whether instances carry more than their fields."""
        return self.config.extra == "allow" or self.config.track_fields_set or bool(self.private)

    @property
    def assigns_specially(self) -> bool:
        """Whether an assignment does more than to keep the value."""
        if self.config.frozen or self.config.validate_assignment or self.is_stateful:
            return True
        return any(info.frozen for info in self.fields.values())

    def order_fields(self, names: Iterable[str]) -> None:
        """Put the fields into the order of *names*."""
        self.fields = {name: self.fields[name] for name in names}

    def hints(self, cls: type) -> dict[str, Any]:
        """Return the resolved annotations of the body of *cls*, whose declaration this is.

        Raises:
            TypeHintError: A name is not defined (yet).
        """
        if self._hints is None:
            names: Mapping[str, Any] = {} if self.local_names is None else self.local_names()
            self._hints = resolve_class_annotations(cls, self.annotations, localns=names)
            self.local_names = None  # it keeps the frame of the defining function alive
        return self._hints


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredField:
    """One field as declared; *info* merges ``Annotated`` metadata with ``Field(...)``."""

    name: str
    wire_name: str
    hint: Any
    info: FieldInfo
    required: bool
    names: FieldNames | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRecord:
    """A class with fields."""

    kind: RecordKind
    fields: tuple[DeclaredField, ...]
    extra: Extra = "ignore"
    extra_hint: Any = None
    config: ModelConfig | None = None


def record_kind(hint: Any) -> RecordKind | None:
    """Return which kind of record *hint* is, ``None`` for anything but a class with fields."""
    if not isinstance(hint, type):
        return None
    cls: type[Any] = hint
    if issubclass(cls, msgspec.Struct):
        return "model" if hasattr(cls, MODEL_DECLARATION) else "struct"
    if is_typed_dict(cls):
        return "typed_dict"
    return "dataclass" if hasattr(cls, "__dataclass_fields__") else None


def declared_record(cls: Any, kind: RecordKind) -> DeclaredRecord:
    """Read the fields of *cls* in declaration order.

    Raises:
        TypeHintError: A hint cannot be resolved, or the class uses something that is not supported.
    """
    return _READERS[kind](cls)


def _read_model(cls: Any) -> DeclaredRecord:
    hints: dict[str, Any] = {}
    mro: tuple[Any, ...] = cls.__mro__
    for owner in reversed(mro):
        declaration: ModelDeclaration | None = owner.__dict__.get(MODEL_DECLARATION)
        if declaration is not None:
            hints |= declaration.hints(owner)
    own: ModelDeclaration = cls.__dict__[MODEL_DECLARATION]
    fields: list[DeclaredField] = []
    for name, info in own.fields.items():
        names = own.names[name]
        field = dataclasses.replace(_declare(name, names.wire_name, hints[name], info), names=names)
        # The C structure of the class is laid out before string annotations can be read.
        if (_aliases(field.info), field.required) != (_aliases(info), info.is_required()):
            raise TypeHintError(
                f"{cls.__qualname__}.{name}: default and alias inside a string annotation are seen too late; "
                f"write {name}: ... = Field(...)"
            )
        fields.append(field)
    return DeclaredRecord(
        kind="model",
        fields=tuple(fields),
        extra=own.config.extra,
        extra_hint=_extra_hint(cls, hints.get(EXTRA_ANNOTATION)),
        config=own.config,
    )


def _aliases(info: FieldInfo) -> tuple[object, ...]:
    return info.alias, info.validation_alias, info.serialization_alias


def _extra_hint(cls: Any, hint: Any) -> Any:
    """Return the type of unknown keys' values from the annotation for all of them."""
    if hint is None:
        return Any
    if typing.get_origin(hint) is not dict:
        raise TypeHintError(f"{cls.__qualname__}.{EXTRA_ANNOTATION} must be dict[str, ...]")
    return typing.get_args(hint)[1]


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
    extra_items: object = cls.__dict__.get("__extra_items__")
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
        info=replace(merged, annotation=bare),
        required=merged.is_required() if required is None else required,
    )


_READERS: Mapping[RecordKind, Callable[[Any], DeclaredRecord]] = {
    "model": _read_model,
    "struct": _read_struct,
    "dataclass": _read_dataclass,
    "typed_dict": _read_typed_dict,
}
