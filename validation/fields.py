"""What users say about one value beside its type: ``Field(...)`` and ``Annotated`` metadata.

Recognises ``annotated_types``, ``msgspec.Meta`` and ``Doc`` objects by the class they have, so that no
optional package is imported. Which constraint fits which type is not known here.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, TypedDict, Unpack

import msgspec
from msgspec.structs import replace

from bolide.validation.aliases import ValidationAlias
from bolide.validation.discriminators import Discriminator
from bolide.validation.hints import TypeHintError
from bolide.validation.planned import note_planned
from bolide.validation.spelling import did_you_mean
from bolide.validation.tree import NO_DEFAULT, Documentation

__all__ = [
    "CONSTRAINT_NAMES",
    "PYDANTIC_OPTIONS",
    "Field",
    "FieldInfo",
    "FieldOptions",
    "JsonSchemaExtra",
    "merge_field_infos",
    "read_metadata",
    "takes_data",
]

JsonSchemaExtra: TypeAlias = Mapping[str, Any] | Callable[[dict[str, Any]], None]
"""Keywords on top of a schema, or a function that changes the schema in place."""

_META_NAMES = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern")
CONSTRAINT_NAMES = (
    *_META_NAMES,
    *("allow_inf_nan", "max_digits", "decimal_places", "strict", "coerce_numbers_to_str"),
    *("strip_whitespace", "to_lower", "to_upper", "ascii_only", "fail_fast"),
)


# Compared by identity: typing caches Annotated[...] by equality, and gt=1 must not stand in for gt=True.
class FieldInfo(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Options of a field or parameter; ``None`` (for *default*: ``NO_DEFAULT``) means not given.

    May stand in the metadata of ``Annotated``. There, below the top level of a field or parameter, what
    belongs to a field (default, aliases, ``exclude``, ``frozen`` …) has no meaning and is ignored.
    """

    default: Any = NO_DEFAULT
    default_factory: Callable[[], Any] | None = None
    alias: str | None = None
    alias_priority: int | None = None
    validation_alias: ValidationAlias | None = None
    serialization_alias: str | None = None
    title: str | None = None
    field_title_generator: Callable[[str, FieldInfo], str] | None = None
    description: str | None = None
    examples: tuple[Any, ...] | None = None
    deprecated: bool | str | None = None
    json_schema_extra: JsonSchemaExtra | None = None
    exclude: bool | None = None
    exclude_if: Callable[[Any], bool] | None = None
    discriminator: str | Discriminator | None = None
    union_mode: Literal["smart", "left_to_right"] | None = None
    frozen: bool | None = None
    validate_default: bool | None = None
    repr: bool | None = None
    strict: bool | None = None
    coerce_numbers_to_str: bool | None = None
    fail_fast: bool | None = None
    gt: Any = None
    ge: Any = None
    lt: Any = None
    le: Any = None
    multiple_of: Any = None
    allow_inf_nan: bool | None = None
    max_digits: int | None = None
    decimal_places: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    strip_whitespace: bool | None = None
    to_lower: bool | None = None
    to_upper: bool | None = None
    ascii_only: bool | None = None
    annotation: Any = None

    def __repr__(self) -> str:
        given = (
            f"{name}={value!r}"
            for name in self.__struct_fields__
            if (value := getattr(self, name)) is not (NO_DEFAULT if name == "default" else None)
            and name != "annotation"
        )
        return f"Field({', '.join(given)})"

    def is_required(self) -> bool:
        """Tell whether a value must be given."""
        return self.default is NO_DEFAULT and self.default_factory is None

    def constraints(self) -> dict[str, Any]:
        """Return the constraints that are set, by name."""
        return {name: value for name in CONSTRAINT_NAMES if (value := getattr(self, name)) is not None}

    def beside(self, other: FieldInfo) -> FieldInfo:
        """Return the constraints that *other* does not state with the same value."""
        known = other.constraints()
        changed = {name: value for name, value in self.constraints().items() if known.get(name) != value}
        return FieldInfo(**changed)

    def documentation(self) -> Documentation | None:
        """Return what is meant for schemas alone, or ``None`` when there is nothing."""
        documentation = Documentation(
            title=self.title,
            description=self.description,
            examples=self.examples or (),
            deprecated=bool(self.deprecated),
            extra=self.json_schema_extra,
        )
        return None if documentation == _UNDOCUMENTED else documentation


_UNDOCUMENTED: Final = Documentation()


