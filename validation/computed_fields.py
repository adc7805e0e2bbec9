"""Properties of classes that are written like fields.

Knows classes, not nodes; how the values are written is decided in ``dump_plan``.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final, TypeVar, cast, overload

from bolide.validation.decorators import Decorated, decorated_functions
from bolide.validation.fields import FieldInfo, JsonSchemaExtra
from bolide.validation.instance import SHOWS_MORE, showing_methods
from bolide.validation.records import MODEL_DECLARATION

__all__ = ["NOT_GIVEN", "ComputedField", "computed_field"]

F = TypeVar("F")


class _NotGiven:
    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Final = _NotGiven()
"""Stands for a type of what is returned that the annotation of the function says."""


class ComputedField(Decorated):
    """A property that is written like a field; *info* says how."""

    __slots__ = ("info", "return_type")

    def __init__(self, wrapped: Any, info: FieldInfo, return_type: Any) -> None:
        is_property = isinstance(wrapped, property | functools.cached_property)
        super().__init__(wrapped if is_property else property(wrapped))
        self.info = info
        self.return_type = return_type

    def __set_name__(self, owner: type, name: str) -> None:
        self.wrapped.__set_name__(owner, name)
        if hasattr(owner, MODEL_DECLARATION):
            _show_computed(owner)

    def __set__(self, instance: Any, value: Any) -> None:
        if isinstance(self.wrapped, property):
            self.wrapped.__set__(instance, value)
        else:
            instance.__dict__[self.wrapped.attrname] = value

    def setter(self, function: Callable[[Any, Any], None]) -> ComputedField:
        """Return the same with a setter, like that of ``property``."""
        return ComputedField(self.wrapped.setter(function), self.info, self.return_type)

    @property
    def function(self) -> Callable[..., Any]:
        """What computes the value."""
        wrapped = self.wrapped
        return cast("Callable[..., Any]", wrapped.fget if isinstance(wrapped, property) else wrapped.func)


@overload
def computed_field(function: F, /) -> F: ...
@overload
def computed_field(
    *,
    alias: str | None = ...,
    alias_priority: int | None = ...,
    title: str | None = ...,
    field_title_generator: Callable[[str, FieldInfo], str] | None = ...,
    description: str | None = ...,
    deprecated: bool | str | None = ...,
    examples: Collection[Any] | None = ...,
    json_schema_extra: JsonSchemaExtra | None = ...,
    exclude_if: Callable[[Any], bool] | None = ...,
    repr: bool | None = ...,
    return_type: Any = ...,
) -> Callable[[F], F]: ...


def computed_field(
    function: Any = None,
    /,
    *,
    alias: str | None = None,
    alias_priority: int | None = None,
    title: str | None = None,
    field_title_generator: Callable[[str, FieldInfo], str] | None = None,
    description: str | None = None,
    deprecated: bool | str | None = None,
    examples: Collection[Any] | None = None,
    json_schema_extra: JsonSchemaExtra | None = None,
    exclude_if: Callable[[Any], bool] | None = None,
    repr: bool | None = None,
    return_type: Any = NOT_GIVEN,
) -> Any:
    """Make a property part of what is written; a ``cached_property`` is computed once per instance.

    Args:
        function: The property, or the function of one, when the decorator is used without arguments.
        alias: Name in JSON.
        alias_priority: 1 lets the alias generator of the class replace the alias; 2 is the default.
        title: Short name for the schema.
        field_title_generator: Makes the title from name and options.
        description: Longer text for the schema; left out, the docstring of the property counts.
        deprecated: Marks the field as deprecated in the schema.
        examples: Example values for the schema.
        json_schema_extra: More keywords for the schema, or a function that changes it in place.
        exclude_if: Tells of a value whether it is left out.
        repr: Whether ``repr()`` of a model shows it; by default if its name has no underscore in front.
        return_type: Type of the value; left out, the annotation of the property counts.
    """

    def decorate(decorated: Any) -> ComputedField:
        text = description or getattr(decorated, "__doc__", None)
        info = FieldInfo(
            alias=alias,
            alias_priority=alias_priority,
            title=title,
            field_title_generator=field_title_generator,
            description=None if text is None else inspect.cleandoc(text),
            deprecated=deprecated,
            examples=None if examples is None else tuple(examples),
            json_schema_extra=json_schema_extra,
            exclude_if=exclude_if,
            repr=repr,
        )
        return ComputedField(decorated, info, return_type)

    return decorate if function is None else decorate(function)


def _show_computed(model: Any) -> None:
    """Have ``repr()`` of *model* show computed fields, unless its body has another one."""
    setattr(model, SHOWS_MORE, _shown)
    for name, method in showing_methods().items():
        if name not in vars(model):
            setattr(model, name, method)


def _shown(self: Any) -> Iterator[tuple[str, Any]]:
    for name, computed in decorated_functions(self.__class__, ComputedField).items():
        shows = computed.info.repr
        if shows or (shows is None and name[0] != "_"):
            yield name, getattr(self, name)
