"""Functions of users that take part in validation: how they are written into a hint, and what they get.

Knows nothing about nodes or walkers.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final, Literal, Protocol, TypeAlias

import msgspec

from bolide.validation.hints import TypeHintError, describe_hint

__all__ = [
    "FROM_JSON",
    "FROM_PYTHON",
    "NO_OPTIONS",
    "AfterValidator",
    "BeforeValidator",
    "FunctionMode",
    "PlainValidator",
    "ValidationInfo",
    "ValidatorFunction",
    "ValidatorFunctionWrapHandler",
    "WrapValidator",
    "takes_info",
    "takes_one_more",
]

FunctionMode: TypeAlias = Literal["before", "after", "wrap", "plain"]


NO_OPTIONS: Final[Mapping[str, Any]] = MappingProxyType({})


class ValidationInfo(msgspec.Struct, frozen=True):
    """What a validator may know beside its value.

    Attributes:
        context: What the caller of the validation gave as ``context=``.
        mode: ``"json"`` when the value comes from JSON text, ``"string"`` when there is nothing but text,
            ``"python"`` otherwise.
        data: The fields of the enclosing record that are validated already, by name; None outside of one.
        field_name: The field of that record which the value belongs to.
        config: The options that the class of that record states.
    """

    context: Any = None
    mode: Literal["python", "json", "string"] = "python"
    data: dict[str, Any] | None = None
    field_name: str | None = None
    config: Mapping[str, Any] = NO_OPTIONS

    def inside(
        self, data: dict[str, Any] | None, field_name: str, config: Mapping[str, Any] = NO_OPTIONS
    ) -> ValidationInfo:
        """Return the same for a field of a record."""
        return ValidationInfo(self.context, self.mode, data, field_name, config)

    def of(self, config: Mapping[str, Any]) -> ValidationInfo:
        """Return the same for what a class with the options *config* does to its whole input."""
        return ValidationInfo(self.context, self.mode, self.data, self.field_name, config)


FROM_PYTHON: Final = ValidationInfo()
FROM_JSON: Final = ValidationInfo(mode="json")


class ValidatorFunctionWrapHandler(Protocol):
    """What a wrap validator gets: call it to read a value by the type that is wrapped."""

    def __call__(self, value: Any, outer_location: str | int | None = None, /) -> Any:
        """Return what *value* is read as.

        Args:
            value: The value to read.
            outer_location: Goes in front of the ``loc`` of every error.

        Raises:
            ValidationError: The value does not fit.
        """


class ValidatorFunction(msgspec.Struct, frozen=True):
    """A function in the metadata of ``Annotated``; the subclasses say when it runs."""

    mode: ClassVar[FunctionMode]

    func: Callable[..., Any]


class AfterValidator(ValidatorFunction, frozen=True):
    """Runs on what the type made of the input, and may replace it.

    The function takes the value, and a :class:`ValidationInfo` if it has a second parameter. It refuses the
    value by ``ValueError``, ``AssertionError`` or ``CustomError``.
    """

    mode: ClassVar[FunctionMode] = "after"


class BeforeValidator(ValidatorFunction, frozen=True):
    """Runs on the input, and returns what the type shall read; see :class:`AfterValidator`."""

    mode: ClassVar[FunctionMode] = "before"

    json_schema_input_type: Any = None


class PlainValidator(ValidatorFunction, frozen=True):
    """Runs instead of the type; see :class:`AfterValidator`."""

    mode: ClassVar[FunctionMode] = "plain"

    json_schema_input_type: Any = Any


class WrapValidator(ValidatorFunction, frozen=True):
    """Runs around the type: the function gets the input and a handler that reads a value by the type."""

    mode: ClassVar[FunctionMode] = "wrap"

    json_schema_input_type: Any = None


def takes_info(function: Callable[..., Any], mode: FunctionMode) -> bool:
    """Tell whether a validator has a parameter for the :class:`ValidationInfo`.

    Raises:
        TypeHintError: It takes too few or too many arguments, or speaks to Pydantic.
    """
    if not callable(function):
        raise TypeHintError(f"has the validator {function!r}, which is no function")
    _refuse_signals(function)
    own = 2 if mode == "wrap" else 1
    expected = "(value, handler) or (value, handler, info)" if mode == "wrap" else "(value) or (value, info)"
    return takes_one_more(function, own, f"validator {{}} with mode {mode!r} must take {expected}")


_SIGNALS: Final = {
    "PydanticUseDefault": "return the default instead",
    "PydanticOmit": "leave invalid items out by OnErrorOmit",
}


def _refuse_signals(function: Any) -> None:
    """Refuse what is raised to tell Pydantic something: here, it would be an error of the application."""
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    for name, remedy in _SIGNALS.items():
        if name in getattr(code, "co_names", ()):
            raise TypeHintError(
                f"validator {describe_hint(function)} raises {name}, which only Pydantic knows; {remedy}"
            )


def takes_one_more(function: Callable[..., Any], own: int, complaint: str) -> bool:
    """Tell whether *function* takes one argument more than its *own* ones: what it may know of the call.

    Raises:
        TypeHintError: It takes too few or too many; *complaint* says so of what stands for ``{}``.
    """
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):  # builtins have none
        return False
    count = _count_required(signature)
    if count not in (own, own + 1):
        raise TypeHintError(complaint.format(f"{describe_hint(function)}{signature}"))
    return count == own + 1


_POSITIONAL: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _count_required(signature: inspect.Signature) -> int:
    """Count the positional parameters that have to be given; the first counts always, as in ``int(x=0)``."""
    positional = [each for each in signature.parameters.values() if each.kind in _POSITIONAL]
    return sum(
        index == 0 or parameter.default is inspect.Parameter.empty
        for index, parameter in enumerate(positional)
    )
