"""Validation errors: their shape, their texts, and the exception that carries them.

Owns the one table of error types. The types and texts are those that FastAPI shows (pydantic's texts for
Python values), because clients match on them. Knows nothing about how errors are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NotRequired, TypeAlias, TypedDict, cast

from bolide.validation.error_rendering import errors_as_json, errors_as_text

__all__ = [
    "HIDDEN",
    "MAX_ERRORS",
    "MESSAGES",
    "CustomError",
    "ErrorDetails",
    "ErrorLimitReached",
    "ErrorList",
    "Loc",
    "ValidationError",
    "append_error",
    "error_limit",
    "forward",
    "message_of",
    "report",
    "report_exception",
]

Loc: TypeAlias = tuple[str | int, ...]
"""Where a value stands: wire names and indexes from the outside in."""


class ErrorDetails(TypedDict):
    """One thing that is wrong with the input.

    ``ctx`` holds what the message was made from. For ``value_error`` and ``assertion_error`` its
    ``"error"`` is the exception object, which a JSON writer has to replace.
    """

    type: str
    loc: Loc
    msg: str
    input: Any
    ctx: NotRequired[dict[str, Any]]


MESSAGES: Final[dict[str, str]] = {
    # Records
    "missing": "Field required",
    "default_factory_not_called": (
        "The default factory uses validated data, but at least one validation error occurred"
    ),
    "extra_forbidden": "Extra inputs are not permitted",
    "model_type": "Input should be a valid dictionary or instance of {class_name}",
    "model_attributes_type": "Input should be a valid dictionary or object to extract fields from",
    "dataclass_type": "Input should be a dictionary or an instance of {class_name}",
    "named_tuple_type": "Input should be a tuple, list, dictionary or an instance of {class_name}",
    "invalid_key": "Keys should be strings",
    "frozen_instance": "Instance is frozen",
    "frozen_field": "Field is frozen",
    "no_such_attribute": "Object has no attribute '{attribute}'",
    "recursion_depth_exceeded": "Recursion error - maximum validation depth exceeded",
    # Calls
    "missing_argument": "Missing required argument",
    "missing_keyword_only_argument": "Missing required keyword only argument",
    "missing_positional_only_argument": "Missing required positional only argument",
    "multiple_argument_values": "Got multiple values for argument",
    "unexpected_keyword_argument": "Unexpected keyword argument",
    "unexpected_positional_argument": "Unexpected positional argument",
    # Containers
    "dict_type": "Input should be a valid dictionary",
    "list_type": "Input should be a valid list",
    "tuple_type": "Input should be a valid tuple",
    "set_type": "Input should be a valid set",
    "frozen_set_type": "Input should be a valid frozenset",
    "deque_type": "Input should be a valid deque",
    "ordered_dict_type": "Input should be a valid OrderedDict",
    "counter_type": "Input should be a valid Counter",
    "iterable_type": "Input should be iterable",
    "sequence_str": "'{type_name}' instances are not allowed as a Sequence value",
    "is_instance_of": "Input should be an instance of {class}",
    "set_item_not_hashable": "Set items should be hashable",
    "is_hashable": "Input should be hashable",
    "too_short": (
        "{field_type} should have at least {min_length} item{s} after validation, not {actual_length}"
    ),
    "too_long": (
        "{field_type} should have at most {max_length} item{s} after validation, not {actual_length}"
    ),
    # Scalars
    "none_required": "Input should be None",
    "bool_type": "Input should be a valid boolean",
    "bool_parsing": "Input should be a valid boolean, unable to interpret input",
    "int_type": "Input should be a valid integer",
    "int_parsing": "Input should be a valid integer, unable to parse string as an integer",
    "int_parsing_size": "Unable to parse input string as an integer, exceeded maximum size",
    "int_from_float": "Input should be a valid integer, got a number with a fractional part",
    "float_type": "Input should be a valid number",
    "float_parsing": "Input should be a valid number, unable to parse string as a number",
    "finite_number": "Input should be a finite number",
    "greater_than": "Input should be greater than {gt}",
    "greater_than_equal": "Input should be greater than or equal to {ge}",
    "less_than": "Input should be less than {lt}",
    "less_than_equal": "Input should be less than or equal to {le}",
    "multiple_of": "Input should be a multiple of {multiple_of}",
    "string_type": "Input should be a valid string",
    "string_unicode": "Input should be a valid string, unable to parse raw data as a unicode string",
    "string_not_ascii": "String should contain only ASCII characters",
    "string_too_short": "String should have at least {min_length} character{s}",
    "string_too_long": "String should have at most {max_length} character{s}",
    "string_pattern_mismatch": "String should match pattern '{pattern}'",
    "bytes_type": "Input should be a valid bytes",
    "bytes_too_short": "Data should have at least {min_length} byte{s}",
    "bytes_too_long": "Data should have at most {max_length} byte{s}",
    "decimal_type": "Decimal input should be an integer, float, string or Decimal object",
    "decimal_parsing": "Input should be a valid decimal",
    "decimal_max_digits": "Decimal input should have no more than {max_digits} digit{s} in total",
    "decimal_max_places": "Decimal input should have no more than {decimal_places} decimal place{s}",
    "decimal_whole_digits": (
        "Decimal input should have no more than {whole_digits} digit{s} before the decimal point"
    ),
    "uuid_type": "UUID input should be a string, bytes or UUID object",
    "uuid_parsing": "Input should be a valid UUID, {error}",
    "literal_error": "Input should be {expected}",
    "enum": "Input should be {expected}",
    # Dates and times
    "date_type": "Input should be a valid date",
    "date_parsing": "Input should be a valid date in the format YYYY-MM-DD, {error}",
    "date_from_datetime_parsing": "Input should be a valid date or datetime, {error}",
    "date_from_datetime_inexact": ("Datetimes provided to dates should have zero time - e.g. be exact dates"),
    "datetime_type": "Input should be a valid datetime",
    "datetime_parsing": "Input should be a valid datetime, {error}",
    "datetime_from_date_parsing": "Input should be a valid datetime or date, {error}",
    "time_type": "Input should be a valid time",
    "time_parsing": "Input should be in a valid time format, {error}",
    "time_delta_type": "Input should be a valid timedelta",
    "time_delta_parsing": "Input should be a valid timedelta, {error}",
    # Tagged unions
    "union_tag_invalid": (
        "Input tag '{tag}' found using {discriminator} does not match any of the expected tags: "
        "{expected_tags}"
    ),
    "union_tag_not_found": "Unable to extract tag using discriminator {discriminator}",
    # Documents and user code
    "json_invalid": "JSON decode error",
    "value_error": "Value error, {error}",
    "assertion_error": "Assertion failed, {error}",
}
"""Error type → message template. ``{s}`` is the plural of the bound in the same template."""

MAX_ERRORS: Final = 100
"""A walk stops at this many errors unless told otherwise, so that a hostile body makes no huge answer."""
HIDDEN: Final = "**********"
"""Stands for a secret."""

_COUNTS = ("min_length", "max_length", "max_digits", "decimal_places", "whole_digits")


def append_error(errors: list[ErrorDetails], error_type: str, loc: Loc, value: object, **ctx: Any) -> None:
    """Append one error to *errors*; *ctx* fills the message template of *error_type*.

    Args:
        errors: The list of this validation.
        error_type: A key of :data:`MESSAGES`.
        loc: Where *value* stands.
        value: The offending input.
        **ctx: What the template names; becomes the ``ctx`` of the error, in the order given.
    """
    error: ErrorDetails = {
        "type": error_type,
        "loc": loc,
        "msg": message_of(error_type, ctx),
        "input": value,
    }
    if ctx:
        error["ctx"] = ctx
    errors.append(error)


def message_of(error_type: str, ctx: Mapping[str, Any]) -> str:
    """Return the message of *error_type* with *ctx* filled in."""
    message = MESSAGES[error_type]
    if not ctx:
        return message
    # hot: most contexts are shown as they are; copying them all made a failing bound cost 1.6 µs.
    shown = ctx
    if "{s}" in message:
        plural = "" if any(ctx.get(name) == 1 for name in _COUNTS) else "s"
        shown = {name: _shown(item) for name, item in ctx.items()} | {"s": plural}
    elif any(type(item) is float for item in ctx.values()):
        shown = {name: _shown(item) for name, item in ctx.items()}
    return message.format_map(shown)


class ErrorList(list[ErrorDetails]):
    """The errors of a validation that stops at *limit* of them; a plain list stops at :data:`MAX_ERRORS`."""

    __slots__ = ("limit",)

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


def error_limit(errors: list[ErrorDetails]) -> int:
    """Return how many errors *errors* takes."""
    return MAX_ERRORS if type(errors) is list else cast("ErrorList", errors).limit


class ErrorLimitReached(Exception):
    """Ends a walk when there are enough errors; walkers and parsers catch it, users never see it."""


def report(errors: list[ErrorDetails], error_type: str, loc: Loc, value: object, **ctx: Any) -> None:
    """Append one error as :func:`append_error` does, and end the walk when there are enough.

    Raises:
        ErrorLimitReached: There are as many errors as the list takes.
    """
    if ctx:
        append_error(errors, error_type, loc, value, **ctx)
    else:  # hot: the usual case, 0.2 µs less
        errors.append({"type": error_type, "loc": loc, "msg": MESSAGES[error_type], "input": value})
    # hot: isinstance takes 50 ns to refuse a plain list, a call of error_limit 40
    if len(errors) >= (MAX_ERRORS if type(errors) is list else cast("ErrorList", errors).limit):
        raise ErrorLimitReached


def forward(errors: list[ErrorDetails], error: ErrorDetails) -> None:
    """Append the finished *error*, and end the walk when there are enough.

    Raises:
        ErrorLimitReached: There are as many errors as the list takes.
    """
    errors.append(error)
    if len(errors) >= (MAX_ERRORS if type(errors) is list else cast("ErrorList", errors).limit):
        raise ErrorLimitReached


def report_exception(
    errors: list[ErrorDetails], exc: ValueError | AssertionError, loc: Loc, value: object
) -> None:
    """Append what *exc*, raised by user code about *value*, says; end the walk when there are enough.

    A :class:`CustomError`, Pydantic's too, has its own type and text; a :class:`ValidationError` gives its
    errors, each below *loc*; anything else is a ``value_error`` or an ``assertion_error``.

    Raises:
        ErrorLimitReached: There are as many errors as the list takes.
    """
    if isinstance(exc, ValidationError):
        for error in exc.errors():
            error["loc"] = (*loc, *error["loc"])
            forward(errors, error)
    elif isinstance(exc, CustomError) or _is_pydantics_own(exc):
        own: Any = exc
        custom: ErrorDetails = {"type": own.type, "loc": loc, "msg": own.message(), "input": value}
        if own.context:
            custom["ctx"] = dict(own.context)
        forward(errors, custom)
    else:
        error_type = "assertion_error" if isinstance(exc, AssertionError) else "value_error"
        report(errors, error_type, loc, value, error=exc)


def _is_pydantics_own(exc: Exception) -> bool:
    """Tell whether *exc* is what Pydantic's users raise for an error with a type of its own."""
    return type(exc).__name__ in ("PydanticCustomError", "PydanticKnownError")


