"""Values that are looked at but not read: instances, classes, anything at all."""

from __future__ import annotations

import contextlib
import itertools
import types
import typing
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

from bolide.validation.custom_types import TypeSpec, UnreadableTypeError
from bolide.validation.errors import (
    MESSAGES,
    CustomError,
    ErrorDetails,
    ErrorLimitReached,
    Loc,
    ValidationError,
    report,
    report_exception,
)
from bolide.validation.shapes import key_loc
from bolide.validation.untyped import MAX_DEPTH

__all__ = ["InstanceOf", "JsonValue", "SkipValidation", "class_spec"]

T = TypeVar("T")


def _unchanged(value: Any) -> Any:
    return value


if TYPE_CHECKING:
    InstanceOf = Annotated[T, ...]
    SkipValidation = Annotated[T, ...]
else:

    class InstanceOf:
        """``InstanceOf[X]`` takes instances of the class X and nothing else, from JSON too.

        They are described and written as X, with the fields that X declares.
        """

        def __class_getitem__(cls, item: Any) -> Any:
            return Annotated[item, cls()]

        def __bolide_type__(self, hint: Any) -> TypeSpec:
            expected = _classes(hint)
            name = " or ".join(each.__name__ for each in expected)

            def load_instance(value: Any) -> Any:
                if isinstance(value, expected):
                    return value
                message = "Input should be an instance of {class}"
                raise CustomError("is_instance_of", message, {"class": name})

            return TypeSpec(load=load_instance, value=hint, label=f"is-instance[{name}]")

    class SkipValidation:
        """``SkipValidation[X]`` takes anything; it is described and written as X."""

        def __class_getitem__(cls, item: Any) -> Any:
            return Annotated[item, cls()]

        def __bolide_type__(self, hint: Any) -> TypeSpec:
            return TypeSpec(load=_unchanged, value=hint, label="any")


def _classes(hint: Any) -> tuple[Any, ...]:
    """Return the classes that a value of *hint* may be an instance of.

    Raises:
        UnreadableTypeError: Python cannot tell.
    """
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return tuple(itertools.chain.from_iterable(map(_classes, typing.get_args(hint))))
    cls = typing.get_origin(hint) or hint
    try:
        isinstance(None, cls)
    except TypeError as error:
        reason = "write @runtime_checkable over it" if hasattr(cls, "_is_protocol") else "name a class"
        raise UnreadableTypeError(f"has no instances that can be told; {reason}") from error
    return (cls,)


def class_spec(expected: Any = Any) -> TypeSpec:
    """Return how classes are read, for ``type`` and ``type[expected]``."""
    if isinstance(expected, TypeVar):
        expected = Any if expected.__bound__ is None else expected.__bound__
    if typing.get_origin(expected) in (typing.Union, types.UnionType):
        options = tuple(type[option] for option in typing.get_args(expected))
        return TypeSpec(wire=typing.Union[options], value=Any, load=_unchanged)  # noqa: UP007 - from a tuple
    if expected is Any:
        return TypeSpec(load=_load_class, value=Any, label="is-instance[type]")
    name = expected.__name__

    def load_subclass(value: Any) -> Any:
        if isinstance(value, type) and issubclass(value, expected):
            return value
        raise CustomError("is_subclass_of", "Input should be a subclass of {class}", {"class": name})

    return TypeSpec(load=load_subclass, value=Any, label=f"is-subclass[{name}]")


def _load_class(value: Any) -> Any:
    if not isinstance(value, type):
        raise CustomError("is_type", "Input should be a type")
    return value


class _JsonMarker:
    """Metadata of :data:`JsonValue`."""

    def __repr__(self) -> str:
        return "JsonValue"

    def __bolide_type__(self, hint: Any) -> TypeSpec:
        return TypeSpec(
            wire=hint, value=hint, load=_load_json_value, label="json-value", component="JsonValue"
        )


def _load_json_value(value: Any) -> Any:
    """Return *value*, if JSON can carry it.

    Raises:
        ValidationError: Something in it is of another type; says where.
        CustomError: It is nested too deeply.
    """
    level = _collections_in((value,))
    for _ in range(MAX_DEPTH):
        if not level:
            return value
        if level is _NO_JSON:
            errors: list[ErrorDetails] = []
            with contextlib.suppress(ErrorLimitReached):
                _report_others(value, (), errors, set())
            raise ValidationError("json-value", errors)
        level = _collections_in(itertools.chain.from_iterable(level))
    if level:
        raise CustomError("recursion_depth_exceeded", MESSAGES["recursion_depth_exceeded"])
    return value


def _collections_in(values: Iterable[Any]) -> list[Iterable[Any]]:
    """Return what the lists and dictionaries among *values* hold, of each of them once.

    ``_NO_JSON`` when there is something else.
    """
    found: dict[int, Iterable[Any]] = {}
    for value in values:
        if isinstance(value, _JSON_SCALARS):
            continue
        kind: Any = value.__class__
        if issubclass(kind, list):
            found[id(value)] = value
        elif issubclass(kind, dict) and all(isinstance(key, str) for key in value):
            found[id(value)] = value.values()
        else:
            return _NO_JSON
    return list(found.values())


def _report_others(value: Any, loc: Loc, errors: list[ErrorDetails], seen: set[int]) -> None:
    """Report what JSON cannot carry inside of *value*, at the first place where it stands."""
    kind: Any = value.__class__
    if isinstance(value, _JSON_SCALARS) or id(value) in seen or len(loc) > 2 * MAX_DEPTH:
        return
    seen.add(id(value))
    if issubclass(kind, list):
        for index, item in enumerate(value):
            _report_others(item, (*loc, "list", index), errors, seen)
    elif issubclass(kind, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                report(errors, "string_type", (*loc, "dict", key_loc(key), "[key]"), key)
            _report_others(item, (*loc, "dict", key_loc(key)), errors, seen)
    else:
        report_exception(
            errors, CustomError("invalid-json-value", "input was not a valid JSON value"), loc, value
        )


_NO_JSON: Final[list[Iterable[Any]]] = [()]


_JSON_SCALARS: Final = (str, int, float, bool, type(None))

JsonValue = Annotated[Any, _JsonMarker()]
"""What JSON can carry: None, booleans, numbers, strings, lists and dictionaries of these."""
