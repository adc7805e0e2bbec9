"""Validate the arguments of function calls, and what functions return.

Owns how arguments find their parameters, and the errors of calls; values are read by the walkers of their
hints.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar, overload

from bolide.validation.adapter import Adapter
from bolide.validation.errors import ErrorDetails, Loc, ValidationError, report
from bolide.validation.hints import TypeHintError, describe_hint, resolve_hints

__all__ = ["validate_call"]

F = TypeVar("F", bound=Callable[..., Any])

_POSITIONAL_ONLY: Final = inspect.Parameter.POSITIONAL_ONLY
_KEYWORD_ONLY: Final = inspect.Parameter.KEYWORD_ONLY
_VAR_POSITIONAL: Final = inspect.Parameter.VAR_POSITIONAL
_VAR_KEYWORD: Final = inspect.Parameter.VAR_KEYWORD

_MISSING: Final = {
    _POSITIONAL_ONLY: "missing_positional_only_argument",
    _KEYWORD_ONLY: "missing_keyword_only_argument",
}


@overload
def validate_call(function: F, /) -> F: ...
@overload
def validate_call(*, strict: bool = ..., validate_return: bool = ...) -> Callable[[F], F]: ...


def validate_call(function: Any = None, /, *, strict: bool = False, validate_return: bool = False) -> Any:
    """Make a function validate its arguments by their type hints; without a hint anything passes.

    Errors stand at the position of an argument, or at its name when it was given by name. Defaults are not
    validated. Hints are resolved at the first call.

    Args:
        function: The function, when the decorator is used without arguments.
        strict: Convert nothing.
        validate_return: Validate what the function returns too, or what a coroutine function is awaited for.

    >>> @validate_call
    ... def repeat(text: str, times: int) -> str:
    ...     return text * times
    >>> repeat("ab", "2")
    'abab'
    """
    if function is None:
        return functools.partial(_validating, strict=strict, validate_return=validate_return)
    return _validating(function, strict=strict, validate_return=validate_return)


def _validating(function: Callable[..., Any], *, strict: bool, validate_return: bool) -> Callable[..., Any]:
    if isinstance(function, classmethod | staticmethod | type):
        raise TypeHintError(
            f"validate_call: {describe_hint(function)} is no function; the decorator stands below "
            f"@classmethod and @staticmethod"
        )
    call = _Call(function, strict=strict)

    @functools.wraps(function)
    def validated(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = call.arguments(args, kwargs)
        result = function(*args, **kwargs)
        return call.result(result) if validate_return else result

    if not (validate_return and inspect.iscoroutinefunction(function)):
        return validated

    @functools.wraps(function)
    async def awaited(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = call.arguments(args, kwargs)
        return call.result(await function(*args, **kwargs))

    return awaited


class _Parameter(NamedTuple):
    """One parameter; *walk* reads a value for it."""

    name: str
    kind: Any
    required: bool
    walk: Callable[..., Any]


class _Call:
    """The validators of one function, made at its first call."""

    def __init__(self, function: Callable[..., Any], *, strict: bool) -> None:
        self._function = function
        self._strict = strict

    def arguments(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments as they are read.

        Raises:
            ValidationError: Some do not fit their hints, or the parameters.
        """
        errors: list[ErrorDetails] = []
        given = (args, kwargs)
        rest = dict(kwargs)
        read_args: list[Any] = []
        read_kwargs: dict[str, Any] = {}
        for index, parameter in enumerate(self._single):
            name, kind = parameter.name, parameter.kind
            by_name = kind != _POSITIONAL_ONLY and name in rest
            if kind != _KEYWORD_ONLY and index < len(args):
                read_args.append(parameter.walk(args[index], (index,), errors))
                if by_name:
                    report(errors, "multiple_argument_values", (name,), rest.pop(name))
            elif by_name:
                read_kwargs[name] = parameter.walk(rest.pop(name), (name,), errors)
            elif parameter.required:
                loc: Loc = (index,) if kind == _POSITIONAL_ONLY else (name,)
                report(errors, _MISSING.get(kind, "missing_argument"), loc, given)
        self._read_more_positional(args, read_args, errors)
        self._read_more_named(rest, read_kwargs, errors)
        if errors:
            raise ValidationError(self._function.__qualname__.replace("<locals>.", ""), errors)
        return tuple(read_args), read_kwargs

    def result(self, value: Any) -> Any:
        """Return what the function returned as its return hint reads it.

        Raises:
            ValidationError: It does not fit.
        """
        return self._return.validate(value)

    def _read_more_positional(
        self, args: tuple[Any, ...], read: list[Any], errors: list[ErrorDetails]
    ) -> None:
        """Read the arguments beyond the parameters that take one each."""
        count = sum(parameter.kind != _KEYWORD_ONLY for parameter in self._single)
        for index, value in enumerate(args[count:], start=count):
            if self._positional is None:
                report(errors, "unexpected_positional_argument", (index,), value)
            else:
                read.append(self._positional.walk(value, (index,), errors))

    def _read_more_named(
        self, rest: dict[str, Any], read: dict[str, Any], errors: list[ErrorDetails]
    ) -> None:
        """Read the arguments whose names no parameter has."""
        for name, value in rest.items():
            if self._named is None:
                report(errors, "unexpected_keyword_argument", (name,), value)
            else:
                read[name] = self._named.walk(value, (name,), errors)

    @functools.cached_property
    def _parameters(self) -> tuple[_Parameter, ...]:
        hints = resolve_hints(self._function)
        signature = inspect.signature(self._function)
        return tuple(
            _Parameter(
                name,
                parameter.kind,
                parameter.default is parameter.empty,
                Adapter[Any](hints.get(name, Any), strict=self._strict).walker,
            )
            for name, parameter in signature.parameters.items()
        )

    @functools.cached_property
    def _single(self) -> tuple[_Parameter, ...]:
        several = (_VAR_POSITIONAL, _VAR_KEYWORD)
        return tuple(parameter for parameter in self._parameters if parameter.kind not in several)

    @functools.cached_property
    def _positional(self) -> _Parameter | None:
        return next((each for each in self._parameters if each.kind == _VAR_POSITIONAL), None)

    @functools.cached_property
    def _named(self) -> _Parameter | None:
        return next((each for each in self._parameters if each.kind == _VAR_KEYWORD), None)

    @functools.cached_property
    def _return(self) -> Adapter[Any]:
        hint = resolve_hints(self._function).get("return", Any)
        return Adapter(hint, strict=self._strict)