class FieldOptions(TypedDict, total=False):
    """What :func:`Field` takes beside default and alias.

    Names:
        alias_priority: 1 lets the alias generator of a subclass replace the aliases; 2 is the default.
        validation_alias: Name in the input only: a string, an ``AliasPath`` or ``AliasChoices``.
        serialization_alias: Name in the output only.

    The schema:
        title: Short name.
        field_title_generator: Makes the title from the field's name and options.
        description: Longer text.
        examples: Example values.
        deprecated: Marks the field as deprecated; a text says what to use instead.
        json_schema_extra: More keywords, or a function that changes the schema in place.

    Reading and writing:
        discriminator: The field whose value tells the members of a union apart, or a ``Discriminator``.
        union_mode: ``"left_to_right"`` takes the first option of a union that accepts the value.
        validate_default: Validate the default too.
        strict: Forbid conversions for this field, or allow them in a strict model.
        coerce_numbers_to_str: Turn numbers into strings where a string is declared.
        fail_fast: Stop at the first bad item of a collection.
        exclude: Never write the field.
        exclude_if: Do not write the field when this function returns true for its value.
        frozen: The field cannot be assigned.
        repr: ``False`` leaves the field out of ``repr()``.
        init: For type checkers; must not be ``False``, since every field can be given.
        kw_only: For type checkers; must not be ``False``, since fields are given by name.

    Constraints:
        gt: The value must be greater.
        ge: The value must be greater or equal.
        lt: The value must be less.
        le: The value must be less or equal.
        multiple_of: The value must be a multiple.
        allow_inf_nan: ``False`` refuses NaN and infinities.
        max_digits: Greatest number of digits of a ``Decimal``.
        decimal_places: Greatest number of digits of a ``Decimal`` after the point.
        min_length: Least number of characters, bytes, items or entries.
        max_length: Greatest number of characters, bytes, items or entries.
        pattern: Regular expression (Python's ``re``) that must be found in the string; ``$`` matches
            only at its very end.
    """

    alias_priority: int | None
    validation_alias: ValidationAlias | None
    serialization_alias: str | None
    title: str | None
    field_title_generator: Callable[[str, FieldInfo], str] | None
    description: str | None
    examples: Sequence[Any] | None
    deprecated: bool | str | None
    json_schema_extra: JsonSchemaExtra | None
    discriminator: str | Discriminator | None
    union_mode: Literal["smart", "left_to_right"] | None
    validate_default: bool | None
    strict: bool | None
    coerce_numbers_to_str: bool | None
    fail_fast: bool | None
    exclude: bool | None
    exclude_if: Callable[[Any], bool] | None
    frozen: bool | None
    repr: bool | None
    init: bool | None
    kw_only: bool | None
    gt: Any
    ge: Any
    lt: Any
    le: Any
    multiple_of: Any
    allow_inf_nan: bool | None
    max_digits: int | None
    decimal_places: int | None
    min_length: int | None
    max_length: int | None
    pattern: str | re.Pattern[str] | None


def Field(  # noqa: N802 - named as Pydantic's users know it
    default: Any = NO_DEFAULT,
    *,
    default_factory: Callable[[], Any] | None = None,
    alias: str | None = None,
    **options: Unpack[FieldOptions],
) -> Any:
    """Describe a field of a :class:`~bolide.validation.model.Model`, or a value inside ``Annotated``.

    Args:
        default: Value when the input has none; left out or ``...`` makes the field required.
        default_factory: Makes the default, once per instance.
        alias: Name of the field in JSON and in the constructor.
        **options: See :class:`FieldOptions`.

    Raises:
        TypeHintError: Both a default and a factory are given, or an option has the wrong type.
    """
    if default is ...:
        default = NO_DEFAULT
    if default is not NO_DEFAULT and default_factory is not None:
        both = f"{default!r} and {getattr(default_factory, '__name__', default_factory)}"
        raise TypeHintError(f"Field() takes a default or a default_factory, not both: {both}")
    if default_factory is not None and not callable(default_factory):
        raise TypeHintError(f"default_factory is {default_factory!r}; expected a function, like list")
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    if given.pop("init", True) is False or given.pop("kw_only", True) is False:
        raise TypeHintError("Field(init=False) and Field(kw_only=False) are not supported; leave them out")
    for name in given:
        if name not in FieldOptions.__annotations__:
            hint = did_you_mean(name, FieldOptions.__annotations__)
            raise TypeError(f"Field() has no option {name!r}{hint}")
    if "examples" in given:
        given["examples"] = tuple(given["examples"])
    if "pattern" in given:
        given["pattern"] = _pattern_text(given["pattern"])
    if not _WRITTEN_OTHERWISE.isdisjoint(given):
        note_planned("Field()")
    return FieldInfo(default=default, default_factory=default_factory, alias=alias, **given)


_WRITTEN_OTHERWISE: Final = frozenset({"exclude", "exclude_if", "serialization_alias"})


