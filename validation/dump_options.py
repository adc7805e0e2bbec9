"""How a value is to be dumped: the options of one call, and what is kept of containers and records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, Literal, TypedDict, cast

import msgspec

__all__ = [
    "DumpKeywords",
    "DumpMode",
    "DumpOptions",
    "IncludeExclude",
    "SerializationError",
    "SerializationInfo",
    "Variant",
    "select",
    "selected_entries",
    "selected_items",
    "selected_places",
    "serialization_info",
    "variant_of",
]

DumpMode = Literal["python", "json"]

IncludeExclude = Collection[str] | Collection[int] | Mapping[str, Any] | Mapping[int, Any]
"""Names of fields, or positions, as a set; or as a mapping to ``True`` or to the same for what is inside.

The key ``"__all__"`` stands for every item of a collection.
"""

Dump = Callable[..., Any]
"""A generated function ``(value, options, include, exclude)``."""


class SerializationError(ValueError):
    """A value cannot be dumped: text or bytes that are not UTF-8, nesting without end, a wrong type."""


class DumpKeywords(TypedDict, total=False):
    """Options that all methods for dumping take by keyword.

    Attributes:
        include: Keep only these fields or items, see :data:`IncludeExclude`.
        exclude: Leave out these fields or items; wins over *include*.
        context: Handed to serializers.
        by_alias: Use the names in JSON; ``None`` leaves it to the models, most of which say no.
        exclude_unset: Leave out fields that were not given; models have to track that.
        exclude_defaults: Leave out fields that equal their default.
        exclude_none: Leave out fields that are ``None``.
        exclude_computed_fields: Leave out computed fields.
        round_trip: Write what the type reads again: no computed fields, and JSON in text as text.
        warnings: What happens to records and collections of another type than declared: a ``UserWarning``
            (True, ``"warn"``), an error (``"error"``) or nothing. They are written by their own type. Scalars
            are looked at for ``"error"`` only.
        fallback: Replaces objects of unknown classes.
        serialize_as_any: Write records by their own class instead of by the declared one.
    """

    include: IncludeExclude | None
    exclude: IncludeExclude | None
    context: Any
    by_alias: bool | None
    exclude_unset: bool
    exclude_defaults: bool
    exclude_none: bool
    exclude_computed_fields: bool
    round_trip: bool
    warnings: bool | Literal["none", "warn", "error"]
    fallback: Callable[[Any], Any] | None
    serialize_as_any: bool


class DumpOptions(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The options of one call, see :class:`DumpKeywords`, but for what is included and excluded.

    In responses *undeclared_bytes* stay bytes, which msgspec writes as base64; else they are text in JSON.
    *binary* leaves all bytes as they are, for MessagePack.
    """

    mode: DumpMode = "python"
    context: Any = None
    by_alias: bool | None = None
    exclude_unset: bool = False
    exclude_defaults: bool = False
    exclude_none: bool = False
    exclude_computed_fields: bool = False
    round_trip: bool = False
    warnings: bool | Literal["none", "warn", "error"] = True
    fallback: Callable[[Any], Any] | None = None
    serialize_as_any: bool = False
    undeclared_bytes: bool = False
    binary: bool = False


class SerializationInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a serializer may know of the call that it serves; *field_name* is ``None`` for whole values."""

    mode: DumpMode
    include: Any
    exclude: Any
    context: Any
    by_alias: bool
    exclude_unset: bool
    exclude_defaults: bool
    exclude_none: bool
    exclude_computed_fields: bool
    round_trip: bool
    serialize_as_any: bool
    field_name: str | None

    def mode_is_json(self) -> bool:
        """Tell whether JSON is written, or something that has its types."""
        return self.mode == "json"


def serialization_info(
    options: DumpOptions, field_name: str | None, include: Any = None, exclude: Any = None
) -> SerializationInfo:
    """Return what a serializer may know; *include* and *exclude* are those inside of its value."""
    return SerializationInfo(
        mode=options.mode,
        include=include,
        exclude=exclude,
        context=options.context,
        by_alias=bool(options.by_alias),
        exclude_unset=options.exclude_unset,
        exclude_defaults=options.exclude_defaults,
        exclude_none=options.exclude_none,
        exclude_computed_fields=options.exclude_computed_fields,
        round_trip=options.round_trip,
        serialize_as_any=options.serialize_as_any,
        field_name=field_name,
    )


class Variant(msgspec.Struct, frozen=True):
    """The options that change the generated code; the others are looked at when it runs.

    *checks* says that scalars are compared with their types, too; *searches*, that what stands where scalars
    are declared is dumped by its class, without complaint; *selects* that ``include`` or ``exclude``
    is given; *twins* that records may become structs of their own instead of dictionaries, which msgspec
    writes faster and nobody else may see.
    """

    mode: DumpMode = "python"
    by_alias: bool | None = None
    exclude_unset: bool = False
    exclude_defaults: bool = False
    exclude_none: bool = False
    exclude_computed_fields: bool = False
    serialize_as_any: bool = False
    round_trip: bool = False
    checks: bool = False
    selects: bool = False
    twins: bool = False
    searches: bool = False
    binary: bool = False

    @property
    def keeps_bytes(self) -> bool:
        """Whether bytes stay what they are, instead of becoming text."""
        return self.mode == "python" or self.binary


def variant_of(
    options: DumpOptions, *, twins: bool = False, selects: bool = False, searches: bool = False
) -> Variant:
    """Return which code *options* need; *selects* when something is included or excluded."""
    return Variant(
        options.mode,
        options.by_alias,
        options.exclude_unset,
        options.exclude_defaults,
        options.exclude_none,
        options.exclude_computed_fields or options.round_trip,
        options.serialize_as_any,
        options.round_trip,
        options.warnings == "error",
        selects,
        twins,
        searches,
        options.binary,
    )


_NOTHING: Final = (None, None)


def select(include: Any, exclude: Any, key: object) -> tuple[Any, Any] | None:
    """Return what is included and excluded inside of *key*; ``None`` when it is left out itself.

    Raises:
        TypeError: *include* or *exclude* is neither a set nor a mapping.
    """
    if type(exclude) is set:  # hot: most selections are sets of names
        if key in exclude or "__all__" in exclude:
            return None
        inner_exclude = None
    else:
        inner_exclude = _inside(exclude, key, "exclude") if exclude is not None else None
        if inner_exclude is True:
            return None
    if include is None:
        return _NOTHING if inner_exclude is None else (None, inner_exclude)
    if type(include) is set:
        return (None, inner_exclude) if key in include or "__all__" in include else None
    inner_include = _inside(include, key, "include")
    if inner_include is None:
        return None
    return (None if inner_include is True else inner_include), inner_exclude


def selected_items(
    items: Collection[Any], dump: Dump | None, options: DumpOptions, include: Any, exclude: Any
) -> list[Any]:
    """Return the items that are kept, each dumped."""
    if include is None and exclude is None:
        return list(items) if dump is None else [dump(item, options, None, None) for item in items]
    include, exclude = _from_the_end(include, len(items)), _from_the_end(exclude, len(items))
    kept: list[Any] = []
    for index, item in enumerate(items):
        if (chosen := select(include, exclude, index)) is not None:
            kept.append(item if dump is None else dump(item, options, *chosen))
    return kept


def selected_places(
    items: Collection[Any], dumps: Sequence[Dump | None], options: DumpOptions, include: Any, exclude: Any
) -> tuple[Any, ...]:
    """Return the items of a tuple that are kept, each dumped by the function of its place."""
    include, exclude = _from_the_end(include, len(items)), _from_the_end(exclude, len(items))
    kept: list[Any] = []
    for index, (item, dump) in enumerate(zip(items, dumps, strict=True)):
        if (chosen := select(include, exclude, index)) is not None:
            kept.append(item if dump is None else dump(item, options, *chosen))
    return tuple(kept)


def selected_entries(
    entries: Mapping[Any, Any], dump: Dump | None, options: DumpOptions, include: Any, exclude: Any
) -> dict[Any, Any]:
    """Return the entries that are kept, each value dumped."""
    if include is None and exclude is None:
        if dump is None:
            return dict(entries)
        return {key: dump(value, options, None, None) for key, value in entries.items()}
    kept: dict[Any, Any] = {}
    for key, value in entries.items():
        if (chosen := select(include, exclude, key)) is not None:
            kept[key] = value if dump is None else dump(value, options, *chosen)
    return kept


def _inside(tree: Any, key: object, what: str) -> Any:
    """Return what *tree* says about *key*: ``True`` for all of it, a smaller tree, ``None`` for nothing."""
    if isinstance(tree, Mapping):
        entries = cast("Mapping[object, Any]", tree)
        return _merged(_meant(entries.get(key)), _meant(entries.get("__all__")))
    if isinstance(tree, str) or not isinstance(tree, Collection):
        raise TypeError(f"{what} is a set or a mapping of names, not {tree!r}")
    return True if key in tree or "__all__" in tree else None


def _meant(value: Any) -> Any:
    """Return *value* of a mapping: ``...`` means the same as ``True``, ``False`` as nothing."""
    return True if value is ... else None if value is False else value


def _merged(one: Any, other: Any) -> Any:
    """Return what is said about one key, *one*, together with what is said about all, *other*."""
    if one is None or other is None:
        return other if one is None else one
    if one is True or other is True:
        return one
    own, general = _as_mapping(one), _as_mapping(other)
    return {key: _merged(_meant(own.get(key)), _meant(general.get(key))) for key in {**own, **general}}


def _as_mapping(tree: Any) -> Mapping[object, Any]:
    return cast("Mapping[object, Any]", tree) if isinstance(tree, Mapping) else dict.fromkeys(tree, True)


def _from_the_end(tree: Any, count: int) -> Any:
    """Return *tree* with positions that count from the end, which are negative, counted from the start."""
    keys = cast("Collection[object]", tree if isinstance(tree, Collection) else ())
    if isinstance(tree, str) or not any(isinstance(key, int) and key < 0 for key in keys):
        return cast("object", tree)
    pairs = _as_mapping(tree).items()
    return {key + count if isinstance(key, int) and key < 0 else key: inner for key, inner in pairs}
