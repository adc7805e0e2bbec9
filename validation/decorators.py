"""Functions in the bodies of classes that take part in validation.

Owns the decorators and which decorated functions belong to a class: those of its bases too, where a function
of the same name in the class itself takes the place of an inherited one. Knows classes, not nodes.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection
from typing import Any, Final, Literal, Never, TypeVar, cast

import msgspec

from bolide.validation.functions import (
    AfterValidator,
    BeforeValidator,
    FunctionMode,
    PlainValidator,
    ValidatorFunction,
    WrapValidator,
)
from bolide.validation.hints import TypeHintError, describe_hint

__all__ = [
    "Decorated",
    "FieldValidator",
    "RecordFunctions",
    "decorated_functions",
    "field_validator",
    "model_validator",
]

F = TypeVar("F")
D = TypeVar("D", bound="Decorated")


class Decorated:
    """A function in a class body and what its decorator says; as an attribute it is the function."""

    __slots__ = ("wrapped",)

    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self.wrapped.__get__(instance, owner)

    @property
    def __wrapped__(self) -> Any:
        return getattr(self.wrapped, "__func__", self.wrapped)


class FieldValidator(Decorated):
    """A validator of the *fields* that are named."""

    __slots__ = ("accepts", "check_fields", "fields", "mode")

    def __init__(
        self,
        wrapped: Any,
        *,
        fields: tuple[str, ...],
        mode: FunctionMode,
        check_fields: bool,
        accepts: Any,
    ) -> None:
        super().__init__(_as_class_method(wrapped, "field_validator"))
        self.fields = fields
        self.mode: FunctionMode = mode
        self.check_fields = check_fields
        self.accepts = accepts

    def validator(self, function: Callable[..., Any]) -> ValidatorFunction:
        """Return what *function*, this one bound to its class, would be in ``Annotated``."""
        if self.mode == "after" or self.accepts is None:
            return _MARKERS[self.mode](function)
        return _MARKERS[self.mode](function, self.accepts)

    def taken_over(self, function: Callable[..., Any]) -> FieldValidator:
        """Return *function*, this one bound to its class, for another class that may have fewer fields."""
        return FieldValidator(
            staticmethod(function),
            fields=self.fields,
            mode=self.mode,
            check_fields=False,
            accepts=self.accepts,
        )


_MARKERS: Final[dict[FunctionMode, Callable[..., ValidatorFunction]]] = {
    "before": BeforeValidator,
    "after": AfterValidator,
    "wrap": WrapValidator,
    "plain": PlainValidator,
}


class _ModelValidator(Decorated):
    __slots__ = ("mode",)

    def __init__(self, wrapped: Any, mode: Literal["before", "after", "wrap"]) -> None:
        super().__init__(wrapped if mode == "after" else _as_class_method(wrapped, "model_validator"))
        self.mode: Literal["before", "after", "wrap"] = mode


def field_validator(
    field: str,
    /,
    *fields: str,
    mode: FunctionMode = "after",
    check_fields: bool | None = None,
    json_schema_input_type: Any = None,
) -> Callable[[F], F]:
    """Make a class method validate the fields that are named; ``"*"`` stands for all.

    The method takes the class, the value, for ``wrap`` a handler, and a ``ValidationInfo`` if it has a
    parameter for one. Validators of a field run in the order in which they are written, after those in its
    annotation; ``before`` and ``wrap`` ones in the opposite order.

    Args:
        field: Name of a field.
        *fields: Further names.
        mode: Before, after, around or instead of reading the value by its type.
        check_fields: False lets names pass that the class does not have; subclasses may.
        json_schema_input_type: What the schema says is accepted, unless the mode is ``after``.

    Raises:
        TypeHintError: A name is no string, or *mode* is unknown.
    """
    names = (field, *fields)
    if not all(isinstance(name, str) for name in cast("tuple[object, ...]", names)):
        function: Any = getattr(field, "__func__", field)
        place = f"{describe_hint(function)}: " if callable(function) else ""
        raise TypeHintError(
            f"{place}field_validator() takes names of fields, as in @field_validator('price')"
        )
    if mode not in _MARKERS:
        raise TypeHintError(f"field_validator(mode={mode!r}): there are {', '.join(_MARKERS)}")

    def decorate(function: F) -> F:
        decorated = FieldValidator(
            function,
            fields=names,
            mode=mode,
            check_fields=check_fields is not False,
            accepts=json_schema_input_type,
        )
        return cast("F", decorated)

    return decorate


def model_validator(
    *decorated: Never, mode: Literal["before", "after", "wrap"] = cast("Any", None)
) -> Callable[[F], F]:
    """Make a method validate the whole record.

    - ``after``: an instance method, called once the fields are valid; what it returns takes the place of the
      instance, so it ends in ``return self``; None is a TypeError.
    - ``before``: a class method that gets the input and returns what the fields are read from. It is not
      called with instances.
    - ``wrap``: a class method that gets the input and a handler, which reads the record.

    Each takes a ``ValidationInfo`` if it has a parameter for one.

    Raises:
        TypeHintError: *mode* is missing or unknown.
    """
    if decorated:
        raise TypeHintError(
            f"{describe_hint(getattr(decorated[0], '__func__', decorated[0]))}: model_validator() takes a "
            f"mode, as in @model_validator(mode='after')"
        )
    if mode not in ("before", "after", "wrap"):
        raise TypeHintError(f"model_validator(mode={mode!r}): there are before, after, wrap")

    def decorate(function: F) -> F:
        return cast("F", _ModelValidator(function, mode))

    return decorate


class RecordFunctions:
    """The validators that *cls* and its bases declare."""

    __slots__ = ("_cls", "_fields", "_model")

    def __init__(self, cls: type) -> None:
        self._cls = cls
        self._fields = decorated_functions(cls, FieldValidator)
        self._model = decorated_functions(cls, _ModelValidator)

    def of_field(self, name: str) -> tuple[ValidatorFunction, ...]:
        """Return the validators of the field *name*, innermost first."""
        return tuple(
            decorated.validator(getattr(self._cls, method))
            for method, decorated in self._fields.items()
            if name in decorated.fields or "*" in decorated.fields
        )

    def of_input(self) -> tuple[ValidatorFunction, ...]:
        """Return what runs before the fields are read, innermost first."""
        return tuple(
            BeforeValidator(getattr(self._cls, method))
            for method, decorated in self._model.items()
            if decorated.mode == "before"
        )

    def of_record(self) -> tuple[ValidatorFunction, ...]:
        """Return what runs after or around the reading of a record, innermost first."""
        return tuple(
            _MARKERS[decorated.mode](self._record_function(method, decorated))
            for method, decorated in self._model.items()
            if decorated.mode != "before"
        )

    def _record_function(self, method: str, decorated: _ModelValidator) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(self._cls, method)
        if decorated.mode != "after":
            return function
        name = f"{self._cls.__qualname__}.{method}"

        @functools.wraps(function)
        def validate(*args: Any) -> Any:
            made = function(*args)
            if made is None:
                raise TypeError(f"{name} returned None; an after validator of a model ends in `return self`")
            return made

        return validate

    @property
    def have_post_init(self) -> bool:
        """Whether a class declares ``model_post_init``; the one of Model itself does nothing."""
        owners = (owner for owner in self._cls.__mro__ if "model_post_init" in vars(owner))
        return next(owners).__base__ is not msgspec.Struct

    def check_names(self, known: Collection[str]) -> None:
        """Refuse validators of fields that are not *known*.

        Raises:
            TypeHintError: Names the method and the field.
        """
        for method, decorated in self._fields.items():
            for name in decorated.fields if decorated.check_fields else ():
                if name not in known and name != "*":
                    raise TypeHintError(
                        f"{self._cls.__qualname__}.{method}: there is no field {name!r} to validate; give "
                        f"check_fields=False if a subclass has it"
                    )


def decorated_functions(cls: type, kind: type[D]) -> dict[str, D]:
    """Return the decorated functions of *kind* by name, in the order of first declaration, bases first."""
    return {
        name: value
        for owner in reversed(cls.__mro__)
        for name, value in vars(owner).copy().items()  # threads put what a first use makes into classes
        if isinstance(value, kind)
    }


def _as_class_method(function: Any, decorator: str) -> Any:
    """Return *function* as a class method, which it is meant to be when it begins with ``cls``.

    Raises:
        TypeHintError: It is an instance method.
    """
    if isinstance(function, classmethod | staticmethod):
        return cast("Any", function)
    first = next(iter(inspect.signature(function).parameters), None)
    if first == "self":
        raise TypeHintError(f"@{decorator}: {describe_hint(function)} must be a class method, not take self")
    return classmethod(function) if first == "cls" else staticmethod(function)