def takes_data(factory: Callable[..., Any] | None) -> bool:
    """Tell whether a default factory takes the validated fields before its own, as a dictionary."""
    if factory is None or isinstance(factory, type):  # classes are called without arguments
        return False
    try:
        parameters = [*inspect.signature(factory).parameters.values()]
    except (ValueError, TypeError):  # builtins have none
        return False
    return len(parameters) == 1 and (
        parameters[0].kind in (parameters[0].POSITIONAL_ONLY, parameters[0].POSITIONAL_OR_KEYWORD)
        and parameters[0].default is parameters[0].empty
    )


_NOTHING_STATED: Final = FieldInfo()


def merge_field_infos(base: FieldInfo, extra: FieldInfo) -> FieldInfo:
    """Return *base* with what *extra* says on top; of two bounds of one kind the tighter one holds.

    Raises:
        TypeHintError: Two different patterns or two different divisors.
    """
    if base is _NOTHING_STATED:
        return extra
    changes: dict[str, Any] = {}
    for name in FieldInfo.__struct_fields__:
        value, known = getattr(extra, name), getattr(base, name)
        if value is (NO_DEFAULT if name == "default" else None):
            continue
        if known is not None and name in CONSTRAINT_NAMES:
            value = _tighter(name, known, value)
        changes[name] = value
    if "default" in changes:
        changes["default_factory"] = None
    elif "default_factory" in changes:
        changes["default"] = NO_DEFAULT
    return replace(base, **changes)


def read_metadata(metadata: Iterable[object]) -> FieldInfo:
    """Merge ``Annotated`` metadata into one :class:`FieldInfo`; objects of foreign kinds are ignored.

    Raises:
        TypeHintError: A known object states something that cannot be checked.
    """
    merged = _NOTHING_STATED
    for item in metadata:
        if (info := _read_item(item)) is not None:
            merged = merge_field_infos(merged, info)
    return merged


def _tighter(name: str, known: Any, value: Any) -> Any:
    if name in ("gt", "ge", "min_length"):
        return max(known, value)
    if name in ("lt", "le", "max_length", "max_digits", "decimal_places"):
        return min(known, value)
    if isinstance(value, bool):  # an option; what stands further outside wins
        return value
    if known != value:
        raise TypeHintError(f"two different values of {name}: {known!r} and {value!r}")
    return value


def _read_item(item: object) -> FieldInfo | None:
    if isinstance(item, FieldInfo):
        return item
    if isinstance(item, Discriminator):
        return FieldInfo(discriminator=item)
    if isinstance(item, msgspec.Meta):
        return _read_meta(item)
    for cls in type(item).__mro__:
        module = cls.__module__.partition(".")[0]
        if module == "pydantic" and (options := PYDANTIC_OPTIONS.get(cls.__name__)) is not None:
            return _read_pydantic(item, options)
        if module == "annotated_types":
            return _read_annotated_types(item, cls.__name__)
        if cls.__name__ == "Doc" and module in ("typing_extensions", "typing"):
            return FieldInfo(description=getattr(item, "documentation", None))
    return None


PYDANTIC_OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "AllowInfNan": ("allow_inf_nan",),
    "FailFast": ("fail_fast",),
    "Strict": ("strict",),
    "StringConstraints": (
        "strict",
        "min_length",
        "max_length",
        "pattern",
        "strip_whitespace",
        "to_upper",
        "to_lower",
        "ascii_only",
    ),
}
"""Metadata of Pydantic that is read here, and its attributes."""


def _read_pydantic(item: Any, options: Iterable[str]) -> FieldInfo:
    found = {name: getattr(item, name, None) for name in options}
    if (pattern := found.get("pattern")) is not None:
        found["pattern"] = _pattern_text(pattern)
    return FieldInfo(**found)


def _read_meta(meta: msgspec.Meta) -> FieldInfo:
    if meta.tz is not None:
        raise TypeHintError("msgspec.Meta(tz=...) is not supported")
    examples = None if meta.examples is None else tuple(meta.examples)
    constraints = {name: getattr(meta, name) for name in _META_NAMES}
    return FieldInfo(title=meta.title, description=meta.description, examples=examples, **constraints)


# annotated_types' single constraints, and the attribute that holds the value.
_ANNOTATED_TYPES = {
    "Gt": "gt",
    "Ge": "ge",
    "Lt": "lt",
    "Le": "le",
    "MultipleOf": "multiple_of",
    "MinLen": "min_length",
    "MaxLen": "max_length",
}


def _read_annotated_types(item: Any, name: str) -> FieldInfo | None:
    if (option := _ANNOTATED_TYPES.get(name)) is not None:
        return FieldInfo(**{option: getattr(item, option)})
    if getattr(item, "__is_annotated_types_grouped_metadata__", False):
        return read_metadata(item)
    return None


def _pattern_text(pattern: str | re.Pattern[str]) -> str:
    if isinstance(pattern, str):
        return pattern
    if pattern.flags & ~re.UNICODE:
        raise TypeHintError(f"flags of {pattern!r} would be lost; write them into it, as in '(?i)...'")
    return pattern.pattern
