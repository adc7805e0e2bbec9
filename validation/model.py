"""``Model``: classes whose fields are declared by annotations, validated on construction.

A Model is a msgspec Struct. Decoding JSON fills its C slots directly and never calls the constructor;
trees, walkers and decoders are compiled when a class is first used.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec

from bolide.validation.guard import check_assignment, promises_of
from bolide.validation.metaclass import ModelMeta, Struct, adapter_of, construct, field_names
from bolide.validation.tree import RecordNode

if TYPE_CHECKING:
    from typing import Self, Unpack

    from bolide.validation.adapter import Adapter
    from bolide.validation.dump_options import DumpKeywords

__all__ = ["Model", "ModelMeta"]


class Model(Struct, metaclass=ModelMeta):
    """Base of classes with validated fields.

    The constructor takes keyword arguments (by alias where there is one), converts them by the lax rules,
    and reports everything that is wrong at once. Instances are mutable and compare by value. Assignments are
    not validated, except that a field of scalars refuses objects with fields of their own. Class keywords:

    - ``extra="forbid"`` reports unknown keys, which are ignored by default;
    - ``frozen=True`` makes instances immutable and hashable.

    >>> from bolide.validation.fields import Field
    >>> class Item(Model):
    ...     name: str = Field(min_length=1)
    ...     price: float
    >>> Item(name="pen", price="1.5")
    Item(name='pen', price=1.5)
    """

    @classmethod
    def model_validate(cls, obj: object, *, strict: bool = False, context: Any = None) -> Self:
        """Make an instance from a mapping, or check one; validators find *context* in their info.

        Raises:
            ValidationError: Carries everything that is wrong.
        """
        adapter: Adapter[Self] = adapter_of(cls, strict=strict)
        return adapter.validate(obj, context=context)

    @classmethod
    def model_validate_json(
        cls, json_data: str | bytes, *, strict: bool = False, context: Any = None
    ) -> Self:
        """Decode a JSON object; validators find *context* in their info.

        Raises:
            ValidationError: It is no JSON, or does not fit; carries everything that is wrong.
        """
        data = json_data.encode("utf-8", "surrogatepass") if isinstance(json_data, str) else json_data
        adapter: Adapter[Self] = adapter_of(cls, strict=strict)
        return adapter.decode_json(data, context=context)

    @classmethod
    def model_construct(cls, **values: Any) -> Self:
        """Make an instance from field values that are known to be valid; they are checked as assignments are.

        Raises:
            TypeError: A required field is missing, a name is unknown, or a field of scalars gets something
                with fields of its own.
        """
        constructed: Self = _construct_checked(cls, values)
        return constructed

    def model_dump(
        self, *, mode: Literal["python", "json"] = "python", **options: Unpack[DumpKeywords]
    ) -> dict[str, Any]:
        """Return the fields as a dictionary, nested models too; each by the type that is declared.

        Args:
            mode: ``"json"`` leaves only the types that JSON has.
            options: What is left out, and under which names: see
                :class:`~bolide.validation.dump_options.DumpKeywords`.

        Raises:
            SerializationError: Something cannot be dumped.
        """
        return cast("dict[str, Any]", adapter_of(type(self)).dumper.dump(self, mode, options))

    def model_dump_json(
        self, *, indent: int | None = None, ensure_ascii: bool = False, **options: Unpack[DumpKeywords]
    ) -> str:
        """Return the fields as JSON text; the options are those of :meth:`model_dump`.

        Args:
            indent: Write on several lines, with so many spaces per level.
            ensure_ascii: Write other characters as escapes.
            options: See :class:`~bolide.validation.dump_options.DumpKeywords`.

        Raises:
            SerializationError: Something cannot be dumped.
        """
        dumper = adapter_of(type(self)).dumper
        return dumper.dump_json(self, options, indent=indent, ensure_ascii=ensure_ascii).decode()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with the fields in *update* replaced; the new values are not validated."""
        copied = copy.deepcopy(self) if deep else copy.copy(self)
        for name, value in (update or {}).items():
            if name not in field_names(type(self)):
                raise AttributeError(f"{type(self).__name__} has no field {name!r}")
            _check_assignment(type(self), name, value)
            msgspec.structs.force_setattr(cast("msgspec.Struct", copied), name, value)
        return copied

    if not TYPE_CHECKING:  # for checkers, fields are assigned by their types

        def __setattr__(self, name: str, value: object) -> None:
            _check_assignment(type(self), name, value)
            super().__setattr__(name, value)

        def __replace__(self, **changes: object) -> Self:
            return self.model_copy(update=changes)

    def __reduce__(self) -> tuple[Any, ...]:
        # The inherited one calls the class, which would validate and takes no positional arguments.
        values = {name: getattr(self, name) for name in field_names(type(self))}
        return _construct_checked, (type(self), values)


def _construct_checked(cls: type[Model], values: dict[str, Any]) -> Any:
    """Make an instance without validation; what is no valid assignment is noted or refused all the same."""
    for name, value in values.items():
        _check_assignment(cls, name, value)
    return construct(cls, values)


def _check_assignment(cls: Any, name: str, value: object) -> None:
    """Raise TypeError if *value* must not stand in the field *name*, see :mod:`bolide.validation.guard`."""
    promises = cls.__bolide_promises__
    if promises is None:
        tree = adapter_of(cls).tree
        promises = cls.__bolide_promises__ = promises_of(cast("RecordNode", tree.definitions[cls]), tree)
    check_assignment(cls, name, value, promises=promises)
