"""Functions of users that strategies put around types: validators, and what chooses a tag."""

from __future__ import annotations

from typing import Any

from bolide.validation.errors import ValidationError
from bolide.validation.functions import (
    AfterValidator,
    BeforeValidator,
    PlainValidator,
    ValidationInfo,
    WrapValidator,
)


class Refused(ValueError):
    """Compares by its text, so that errors do."""

    def __eq__(self, other: object) -> bool:
        return repr(self) == repr(other)

    __hash__ = ValueError.__hash__


class Asserted(AssertionError):
    """Compares by its text, so that errors do."""

    def __eq__(self, other: object) -> bool:
        return repr(self) == repr(other)

    __hash__ = AssertionError.__hash__


def same(value: Any) -> Any:
    return value


def refuse_some(value: Any) -> Any:
    """Refuse values by their text, so that every type has both."""
    if "2" in repr(value):
        raise Refused(f"{value!r} has a 2")
    if "b" in repr(value):
        raise Asserted(f"{value!r} has a b")
    return value


def prepare(value: Any) -> Any:
    return 1 if value == "a" else refuse_some(value)


def wrap(value: Any, handler: Any) -> Any:
    if value == "ab":
        return value
    try:
        return handler(value)
    except ValidationError:
        return handler(1)


def read_info(value: Any, info: ValidationInfo) -> Any:
    if len(info.data or {}) > 1:
        raise Refused(f"{info.field_name} comes after {sorted(info.data or {})}")
    return value


def prepare_record(value: Any) -> Any:
    """Refuse some records, and make one of what is none."""
    if isinstance(value, str):
        raise Refused("a record is no text")
    return {"f0": value} if isinstance(value, int) else value


def refuse_instance(self: Any, context: Any) -> None:
    refuse_some([getattr(self, name) for name in self.__struct_fields__])


def read_record(value: Any, handler: Any) -> Any:
    return refuse_some(handler(value))


VALIDATORS = (
    AfterValidator(same),
    AfterValidator(refuse_some),
    AfterValidator(read_info),
    BeforeValidator(prepare),
    BeforeValidator(read_info),
    WrapValidator(wrap),
    PlainValidator(refuse_some),
)


def find_shape(value: Any) -> str | None:
    """Return the tag of the options that :func:`tagged_hints` draws for a function."""
    if isinstance(value, dict):
        return value.get("kind", "object") if isinstance(value.get("kind", ""), str) else None
    return {list: "array", int: "number", str: "text"}.get(type(value))
