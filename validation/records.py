"""How models declare fields, and the form in which classes of all kinds do.

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
from bolide.validation.documentation import attribute_docstrings
from bolide.validation.fields import FieldInfo, merge_field_infos, read_metadata
from bolide.validation.generics import arguments_of, substitute
from bolide.validation.hints import (
    TypeHintError,
    is_typed_dict,
    resolve_class_annotations,
    split_annotated,
    split_qualifiers,
)
from bolide.validation.naming import FieldNames
from bolide.validation.tree import Access

__all__ = [
    "EXTRA_ANNOTATION",
    "LEAVES_OUT_UNSET",
    "MODEL_DECLARATION",
    "DeclaredField",
    "DeclaredRecord",
    "ModelDeclaration",
    "declare",
    "declared_record",
    "record_kind",
]

MODEL_DECLARATION = "__bolide_declaration__"
"""Class attribute by which a Model is recognised; it holds a :class:`ModelDeclaration`."""

EXTRA_ANNOTATION: Final = "__pydantic_extra__"
"""An annotation of this name, ``dict[str, X]``, states the type of unknown keys' values."""

LEAVES_OUT_UNSET: Final = "__bolide_leaves_out_unset__"
"""Class attribute of models of which fields that were not given are never written."""

RecordKind = Literal["model", "struct", "dataclass", "typed_dict", "named_tuple"]


class ModelDeclaration:
    """What the body of one Model class states; its forward references resolve on first use.

    *fields* and *private* hold what is inherited too; *fields* is in the order of the constructor.
    *local_names* finds names around the class statement; *hint_source* tells the hints of a class that states
    none of its own. *primed* is set by the decoder module once msgspec
    has taken the lowered annotations in.
    """

    __slots__ = (
        "_hints",
        "annotations",
        "config",
        "fields",
        "hint_source",
        "local_names",
        "names",
        "primed",
        "private",
    )

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
        self.hint_source: Callable[[], dict[str, Any]] | None = None
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
        if self._hints is None and self.hint_source is not None:
            self._hints = self.hint_source()
            cls.__annotations__ = dict(self._hints)
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
    access: Access = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRecord:
    """A class with fields."""

    kind: RecordKind
    fields: tuple[DeclaredField, ...]
    extra: Extra = "ignore"
    extra_hint: Any = None
    config: ModelConfig | None = None
    is_array: bool = False


def record_kind(hint: Any) -> RecordKind | None:
    """Return which kind of record *hint* is, ``None`` for anything but a class with fields."""
    if not isinstance(hint, type):
        return None
    cls: type[Any] = hint
    if issubclass(cls, msgspec.Struct):
        return "model" if hasattr(cls, MODEL_DECLARATION) else "struct"
    if is_typed_dict(cls):
        return "typed_dict"
    if hasattr(cls, "_field_defaults") and tuple in cls.__mro__:
        return "named_tuple"
    is_dataclass = hasattr(cls, "__dataclass_fields__") or hasattr(cls, "__attrs_attrs__")
    return "dataclass" if is_dataclass else None


def declared_record(cls: Any) -> DeclaredRecord:
    """Read the fields of the Model *cls* in declaration order.

    Raises:
        TypeHintError: A hint cannot be resolved, or the class uses something that is not supported.
    """
    hints: dict[str, Any] = {}
    descriptions: dict[str, str] = {}
    mro: tuple[Any, ...] = cls.__mro__
    for owner in reversed(mro):
        declaration: ModelDeclaration | None = owner.__dict__.get(MODEL_DECLARATION)
        if declaration is None:
            continue
        hints |= declaration.hints(owner)
        if declaration.config.use_attribute_docstrings:
            descriptions |= attribute_docstrings(owner)
        if arguments := arguments_of(owner):
            inherited = {name: substitute(hints[name], arguments) for name in declaration.fields}
            hints |= inherited
    own: ModelDeclaration = cls.__dict__[MODEL_DECLARATION]
    fields: list[DeclaredField] = []
    for name, info in own.fields.items():
        names = own.names[name]
        if info.description is None and name in descriptions:
            info = replace(info, description=descriptions[name])
        field = dataclasses.replace(declare(name, names.wire_name, hints[name], info), names=names)
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


def declare(
    name: str,
    wire_name: str,
    hint: Any,
    info: FieldInfo,
    *,
    required: bool | None = None,
    access: Access = "both",
) -> DeclaredField:
    """Return a field; *info* goes before what the metadata of *hint* says."""
    bare, _ = split_qualifiers(hint)
    _, metadata = split_annotated(bare)
    merged = merge_field_infos(read_metadata(metadata), info)
    return DeclaredField(
        name=name,
        wire_name=wire_name,
        hint=bare,
        info=replace(merged, annotation=bare),
        required=merged.is_required() if required is None else required,
        access=access,
    )
