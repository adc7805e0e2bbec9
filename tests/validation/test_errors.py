"""The shape and the texts of errors."""

from __future__ import annotations

import json
import pickle
from typing import Annotated, Any

import pydantic
import pydantic_core
import pytest

from bolide.validation.adapter import Adapter
from bolide.validation.errors import (
    MESSAGES,
    CustomError,
    ErrorDetails,
    ErrorLimitReached,
    ValidationError,
    append_error,
    report,
    report_exception,
)
from bolide.validation.functions import AfterValidator
from bolide.validation.model import Model


def one(error_type: str, **ctx: Any) -> ErrorDetails:
    errors: list[ErrorDetails] = []
    append_error(errors, error_type, ("body", 0), "raw", **ctx)
    return errors[0]


def test_error_without_context_has_no_ctx() -> None:
    assert one("missing") == {"type": "missing", "loc": ("body", 0), "msg": "Field required", "input": "raw"}


@pytest.mark.parametrize(
    ("error_type", "ctx", "message"),
    [
        ("greater_than", {"gt": 0}, "Input should be greater than 0"),
        ("greater_than", {"gt": 0.0}, "Input should be greater than 0"),
        ("less_than_equal", {"le": 1.5}, "Input should be less than or equal to 1.5"),
        ("string_too_short", {"min_length": 1}, "String should have at least 1 character"),
        ("string_too_long", {"max_length": 3}, "String should have at most 3 characters"),
        ("string_pattern_mismatch", {"pattern": "^a{2}$"}, "String should match pattern '^a{2}$'"),
        (
            "too_long",
            {"field_type": "List", "max_length": 1, "actual_length": 2},
            "List should have at most 1 item after validation, not 2",
        ),
        (
            "too_long",
            {"field_type": "Set", "max_length": 2, "actual_length": None},
            "Set should have at most 2 items after validation, not more",
        ),
    ],
)
def test_message_is_made_from_the_context(error_type: str, ctx: dict[str, Any], message: str) -> None:
    error = one(error_type, **ctx)
    assert (error["msg"], error["ctx"]) == (message, ctx)


def test_value_error_keeps_the_exception() -> None:
    exception = ValueError("no {braces} read here")
    error = one("value_error", error=exception)
    assert error["msg"] == "Value error, no {braces} read here"
    assert error["ctx"]["error"] is exception


def test_report_stops_at_the_hundredth_error() -> None:
    errors: list[ErrorDetails] = []
    for _ in range(99):
        report(errors, "missing", (), None)
    with pytest.raises(ErrorLimitReached):
        report(errors, "missing", (), None)
    assert len(errors) == 100


def test_every_message_ends_without_a_period() -> None:
    assert [text for text in MESSAGES.values() if text.endswith(".")] == []


def test_exception_shows_each_error_with_its_place() -> None:
    error = ValidationError("Item", [one("missing"), one("greater_than", gt=3)])
    assert str(error) == (
        "2 validation errors for Item\n"
        "body.0\n"
        "  Field required [type=missing, input_value='raw', input_type=str]\n"
        "body.0\n"
        "  Input should be greater than 3 [type=greater_than, input_value='raw', input_type=str]"
    )
    assert error.error_count() == 2
    assert error.title == "Item"


def test_exception_shows_long_and_broken_inputs_short() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError

    errors: list[ErrorDetails] = []
    append_error(errors, "int_type", (), "x" * 100)
    append_error(errors, "int_type", (), Broken())
    assert str(ValidationError("int", errors)) == (
        "2 validation errors for int\n"
        f"  Input should be a valid integer [type=int_type, "
        f"input_value='{'x' * 24}...{'x' * 23}', input_type=str]\n"
        "  Input should be a valid integer [type=int_type, input_value=<Broken>, input_type=Broken]"
    )


def test_errors_returns_new_dictionaries() -> None:
    error = ValidationError("Item", [one("missing")])
    error.errors()[0]["msg"] = "changed"
    assert error.errors()[0]["msg"] == "Field required"


def test_exception_can_be_pickled() -> None:
    error = pickle.loads(pickle.dumps(ValidationError("Item", [one("missing")])))
    assert (error.title, error.errors()) == ("Item", [one("missing")])


def reported(exc: ValueError | AssertionError) -> list[ErrorDetails]:
    errors: list[ErrorDetails] = []
    report_exception(errors, exc, ("body", 0), "raw")
    return errors


def test_exceptions_of_user_code_keep_their_text() -> None:
    wrong, failed = ValueError("wrong"), AssertionError("failed")
    assert [*reported(wrong), *reported(failed)] == [
        {
            "type": "value_error",
            "loc": ("body", 0),
            "msg": "Value error, wrong",
            "input": "raw",
            "ctx": {"error": wrong},
        },
        {
            "type": "assertion_error",
            "loc": ("body", 0),
            "msg": "Assertion failed, failed",
            "input": "raw",
            "ctx": {"error": failed},
        },
    ]


def test_custom_error_has_its_own_type_text_and_context() -> None:
    assert reported(CustomError("odd", "{number} is odd, {other} is not", {"number": 3})) == [
        {
            "type": "odd",
            "loc": ("body", 0),
            "msg": "3 is odd, {other} is not",
            "input": "raw",
            "ctx": {"number": 3},
        }
    ]
    assert reported(CustomError("odd", "is odd")) == [
        {"type": "odd", "loc": ("body", 0), "msg": "is odd", "input": "raw"}
    ]


