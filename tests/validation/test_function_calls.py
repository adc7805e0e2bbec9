"""``validate_call`` takes the arguments that Pydantic's takes, with the same errors."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import pydantic
import pytest

from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.function_calls import validate_call
from bolide.validation.hints import TypeHintError


def simple(a: int, b: str = "b") -> Any:
    return a, b


def every_kind(a: int, /, b: int, *more: int, c: int, d: int = 4, **rest: float) -> Any:
    return a, b, more, c, d, rest


def untyped(a, b=None):  # type: ignore[no-untyped-def]
    return a, b


CALLS: tuple[tuple[Any, tuple[Any, ...], dict[str, Any]], ...] = (
    (simple, ("1",), {}),
    (simple, (1,), {"b": "x"}),
    (simple, (), {"a": "2", "b": "x"}),
    (simple, (), {}),
    (simple, ("x", 1), {}),
    (simple, (1, "b", 3, 4), {}),
    (simple, (1,), {"a": 2, "z": 3}),
    (every_kind, (1, "2", "3", "4"), {"c": "5", "e": "6"}),
    (every_kind, (), {}),
    (every_kind, (1,), {"b": 2, "c": 3, "d": 5}),
    (every_kind, ("x", 2, "y", 4, "z"), {"c": None, "q": "w"}),
    (every_kind, (1, 2), {"a": 3, "c": 4}),
    (untyped, (1,), {"b": object}),
)


def outcome(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        return function(*args, **kwargs)
    except (ValidationError, pydantic.ValidationError) as error:
        return [(each["type"], each["loc"], each["msg"]) for each in error.errors()]


@pytest.mark.parametrize(("function", "args", "kwargs"), CALLS, ids=str)
def test_calls_are_validated_as_pydantic_does(
    function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    expected = outcome(pydantic.validate_call(function), args, kwargs)
    assert outcome(validate_call(function), args, kwargs) == expected


def test_return_values_are_validated_on_demand() -> None:
    @validate_call(validate_return=True)
    def half(value: int) -> Annotated[int, Field(ge=1)]:
        return value // 2

    assert half("4") == 2  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        half(1)


def test_coroutine_functions_stay_what_they_are() -> None:
    @validate_call(validate_return=True)
    async def double(value: int) -> str:
        return value * 2  # type: ignore[return-value]

    with pytest.raises(ValidationError, match="valid string"):
        asyncio.run(double(2))


def test_methods_are_validated_too() -> None:
    class Counter:
        total = 0

        @validate_call
        def add(self, value: int) -> int:
            self.total += value
            return self.total

        @classmethod
        @validate_call(strict=True)
        def parse(cls, value: int) -> int:
            return value

    assert Counter().add("3") == 3  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="valid integer"):
        Counter.parse("3")  # type: ignore[arg-type]


def test_classes_are_no_functions() -> None:
    with pytest.raises(TypeHintError, match="is no function"):
        validate_call(int)
