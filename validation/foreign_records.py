"""How foreign classes declare fields: structs, dataclasses, attrs, typed dictionaries, named tuples.

Knows classes and hints, not nodes. Attrs is never imported: its classes are told by ``__attrs_attrs__``.
"""

from __future__ import annotations

import dataclasses
import functools
import sys
import typing
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from bolide.validation.config import CLASS_CONFIG, DEFAULT_CONFIG, Extra, config_dict, read_config
from bolide.validation.fields import FieldInfo
from bolide.validation.hints import TypeHintError, is_class_variable, resolve_record_hints, split_qualifiers
from bolide.validation.naming import name_field, refuse_unfit_names
from bolide.validation.records import DeclaredField, DeclaredRecord, RecordKind, declare

__all__ = ["constructor_of", "foreign_record"]

_OF_VALUES: Final = frozenset(
    {
        *("extra", "strict", "arbitrary_types_allowed", "coerce_numbers_to_str", "str_strip_whitespace"),
        *("str_to_lower", "str_to_upper", "str_min_length", "str_max_length", "allow_inf_nan"),
        *("use_enum_values", "title", "json_schema_extra"),
    }
)
# The options that are more than what the fields of a Model have.
_OPTIONS: Final[Mapping[str, frozenset[str]]] = {
    "typed_dict": _OF_VALUES,
    "dataclass": _OF_VALUES | {"from_attributes", "revalidate_instances", "validate_default"},
}

# What Field() says about the form in JSON, and the records that have their own way to say it.
_NAMING: Final = ("alias", "validation_alias", "serialization_alias", "exclude", "exclude_if")
_NAMED_OTHERWISE: Final[Mapping[RecordKind, str]] = {
    "struct": "does nothing in a Struct; use its rename, or msgspec.field(name=...)",
    "named_tuple": "does nothing in a named tuple, which is an array in JSON",
}


def foreign_record(hint: Any, kind: RecordKind) -> DeclaredRecord:
    """Read the fields of *hint*, a class or a generic class with arguments, in declaration order.

    Raises:
        TypeHintError: A hint cannot be resolved, or the class uses something that is not supported.
    """
    cls: Any = typing.get_origin(hint) or hint
    record = _READERS[kind](cls, resolve_record_hints(hint))
    fields = tuple(_named(cls.__qualname__, kind, field) for field in record.fields)
    return _configured(cls, dataclasses.replace(record, fields=fields))


def _configured(cls: Any, record: DeclaredRecord) -> DeclaredRecord:
    """Return *record* with the options that *cls* states for itself.

    Raises:
        TypeHintError: The class states some that only models have.
    """
    options = _options_of(cls)
    if options is None:
        return record
    owner = cls.__qualname__
    if record.kind not in ("typed_dict", "dataclass"):
        raise TypeHintError(f"{owner}.{CLASS_CONFIG}: typed dictionaries and dataclasses have options")
    config = read_config(owner, (), {}, options)
    for option in config_dict(config):
        if option not in _OPTIONS[record.kind]:
            raise TypeHintError(f"{owner}: {option!r} works in a Model only")
    if record.kind == "dataclass" and config.extra == "allow":
        raise TypeHintError(f"{owner}: a dataclass has no place for unknown keys; use a Model")
    extra = config.extra if "extra" in options else record.extra
    return dataclasses.replace(record, config=config, extra=extra, extra_hint=record.extra_hint or Any)


def _options_of(cls: Any) -> dict[str, Any] | None:
    """Return the options of *cls* or of a base; those of typed dictionaries are no base classes any more."""
    options: dict[str, Any] | None = getattr(cls, CLASS_CONFIG, None)
    for base in getattr(cls, "__orig_bases__", ()) if options is None else ():
        options = options or _options_of(typing.get_origin(base) or base)
    return options


def _named(owner: str, kind: RecordKind, field: DeclaredField) -> DeclaredField:
    """Return *field* of the class *owner* with the names that its ``Field(...)`` gives it."""
    given = [option for option in _NAMING if getattr(field.info, option) is not None]
    if not given:
        refuse_unfit_names(f"{owner}.{field.name}", field.wire_name)
        return field
    if kind in _NAMED_OTHERWISE:
        reason = _NAMED_OTHERWISE[kind]
        raise TypeHintError(f"{owner}.{field.name}: Field({given[0]}=...) {reason}")
    names = name_field(owner, field.name, field.info, DEFAULT_CONFIG)
    return dataclasses.replace(field, wire_name=names.wire_name, names=names)


def constructor_of(cls: Any, kind: RecordKind) -> Callable[..., Any]:
    """Return what makes an instance of *cls* from field values by name, without validating them again."""
    if kind in ("model", "struct"):
        # A validating __call__ of the metaclass would do it all again.
        build: Callable[..., Any] = functools.partial(type(msgspec.Struct).__call__, cls)
        tag_field = cls.__struct_config__.tag_field
        return build if tag_field is None else functools.partial(_construct_tagged, build, tag_field)
    if _is_attrs(cls):
        names = {field.name: field.alias for field in cls.__attrs_attrs__}
        if any(name != parameter for name, parameter in names.items()):
            return functools.partial(_construct_renamed, cls, names)
        return cls  # type: ignore[no-any-return]
    hidden = {
        name: default for name, default in _class_defaults(cls).items() if isinstance(default, FieldInfo)
    }
    return functools.partial(_construct_with_defaults, cls, hidden) if hidden else cls


def _construct_tagged(build: Callable[..., Any], tag_field: str, /, **values: Any) -> Any:
    values.pop(tag_field, None)
    return build(**values)


def _construct_renamed(cls: Any, names: Mapping[str, str], /, **values: Any) -> Any:
    return cls(**{names[name]: value for name, value in values.items()})