def test_errors_of_a_validation_inside_stand_below_the_place_of_the_value() -> None:
    inner = ValidationError("Item", [one("missing"), one("greater_than", gt=3)])
    assert [error["loc"] for error in reported(inner)] == [("body", 0, "body", 0), ("body", 0, "body", 0)]
    assert [error["type"] for error in reported(inner)] == ["missing", "greater_than"]


def test_custom_error_can_be_pickled() -> None:
    error = pickle.loads(pickle.dumps(CustomError("odd", "{number} is odd", {"number": 3})))
    assert (error.type, str(error)) == ("odd", "3 is odd")


class Order(Model):
    number: int
    lines: list[int]


class TheirOrder(pydantic.BaseModel):
    number: int
    lines: list[int]


def failures(value: object) -> tuple[ValidationError, pydantic.ValidationError]:
    with pytest.raises(ValidationError) as ours:
        Order.model_validate(value)
    with pytest.raises(pydantic.ValidationError) as theirs:
        TheirOrder.model_validate(value)
    return ours.value, theirs.value


@pytest.mark.parametrize("value", [{"number": "x"}, {"number": 1.5, "lines": ["a" * 60, None, {"k": [1]}]}])
def test_texts_and_json_are_pydantics_without_the_urls(value: object) -> None:
    ours, theirs = failures(value)
    lines = [line for line in str(theirs).splitlines() if "For further information" not in line]
    assert str(ours) == "\n".join(lines).replace("TheirOrder", "Order") == repr(ours)
    assert ours.json() == theirs.json(include_url=False)
    assert ours.json(indent=2) == theirs.json(include_url=False, indent=2)
    for options in ({"include_input": False}, {"include_context": False}):
        assert ours.errors(**options) == theirs.errors(include_url=False, **options)  # type: ignore[arg-type]
        assert ours.json(**options) == theirs.json(include_url=False, **options)  # type: ignore[arg-type]


def test_json_of_errors_never_fails() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    values = (object, b"\xff", "\ud800", float("nan"), {1: object()}, deep, {"a": {2}})
    errors: list[ErrorDetails] = []
    for value in values:
        append_error(errors, "int_type", (), value)
    append_error(errors, "value_error", (), 1, error=ValueError("why"))
    written = json.loads(ValidationError("int", errors).json())
    assert [error["type"] for error in written] == ["int_type"] * 7 + ["value_error"]
    assert written[-1]["ctx"] == {"error": "why"}


def test_exceptions_are_made_from_the_parts_of_errors() -> None:
    error = ValidationError.from_exception_data(
        "Item",
        [
            {"type": "greater_than", "loc": ("n",), "input": 1, "ctx": {"gt": 3}},
            {"type": CustomError("odd", "{n} is odd", {"n": 3}), "input": 3},
        ],
        hide_input=True,
    )
    assert str(error) == (
        "2 validation errors for Item\n"
        "n\n"
        "  Input should be greater than 3 [type=greater_than]\n"
        "  3 is odd [type=odd]"
    )
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    with pytest.raises(KeyError, match="there is no type of errors 'odd'; a CustomError may have any"):
        ValidationError.from_exception_data("Item", [{"type": "odd", "input": 3}])


def test_options_of_models_limit_and_hide() -> None:
    class Secretive(Model, max_errors=2, hide_input_in_errors=True):
        a: int
        b: int
        c: int

    for fail in (
        lambda: Secretive(a="x", b="y", c="z"),  # type: ignore[arg-type]
        lambda: Secretive.model_validate({}),
        lambda: Secretive.model_validate_json(b"{}"),
    ):
        with pytest.raises(ValidationError) as caught:
            fail()
        assert caught.value.error_count() == 2
        assert "input" not in str(caught.value)


def test_adapters_may_stop_at_the_first_error() -> None:
    first: Adapter[list[int]] = Adapter(list[int], max_errors=1)
    many: Adapter[list[int]] = Adapter(list[int], max_errors=300)
    document = b"[" + b'"x",' * 400 + b"1]"
    for adapter, count in ((first, 1), (many, 300), (Adapter(list[int]), 100)):
        with pytest.raises(ValidationError) as caught:
            adapter.decode_json(document)
        assert caught.value.error_count() == count


def test_pydantics_errors_with_a_type_of_their_own_keep_it() -> None:
    def refuse(value: int) -> int:
        raise pydantic_core.PydanticCustomError("odd", "{number} is odd", {"number": value})

    def refuse_known(value: int) -> int:
        raise pydantic_core.PydanticKnownError("greater_than", {"gt": 7})

    for function in (refuse, refuse_known):
        ours = Adapter(Annotated[int, AfterValidator(function)])
        theirs = pydantic.TypeAdapter(Annotated[int, pydantic.AfterValidator(function)])
        with pytest.raises(ValidationError) as found:
            ours.validate(3)
        with pytest.raises(pydantic.ValidationError) as expected:
            theirs.validate_python(3)
        assert found.value.errors() == expected.value.errors(include_url=False)
