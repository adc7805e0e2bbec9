"""Validate the arguments of function calls, and what functions return.

Owns how arguments find their parameters, and the errors of calls; values are read by the walkers of their
hints.
"""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar, overload

from bolide.validation.adapter import Adapter
from bolide.validation.aliases import InputPath, input_paths
from bolide.validation.defaults import copies_of
from bolide.validation.errors import ErrorDetails, Loc, ValidationError, report
from bolide.validation.fields import FieldInfo, merge_field_infos, read_metadata, takes_data
from bolide.validation.hints import TypeHintError, describe_hint, resolve_hints, split_annotated
from bolide.validation.lax import INVALID
from bolide.validation.misplaced_markers import misplaced_marker
from bolide.validation.shapes import find_value

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
    validated. ``Field(...)``, as default or in ``Annotated``, states constraints, a default or what makes
    one, and an alias, by which the argument is given instead of its name. Hints are resolved at the first
    call.

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
    """One parameter.

    *walk* reads a value for it, *make* makes its default where the function does not have it; that is read,
    too, if *reads_default*. Callers name it by the first of *paths* that they have given.
    """

    name: str
    kind: Any
    required: bool
    walk: Callable[..., Any]
    make: Callable[[], Any] | None
    reads_default: bool
    paths: tuple[InputPath, ...]

    def take(self, given: dict[str, Any]) -> tuple[Any, InputPath]:
        """Remove the value of this parameter from *given*; return it and its place, or INVALID."""
        if not self.paths:
            return given.pop(self.name, INVALID), (self.name,)
        value, path = find_value(given, self.paths)
        if value is not INVALID:
            del given[str(path[0])]
        return value, path


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
            value, path = (INVALID, ()) if kind == _POSITIONAL_ONLY else parameter.take(rest)
            if kind != _KEYWORD_ONLY and index < len(args):
                read_args.append(parameter.walk(args[index], (index,), errors))
                if value is not INVALID:
                    report(errors, "multiple_argument_values", (name,), value)
            elif value is not INVALID:
                read_kwargs[name] = parameter.walk(value, path, errors)
            elif parameter.required:
                loc: Loc = (index,) if kind == _POSITIONAL_ONLY else (parameter.paths or ((name,),))[0]
                report(errors, _MISSING.get(kind, "missing_argument"), loc, given)
            elif parameter.make is not None:
                default = parameter.make()
                if parameter.reads_default:
                    default = parameter.walk(default, (name,), errors)
                if kind == _POSITIONAL_ONLY:
                    read_args.append(default)
                else:
                    read_kwargs[name] = default
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
        parameters = inspect.signature(self._function).parameters.values()
        return tuple(self._read(each, hints.get(each.name, Any)) for each in parameters)

    def _read(self, parameter: inspect.Parameter, hint: Any) -> _Parameter:
        try:
            return _read_parameter(parameter, hint, strict=self._strict)
        except TypeHintError as error:
            where = f"{self._function.__qualname__.replace('<locals>.', '')}({parameter.name})"
            raise TypeHintError(f"{where}: {error}") from error

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


def _read_parameter(parameter: inspect.Parameter, hint: Any, *, strict: bool) -> _Parameter:
    """Return how values of *parameter* are read; what its default says goes before what *hint* says.

    Raises:
        TypeHintError: There is no way.
    """
    default: Any = parameter.default
    if (mistake := misplaced_marker(default)) is not None:
        raise TypeHintError(f"has {mistake}")
    info = read_metadata(split_annotated(hint)[1])
    if isinstance(default, FieldInfo):
        info = merge_field_infos(info, default)
        hint = typing.Annotated[hint, default]
    elif default is not parameter.empty:
        info = merge_field_infos(info, FieldInfo(default=default))
    if takes_data(info.default_factory):
        raise TypeHintError("the default_factory of a parameter takes no arguments")
    alias = info.validation_alias or info.alias
    has_own_default = info.default is default and not info.validate_default
    return _Parameter(
        name=parameter.name,
        kind=parameter.kind,
        required=info.is_required(),
        walk=Adapter[Any](hint, strict=strict).walker,
        make=None if info.is_required() or has_own_default else _default_maker(info),
        reads_default=bool(info.validate_default),
        paths=() if alias is None else input_paths(alias),
    )


def _default_maker(info: FieldInfo) -> Callable[[], Any]:
    if info.default_factory is not None:
        return info.default_factory
    return copies_of(info.default) or (lambda: info.default)
