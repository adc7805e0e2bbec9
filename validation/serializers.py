"""Functions of users that write values: how they are stated in hints and in the bodies of classes.

Owns the decorators of models and the markers for ``Annotated``. Knows classes and functions, not nodes; what
the functions do to a dump is decided in ``dump_plan``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias, TypeVar, cast, overload

import msgspec

from bolide.validation.computed_fields import NOT_GIVEN, ComputedField
from bolide.validation.decorators import Decorated, decorated_functions
from bolide.validation.functions import takes_one_more
from bolide.validation.generics import substitute_inherited
from bolide.validation.hints import TypeHintError, resolve_hints
from bolide.validation.planned import note_planned

__all__ = [
    "FieldSerializer",
    "PlainSerializer",
    "RecordSerializers",
    "SerializeAsAny",
    "SerializerFunction",
    "WhenUsed",
    "WrapSerializer",
    "field_serializer",
    "model_serializer",
    "serializer_takes_info",
]

F = TypeVar("F")
T = TypeVar("T")

WhenUsed: TypeAlias = Literal["always", "unless-none", "json", "json-unless-none"]
"""When a serializer acts: always, for JSON only, and for values that are not None only."""


class SerializerFunction(msgspec.Struct, frozen=True):
    """A function in the metadata of ``Annotated`` that writes the value; subclasses say how.

    Attributes:
        func: Takes the value, for ``wrap`` a handler that writes it by its type, and a ``SerializationInfo``
            if it has a parameter for one.
        return_type: What it returns; left out, the annotation of the function counts.
        when_used: See :data:`WhenUsed`.
    """

    mode: ClassVar[Literal["plain", "wrap"]]

    func: Callable[..., Any]
    return_type: Any = NOT_GIVEN
    when_used: WhenUsed = "always"

    def __post_init__(self) -> None:
        note_planned("a serializer")

    @property
    def returned_hint(self) -> Any:
        """The type hint of what is returned, Any when nothing says it."""
        return _returned_hint(self.func) if self.return_type is NOT_GIVEN else self.return_type


class PlainSerializer(SerializerFunction, frozen=True):
    """Writes the value instead of its type, see :class:`SerializerFunction`."""

    mode: ClassVar[Literal["plain", "wrap"]] = "plain"


class WrapSerializer(SerializerFunction, frozen=True):
    """Writes the value with the help of its type, see :class:`SerializerFunction`."""

    mode: ClassVar[Literal["plain", "wrap"]] = "wrap"


if TYPE_CHECKING:
    SerializeAsAny = Annotated[T, "written by the class of the value"]
else:

    class SerializeAsAny(msgspec.Struct, frozen=True):
        """``SerializeAsAny[X]`` writes the value by the class that it has, with the fields of a subclass."""

        def __class_getitem__(cls, item: Any) -> Any:
            return Annotated[item, cls()]


class FieldSerializer(Decorated):
    """A method that writes the *fields* that are named."""

    __slots__ = ("check_fields", "fields", "mode", "return_type", "when_used")

    def __init__(
        self,
        wrapped: Any,
        fields: tuple[str, ...],
        mode: Literal["plain", "wrap"],
        return_type: Any,
        when_used: WhenUsed,
        check_fields: bool,
    ) -> None:
        super().__init__(wrapped)
        self.fields = fields
        self.mode: Literal["plain", "wrap"] = mode
        self.return_type = return_type
        self.when_used: WhenUsed = when_used
        self.check_fields = check_fields

    def taken_over(self) -> FieldSerializer:
        """Return the same for another class, which may have fewer fields."""
        return FieldSerializer(self.wrapped, self.fields, self.mode, self.return_type, self.when_used, False)


class _ModelSerializer(Decorated):
    __slots__ = ("mode", "return_type", "when_used")

    def __init__(
        self, wrapped: Any, mode: Literal["plain", "wrap"], return_type: Any, when_used: WhenUsed
    ) -> None:
        super().__init__(wrapped)
        self.mode: Literal["plain", "wrap"] = mode
        self.return_type = return_type
        self.when_used: WhenUsed = when_used


def field_serializer(
    field: str,
    /,
    *fields: str,
    mode: Literal["plain", "wrap"] = "plain",
    return_type: Any = NOT_GIVEN,
    when_used: WhenUsed = "always",
    check_fields: bool | None = None,
) -> Callable[[F], F]:
    """Make a method write the fields that are named; ``"*"`` stands for all.

    The method takes the instance (unless it is a static or class method), the value, for ``wrap`` a handler,
    and a ``SerializationInfo`` if it has a parameter for one.

    Args:
        field: Name of a field.
        *fields: Further names.
        mode: Instead of the type of the field, or around it.
        return_type: Type of what is returned; left out, the annotation of the method counts.
        when_used: See :data:`WhenUsed`.
        check_fields: False lets names pass that the class does not have; subclasses may.
    """

    def decorate(function: F) -> F:
        checks = check_fields is not False
        return cast("F", FieldSerializer(function, (field, *fields), mode, return_type, when_used, checks))

    return decorate


@overload
def model_serializer(function: F, /) -> F: ...
@overload
def model_serializer(
    *, mode: Literal["plain", "wrap"] = ..., when_used: WhenUsed = ..., return_type: Any = ...
) -> Callable[[F], F]: ...


def model_serializer(
    function: Any = None,
    /,
    *,
    mode: Literal["plain", "wrap"] = "plain",
    when_used: WhenUsed = "always",
    return_type: Any = NOT_GIVEN,
) -> Any:
    """Make a method write the whole record.

    It takes the instance, for ``wrap`` a handler that writes the instance field by field, and a
    ``SerializationInfo`` if it has a parameter for one.

    Args:
        function: The method, when the decorator is used without arguments.
        mode: Instead of writing the fields, or around it.
        when_used: See :data:`WhenUsed`.
        return_type: Type of what is returned; left out, the annotation of the method counts.
    """
    if function is not None:
        return _ModelSerializer(function, mode, return_type, when_used)

    def decorate(decorated: Any) -> _ModelSerializer:
        return _ModelSerializer(decorated, mode, return_type, when_used)

    return decorate


class RecordSerializers:
    """The serializers and computed fields that *cls* and its bases declare.

    Every serializer is a marker as it would stand in ``Annotated``, and whether its function takes the
    instance first.
    """

    __slots__ = ("_cls", "_fields", "_models", "computed")

    def __init__(self, cls: type) -> None:
        self._cls = cls
        self._fields = decorated_functions(cls, FieldSerializer)
        self._models = decorated_functions(cls, _ModelSerializer)
        self.computed = decorated_functions(cls, ComputedField)

    @property
    def are_none(self) -> bool:
        """Whether the class says nothing about writing."""
        return not (self._fields or self._models or self.computed)

    def of_field(self, name: str) -> tuple[SerializerFunction, bool] | None:
        """Return the serializer of the field *name*; that of a subclass goes before inherited ones."""
        found = None
        for method, decorated in self._fields.items():
            if name in decorated.fields or "*" in decorated.fields:
                found = self._marker(method, decorated)
        return found

    def of_record(self) -> tuple[SerializerFunction, bool] | None:
        """Return the serializer of the whole record."""
        found = None
        for method, decorated in self._models.items():
            found = self._marker(method, decorated)
        return found

    def computed_hint(self, name: str) -> Any:
        """Return the type hint of the computed field *name*.

        Raises:
            TypeHintError: Nothing says it.
        """
        computed = self.computed[name]
        if computed.return_type is not NOT_GIVEN:
            return substitute_inherited(computed.return_type, self._cls)
        hints = resolve_hints(computed.function, localns={self._cls.__name__: self._cls})
        if "return" not in hints:
            raise TypeHintError(
                f"{self._cls.__qualname__}.{name}: a computed field needs the annotation of its return type, "
                f"or computed_field(return_type=...)"
            )
        return substitute_inherited(hints["return"], self._cls)

    def check_names(self, known: Collection[str]) -> None:
        """Refuse serializers of fields that are not *known* and not computed, and two of one field.

        Raises:
            TypeHintError: Names the method and the field.
        """
        methods: dict[tuple[type, str], str] = {}
        for owner in self._cls.__mro__:
            for method, decorated in self._fields.items():
                for name in decorated.fields if vars(owner).get(method) is decorated else ():
                    other = methods.setdefault((owner, name), method)
                    if other != method:
                        raise TypeHintError(
                            f"{owner.__qualname__}: {other} and {method} both serialize {name!r}; "
                            f"only one function can"
                        )
        for method, decorated in self._fields.items():
            for name in decorated.fields if decorated.check_fields else ():
                if name not in known and name not in self.computed and name != "*":
                    raise TypeHintError(
                        f"{self._cls.__qualname__}.{method}: there is no field {name!r} to serialize; give "
                        f"check_fields=False if a subclass has it"
                    )

    def _marker(
        self, method: str, decorated: FieldSerializer | _ModelSerializer
    ) -> tuple[SerializerFunction, bool]:
        function = getattr(self._cls, method)
        return_type = decorated.return_type
        if return_type is NOT_GIVEN:
            return_type = _returned_hint(function, self._cls)
        return_type = substitute_inherited(return_type, self._cls)
        marker = PlainSerializer if decorated.mode == "plain" else WrapSerializer
        takes_owner = not isinstance(decorated.wrapped, classmethod | staticmethod)
        return marker(function, return_type, decorated.when_used), takes_owner


def serializer_takes_info(function: Callable[..., Any], own: int) -> bool:
    """Tell whether a serializer has a parameter for the ``SerializationInfo`` beside its *own* ones.

    Raises:
        TypeHintError: It takes too few or too many arguments.
    """
    return takes_one_more(function, own, f"serializer {{}} must take {own} arguments, or one more for info")


def _returned_hint(function: Callable[..., Any], cls: type | None = None) -> Any:
    """Return what the annotation of *function* says that it returns; Any when it says nothing clear."""
    try:
        hints = resolve_hints(function, localns={} if cls is None else {cls.__name__: cls})
    except TypeHintError:
        return Any
    return hints.get("return", Any)
