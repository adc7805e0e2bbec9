"""``Model``: classes whose fields are declared by annotations, validated on construction.

A Model is a msgspec Struct. Decoding JSON fills its C slots directly and never calls the constructor;
trees, walkers and decoders are compiled when a class is first used.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, cast

from bolide.validation.assignment import (
    assign_specially,
    construct_checked,
    promise,
    refuse_deletion,
    restore,
    update_copy,
)
from bolide.validation.instance import EXTRA, delete_extra, fields_set_of, state_of
from bolide.validation.metaclass import ModelMeta, Struct, adapter_of, field_names, model_config

if TYPE_CHECKING:
    from typing import Self, Unpack

    from bolide.validation.adapter import Adapter
    from bolide.validation.call_options import RecordKeywords
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
    def model_validate(
        cls,
        obj: object,
        *,
        strict: bool = False,
        from_attributes: bool = False,
        context: Any = None,
        **options: Unpack[RecordKeywords],
    ) -> Self:
        """Make an instance from a mapping, or check one.

        Args:
            obj: The mapping, an instance, or any object with the fields as attributes.
            strict: Forbid conversions.
            from_attributes: Read attributes of any object, here and in fields that are models.
            context: What validators find in their info.
            options: See :class:`~bolide.validation.call_options.RecordKeywords`.

        Raises:
            ValidationError: Carries everything that is wrong.
        """
        adapter: Adapter[Self] = adapter_of(cls, strict)
        if from_attributes or options:
            return adapter.validate(obj, from_attributes=from_attributes, context=context, **options)
        return adapter.validate(obj, context=context)

    @classmethod
    def model_validate_strings(
        cls, obj: object, *, strict: bool = False, context: Any = None, **options: Unpack[RecordKeywords]
    ) -> Self:
        """Make an instance from mappings and lists of strings, by the rules for parameters of requests.

        The arguments are those of :meth:`model_validate`; *strict* changes nothing about text.

        Raises:
            ValidationError: Carries everything that is wrong.
        """
        adapter: Adapter[Self] = adapter_of(cls, strict)
        return adapter.validate_strings(obj, context=context, **options)

    @classmethod
    def model_validate_json(
        cls,
        json_data: str | bytes,
        *,
        strict: bool = False,
        context: Any = None,
        **options: Unpack[RecordKeywords],
    ) -> Self:
        """Decode a JSON object; the other arguments are those of :meth:`model_validate`.

        Raises:
            ValidationError: It is no JSON, or does not fit; carries everything that is wrong.
        """
        adapter: Adapter[Self] = adapter_of(cls, strict)
        if options:
            return adapter.decode_json(json_data, context=context, **options)
        return adapter.decode_json(json_data, context=context)

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Self:
        """Make an instance from field values that are known to be valid; they are checked as assignments are.

        Args:
            _fields_set: Which fields are to count as given, for models that track it.
            **values: By field name or by alias.

        Raises:
            TypeError: A required field is missing, a name is unknown, or a field of scalars gets something
                with fields of its own.
        """
        constructed: Self = construct_checked(cls, values, _fields_set)
        constructed.model_post_init(None)
        return constructed

    def model_post_init(self, context: Any, /) -> None:
        """Override this to run code when an instance was made and all its fields are set.

        Args:
            context: What the caller of the validation gave as ``context=``.
        """

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

    @classmethod
    def model_json_schema(
        cls,
        by_alias: bool = True,
        ref_template: str = "#/$defs/{model}",
        mode: Literal["validation", "serialization"] = "validation",
    ) -> dict[str, Any]:
        """Return the JSON Schema (2020-12) of the model.

        Args:
            by_alias: Name properties by alias.
            ref_template: A reference, with ``{model}`` for the name of what it refers to.
            mode: What is accepted (``validation``) or what is written (``serialization``).
        """
        return adapter_of(cls).json_schema(mode=mode, by_alias=by_alias, ref_template=ref_template)

    @property
    def model_extra(self) -> dict[str, Any] | None:
        """What was given for no field, by name; None unless the model allows that (``extra="allow"``)."""
        if model_config(type(self)).extra != "allow":
            return None
        state = cast("dict[str, dict[str, Any]]", vars(self))
        return state.setdefault(EXTRA, {})

    @property
    def model_fields_set(self) -> set[str]:
        """Names of the fields that were given or assigned.

        Raises:
            TypeError: The model does not track them (``track_fields_set=True``).
        """
        if not model_config(type(self)).track_fields_set:
            name = type(self).__name__
            raise TypeError(
                f"{name} does not know which of its fields were set; "
                f"declare it as class {name}(Model, track_fields_set=True)"
            )
        return fields_set_of(self, field_names(type(self)))

    def model_copy(self, *, update: Mapping[str, Any] | Model | None = None, deep: bool = False) -> Self:
        """Return a copy with the fields in *update* replaced; the new values are not validated.

        Args:
            update: New values by field name, or a model that knows which of its fields were set: a
                ``Partial``, or one with ``track_fields_set=True``.
            deep: Copy what the fields hold, too.
        """
        copied = copy.deepcopy(self) if deep else copy.copy(self)
        if isinstance(update, Model):
            update = {name: getattr(update, name) for name in update.model_fields_set}
        update_copy(copied, update or {})
        return copied

    if not TYPE_CHECKING:  # for checkers, fields are assigned by their types

        def __setattr__(self, name: str, value: object) -> None:
            cls = type(self)
            if cls.__bolide_assigns_specially__ and assign_specially(self, name, value):
                return
            promise(cls, name, value)
            super().__setattr__(name, value)

        def __delattr__(self, name: str) -> None:
            refuse_deletion(self, name)
            if not delete_extra(self, name):
                super().__delattr__(name)

        def __replace__(self, **changes: object) -> Self:
            return self.model_copy(update=changes)

    def __reduce__(self) -> tuple[Any, ...]:
        # The inherited one calls the class, which would validate and takes no positional arguments.
        values = {name: getattr(self, name) for name in field_names(type(self))}
        state = state_of(self)
        return restore, (type(self), values) if state is None else (type(self), values, state)

    def __str__(self) -> str:
        """Return what ``repr`` shows of the fields, without the class."""
        struct: Any = self
        return " ".join(f"{name}={value!r}" for name, value in struct.__rich_repr__())
