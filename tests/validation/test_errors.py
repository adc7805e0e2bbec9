"""The shape and the texts of errors."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

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
        "  Field required [type=missing, input='raw']\n"
        "body.0\n"
        "  Input should be greater than 3 [type=greater_than, input='raw']"
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
        f"  Input should be a valid integer [type=int_type, input='{'x' * 49}…]\n"
        "  Input should be a valid integer [type=int_type, input=<Broken>]"
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