def _construct_with_defaults(cls: Any, defaults: Mapping[str, FieldInfo], /, **values: Any) -> Any:
    """Construct *cls*, whose own constructor takes a ``Field(...)`` for the default itself."""
    for name, info in defaults.items():
        if name not in values:
            values[name] = info.default if info.default_factory is None else info.default_factory()
    return cls(**values)


def _class_defaults(cls: Any) -> Mapping[str, Any]:
    if dataclasses.is_dataclass(cls):
        return {field.name: field.default for field in dataclasses.fields(cls)}
    return getattr(cls, "_field_defaults", {})


def _read_struct(cls: Any, hints: Mapping[str, Any]) -> DeclaredRecord:
    config = cls.__struct_config__
    names, defaults = cls.__struct_fields__, cls.__struct_defaults__
    padded = (msgspec.NODEFAULT,) * (len(names) - len(defaults)) + defaults
    fields = [
        declare(name, wire_name, hints[name], _struct_default(default))
        for name, wire_name, default in zip(names, cls.__struct_encode_fields__, padded, strict=True)
    ]
    if config.tag is not None:
        tag: Any = typing.Literal[config.tag]
        field = declare(config.tag_field, config.tag_field, tag, FieldInfo(default=config.tag), access="tag")
        fields.insert(0, field)
    return DeclaredRecord(
        kind="struct",
        fields=tuple(fields),
        extra="forbid" if config.forbid_unknown_fields else "ignore",
        is_array=config.array_like,
    )


def _struct_default(default: Any) -> FieldInfo:
    if default is msgspec.NODEFAULT:
        return FieldInfo()
    # msgspec wraps factories into an object of its own, which it does not export.
    if type(default).__module__ == "msgspec._core" and hasattr(default, "factory"):
        return FieldInfo(default_factory=default.factory)
    return FieldInfo(default=default)


def _read_dataclass(cls: Any, hints: Mapping[str, Any]) -> DeclaredRecord:
    if _is_attrs(cls):
        return _read_attrs(cls, hints)
    fields: list[DeclaredField] = []
    # The table holds pseudo-fields too: InitVar and ClassVar; dataclasses.fields() leaves them out.
    for name, field in cls.__dataclass_fields__.items():
        hint: Any = hints[name]
        if is_class_variable(hint):
            continue
        info = FieldInfo()
        if isinstance(field.default, FieldInfo):
            info = field.default
        elif field.default is not dataclasses.MISSING:
            info = FieldInfo(default=field.default)
        elif field.default_factory is not dataclasses.MISSING:
            info = FieldInfo(default_factory=field.default_factory)
        inner: Any = getattr(hint, "type", None)
        if isinstance(hint, dataclasses.InitVar):
            fields.append(declare(name, name, inner, info, access="input"))
        elif field.init:
            fields.append(declare(name, name, hint, info))
        else:
            fields.append(declare(name, name, hint, info, required=False, access="output"))
    return DeclaredRecord(kind="dataclass", fields=tuple(fields))


def _is_attrs(cls: Any) -> bool:
    return hasattr(cls, "__attrs_attrs__")


def _read_attrs(cls: Any, hints: Mapping[str, Any]) -> DeclaredRecord:
    attr: Any = sys.modules["attr"]
    fields: list[DeclaredField] = []
    for field in cls.__attrs_attrs__:
        hint = hints.get(field.name, Any if field.type is None else field.type)
        info, required = FieldInfo(), field.default is attr.NOTHING
        if isinstance(field.default, attr.Factory):
            if not field.default.takes_self:  # else known to the constructor alone
                info = FieldInfo(default_factory=field.default.factory)
        elif not required:
            info = FieldInfo(default=field.default)
        if field.init:
            fields.append(declare(field.name, field.name, hint, info, required=required))
        else:
            fields.append(declare(field.name, field.name, hint, info, required=False, access="output"))
    return DeclaredRecord(kind="dataclass", fields=tuple(fields))


def _read_typed_dict(cls: Any, hints: Mapping[str, Any]) -> DeclaredRecord:
    fields: list[DeclaredField] = []
    for name, hint in hints.items():
        # String annotations hide their qualifier from __required_keys__ (PEP 563), so it is read again.
        _, qualifiers = split_qualifiers(hint)
        required = "Required" in qualifiers or (
            "NotRequired" not in qualifiers and name in cls.__required_keys__
        )
        fields.append(declare(name, name, hint, FieldInfo(), required=required))
    items: Any = cls.__dict__.get("__extra_items__")
    if items is not None and not repr(items).endswith("NoExtraItems"):  # a sentinel; None is a type here
        bare, _ = split_qualifiers(items)
        return DeclaredRecord(kind="typed_dict", fields=tuple(fields), extra="allow", extra_hint=bare)
    extra: Extra = "forbid" if getattr(cls, "__closed__", None) else "ignore"
    return DeclaredRecord(kind="typed_dict", fields=tuple(fields), extra=extra)


def _read_named_tuple(cls: Any, hints: Mapping[str, Any]) -> DeclaredRecord:
    fields: list[DeclaredField] = []
    for name in cls._fields:
        default = cls._field_defaults.get(name, FieldInfo())
        info = default if isinstance(default, FieldInfo) else FieldInfo(default=default)
        fields.append(declare(name, name, hints.get(name, Any), info))
    return DeclaredRecord(kind="named_tuple", fields=tuple(fields), extra="forbid", is_array=True)


_READERS: Final[Mapping[RecordKind, Callable[[Any, Mapping[str, Any]], DeclaredRecord]]] = {
    "struct": _read_struct,
    "dataclass": _read_dataclass,
    "typed_dict": _read_typed_dict,
    "named_tuple": _read_named_tuple,
}