def _shown(value: object) -> object:
    if value is None:
        return "more"  # only a size is ever unknown: counting stopped
    # A bound of a float field reads "greater than 0", not "0.0".
    if type(value) is float and value.is_integer():
        return int(value)
    return value


class CustomError(ValueError):
    """Raised by a validator to report an error with a type and a text of its own.

    Args:
        type: The error's ``type``, which clients match on.
        message_template: The error's ``msg``; ``{name}`` stands for the value of *context* by that name.
        context: The error's ``ctx``.

    >>> CustomError("odd", "{number} is odd", {"number": 3}).message()
    '3 is odd'
    """

    def __init__(self, type: str, message_template: str, context: Mapping[str, Any] | None = None) -> None:
        super().__init__(type, message_template, context)
        self.type = type
        self.message_template = message_template
        self.context = context

    def message(self) -> str:
        """Return the text with the values of the context in it; braces without one stay as they are."""
        text = self.message_template
        for name, value in (self.context or {}).items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def __str__(self) -> str:
        return self.message()


class ValidationError(ValueError):
    """A value does not fit its type; carries every error found, in order of declaration.

    Args:
        title: Names the type.
        errors: What is wrong.
        hide_input: The text of the exception does not show the input.
    """

    # hot: slots, and a dictionary only for what is rare: 0.25 of 0.55 µs.
    __slots__ = ("_errors", "title")
    _hide_input = False

    def __init__(self, title: str, errors: list[ErrorDetails], *, hide_input: bool = False) -> None:
        self.args = title, errors  # what the inherited constructor does, in half of its time
        self.title = title
        self._errors = errors
        if hide_input:
            self._hide_input = True

    @classmethod
    def from_exception_data(
        cls, title: str, line_errors: Iterable[Mapping[str, Any]], *, hide_input: bool = False
    ) -> ValidationError:
        """Make an exception from the parts of its errors.

        Args:
            title: Names the type.
            line_errors: Dictionaries with ``type`` (a name, or a :class:`CustomError`), and optionally
                ``loc``, ``input`` and ``ctx``. The texts are made from them.
            hide_input: The text of the exception does not show the input.

        Raises:
            KeyError: There is no error of that type, or ``ctx`` lacks something that its text names.
        """
        errors: list[ErrorDetails] = []
        for given in line_errors:
            kind, loc, value = given["type"], tuple(given.get("loc", ())), given.get("input")
            if not isinstance(kind, CustomError) and kind not in MESSAGES:
                raise KeyError(f"there is no type of errors {kind!r}; a CustomError may have any")
            if isinstance(kind, CustomError):
                report_exception(errors, kind, loc, value)
            else:
                append_error(errors, kind, loc, value, **given.get("ctx", {}))
        return cls(title, errors, hide_input=hide_input)

    def errors(
        self, *, include_url: bool = False, include_context: bool = True, include_input: bool = True
    ) -> list[ErrorDetails]:
        """Return all errors as new dictionaries.

        Args:
            include_url: Without effect, because errors have no URL; Pydantic's users pass it.
            include_context: Keep ``ctx``.
            include_input: Keep ``input``.
        """
        found = [error.copy() for error in self._errors]
        if include_context and include_input:
            return found
        left_out = [name for name, kept in (("ctx", include_context), ("input", include_input)) if not kept]
        for error in found:
            for name in left_out:
                error.pop(name, None)  # type: ignore[misc]  # asked for
        return found

    def error_count(self) -> int:
        """Return how many errors there are."""
        return len(self._errors)

    def json(
        self,
        *,
        indent: int | None = None,
        include_url: bool = False,
        include_context: bool = True,
        include_input: bool = True,
    ) -> str:
        """Return all errors as a JSON array, exceptions as their text; see :meth:`errors`."""
        errors = self.errors(
            include_url=include_url, include_context=include_context, include_input=include_input
        )
        return errors_as_json(errors, indent=indent)

    def __str__(self) -> str:
        return errors_as_text(self.title, self._errors, hide_input=self._hide_input)

    def __repr__(self) -> str:
        return str(self)
