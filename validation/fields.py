"""What users say about one value beside its type: ``Field(...)`` and ``Annotated`` metadata.

Recognises ``annotated_types``, ``msgspec.Meta`` and ``Doc`` objects by the class they have, so that no
optional package is imported. Which constraint fits which type is not known here.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from bolide.validation.hints import TypeHintError
from bolide.validation.tree import NO_DEFAULT, Documentation

__all__ = [
    "CONSTRAINT_NAMES",
    "Field",
    "FieldInfo",
    "merge_field_infos",
    "read_metadata",
]

CONSTRAINT_NAMES = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern")


# Compared by identity: typing caches Annotated[...] by equality, and gt=1 must not stand in for gt=True.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FieldInfo:
    """Options of a field or parameter; ``None`` (for *default*: ``NO_DEFAULT``) means not given.

    May stand in the metadata of ``Annotated``. There, below the top level of a field or parameter,
    default and alias have no meaning and are ignored.
    """

    default: Any = NO_DEFAULT
    default_factory: Callable[[], Any] | None = None
    alias: str | None = None
    serialization_alias: str | None = None
    exclude: bool | None = None
    exclude_if: Callable[[Any], bool] | None = None
    title: str | None = None
    description: str | None = None
    examples: tuple[Any, ...] | None = None
    deprecated: bool | str | None = None
    gt: Any = None
    ge: Any = None
    lt: Any = None
    le: Any = None
    multiple_of: Any = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    annotation: Any = None

    def __repr__(self) -> str:
        given = (
            f"{name}={value!r}"
            for name in self.__slots__
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

    def documentation(self) -> Documentation | None:
        """Return title, description, examples and deprecation, or ``None`` when there are none."""
        if self.title is None and self.description is None and not self.examples and not self.deprecated:
            return None
        return Documentation(
            title=self.title,
            description=self.description,
            examples=self.examples or (),
            deprecated=bool(self.deprecated),
        )


def Field(  # noqa: N802 - named as Pydantic's users know it
    default: Any = NO_DEFAULT,
    *,
    default_factory: Callable[[], Any] | None = None,
    alias: str | None = None,
    serialization_alias: str | None = None,
    exclude: bool | None = None,
    exclude_if: Callable[[Any], bool] | None = None,
    title: str | None = None,
    description: str | None = None,
    examples: Sequence[Any] | None = None,
    deprecated: bool | str | None = None,
    gt: Any = None,
    ge: Any = None,
    lt: Any = None,
    le: Any = None,
    multiple_of: Any = None,
    min_length: int | None = None,
    max_length: int | None = None,
    pattern: str | re.Pattern[str] | None = None,
) -> Any:
    """Describe a field of a :class:`~bolide.validation.model.Model`, or a value inside ``Annotated``.

    Args:
        default: Value when the input has none; left out or ``...`` makes the field required.
        default_factory: Makes the default, once per instance.
        alias: Name of the field in JSON and in the constructor.
        serialization_alias: Name of the field in JSON that is written, where it differs from *alias*.
        exclude: Never write the field.
        exclude_if: Leave out the field when this function returns true for its value.
        title: Short name for the schema.
        description: Longer text for the schema.
        examples: Example values for the schema.
        deprecated: Marks the field as deprecated in the schema.
        gt: The value must be greater.
        ge: The value must be greater or equal.
        lt: The value must be less.
        le: The value must be less or equal.
        multiple_of: The value must be a multiple.
        min_length: Least number of characters, bytes, items or entries.
        max_length: Greatest number of characters, bytes, items or entries.
        pattern: Regular expression (Python's ``re``) that must be found in the string; ``$`` matches
            only at its very end.

    Raises:
        TypeHintError: Both a default and a factory are given, or an option has the wrong type.
    """
    if default is ...:
        default = NO_DEFAULT
    if default is not NO_DEFAULT and default_factory is not None:
        raise TypeHintError("Field() takes a default or a default_factory, not both")
    return FieldInfo(
        default=default,
        default_factory=default_factory,
        alias=alias,
        serialization_alias=serialization_alias,
        exclude=exclude,
        exclude_if=exclude_if,
        title=title,
        description=description,
        examples=None if examples is None else tuple(examples),
        deprecated=deprecated,
        gt=gt,
        ge=ge,
        lt=lt,
        le=le,
        multiple_of=multiple_of,
        min_length=min_length,
        max_length=max_length,
        pattern=_pattern_text(pattern),
    )


def merge_field_infos(base: FieldInfo, extra: FieldInfo) -> FieldInfo:
    """Return *base* with what *extra* says on top; of two bounds of one kind the tighter one holds.

    Raises:
        TypeHintError: Two different patterns or two different divisors.
    """
    changes: dict[str, Any] = {}
    for name in FieldInfo.__slots__:
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
    return dataclasses.replace(base, **changes)


def read_metadata(metadata: Iterable[object]) -> FieldInfo:
    """Merge ``Annotated`` metadata into one :class:`FieldInfo`; objects of foreign kinds are ignored.

    Raises:
        TypeHintError: A known object states something that cannot be checked.
    """
    merged = FieldInfo()
    for item in metadata:
        if (info := _read_item(item)) is not None:
            merged = merge_field_infos(merged, info)
    return merged


def _tighter(name: str, known: Any, value: Any) -> Any:
    if name in ("gt", "ge", "min_length"):
        return max(known, value)
    if name in ("lt", "le", "max_length"):
        return min(known, value)
    if known != value:
        raise TypeHintError(f"two different values of {name}: {known!r} and {value!r}")
    return value


def _read_item(item: object) -> FieldInfo | None:
    if isinstance(item, FieldInfo):
        return item
    if isinstance(item, msgspec.Meta):
        return _read_meta(item)
    for cls in type(item).__mro__:
        module = cls.__module__.partition(".")[0]
        if module == "annotated_types":
            return _read_annotated_types(item, cls.__name__)
        if cls.__name__ == "Doc" and module in ("typing_extensions", "typing"):
            return FieldInfo(description=getattr(item, "documentation", None))
        if module == "pydantic":
            raise TypeHintError(f"{item!r} is Pydantic's; use Field() of bolide")
    return None


def _read_meta(meta: msgspec.Meta) -> FieldInfo:
    if meta.tz is not None:
        raise TypeHintError("msgspec.Meta(tz=...) is not supported")
    examples = None if meta.examples is None else tuple(meta.examples)
    constraints = {name: getattr(meta, name) for name in CONSTRAINT_NAMES}
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
    if name in ("Predicate", "Not", "Timezone"):
        raise TypeHintError(f"{item!r} cannot be checked")
    return None


def _pattern_text(pattern: str | re.Pattern[str] | None) -> str | None:
    if pattern is None or isinstance(pattern, str):
        return pattern
    if pattern.flags & ~re.UNICODE:
        raise TypeHintError(f"flags of {pattern!r} would be lost; write them into it, as in '(?i)...'")
    return pattern.pattern
