"""``validate_call`` takes the arguments that Pydantic's takes, with the same errors."""

import asyncio
from typing import Annotated, Any, no_type_check

import pydantic
import pytest

from bolide.validation.aliases import AliasPath
from bolide.validation.errors import ValidationError
from bolide.validation.fields import Field
from bolide.validation.function_calls import validate_call
from bolide.validation.hints import TypeHintError
from tests.identifiers import stable_id


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


@no_type_check
def with_fields(field: Any) -> dict[str, Any]:
    """Return functions whose parameters are described by what *field* makes."""

    def default(d: int = field(3, ge=2)):
        return d

    def factory(a: int, d: list = field(default_factory=list)):  # noqa: B008
        d.append(a)
        return d

    def mutable(a: list = field([]), /, d: int = field(2, validate_default=True)):  # noqa: B008
        a.append(d)
        return a

    def annotated(
        a: Annotated[int, field(default=3, ge=2)],
        *,
        b: Annotated[int, field(default=3, ge=2)] = 7,
        c: str = field(max_length=2),
    ):
        return a, b, c

    def alias(d: Annotated[int, field(alias="D")], *more: int, e: int = field(4, validation_alias="E")):
        return d, more, e

    def bad_default(d: int = field("x", validate_default=True)):
        return d

    return {
        function.__name__: function for function in (default, factory, mutable, annotated, alias, bad_default)
    }


CALLS_WITH_FIELDS: tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...] = (
    ("default", (), {}),
    ("default", (1,), {}),
    ("default", ("5",), {}),
    ("default", (), {"d": 1}),
    ("factory", (1,), {}),
    ("factory", (1, (2,)), {}),
    ("mutable", (), {}),
    ("mutable", ([1],), {"d": "3"}),
    ("annotated", (), {"c": "x"}),
    ("annotated", (1,), {"b": 1, "c": "xyz"}),
    ("annotated", (), {}),
    ("alias", (), {"D": "3", "E": 1}),
    ("alias", (), {"D": "x", "E": "x"}),
    ("alias", (), {"d": 3}),
    ("alias", (1, 2), {"e": 3}),
    ("alias", (1,), {"D": 2}),
    ("alias", (), {}),
    ("bad_default", (), {}),
)


def outcome(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        return function(*args, **kwargs)
    except (ValidationError, pydantic.ValidationError) as error:
        return [(each["type"], each["loc"], each["msg"]) for each in error.errors()]


@pytest.mark.parametrize(("function", "args", "kwargs"), CALLS, ids=stable_id)
def test_calls_are_validated_as_pydantic_does(
    function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    expected = outcome(pydantic.validate_call(function), args, kwargs)
    assert outcome(validate_call(function), args, kwargs) == expected


@pytest.mark.parametrize(("name", "args", "kwargs"), CALLS_WITH_FIELDS, ids=stable_id)
def test_fields_describe_parameters_as_in_pydantic(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    expected = outcome(pydantic.validate_call(with_fields(pydantic.Field)[name]), args, kwargs)
    validated = validate_call(with_fields(Field)[name])
    assert outcome(validated, args, kwargs) == expected
    assert outcome(validated, args, kwargs) == expected  # also when called again


def test_parameters_are_read_from_inside_of_arguments() -> None:
    @validate_call
    def first(a: int, b: int = Field(validation_alias=AliasPath("x", 0))) -> int:
        return a + b

    assert first(1, x=["2"]) == 3  # type: ignore[call-arg]


def test_fields_that_cannot_describe_parameters_are_refused_with_their_names() -> None:
    @validate_call
    def foreign(a: int = pydantic.Field(3)) -> int:
        return a

    @validate_call
    def unfit(a: int = Field(3, max_length=1)) -> int:
        return a

    @validate_call
    def dependent(a: int, b: int = Field(default_factory=lambda data: data["a"])) -> int:
        return a + b

    prefix = r"test_fields_that_cannot_describe_parameters_are_refused_with_their_names\."
    with pytest.raises(
        TypeHintError, match=prefix + r"foreign\(a\): has Field\(\) of Pydantic; import Field"
    ):
        foreign()
    with pytest.raises(TypeHintError, match=prefix + r"unfit\(a\): .*max_length does not apply"):
        unfit(1)
    with pytest.raises(TypeHintError, match=r"dependent\(b\): the default_factory of a parameter takes no"):
        dependent(1)


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
