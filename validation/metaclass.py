"""The metaclass of models: from a class body to a msgspec Struct class.

Owns what a class body may say. Hints are not resolved here: names may be defined later.
"""

from __future__ import annotations

import abc
import copyreg
import functools
import inspect
import sys
import typing
from collections.abc import Callable, Mapping
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, Final, Unpack

from bolide.validation.class_body import (
    PrivateAttr,
    declare_model,
    needs_dict,
    refuse_two_layouts,
    struct_namespace,
)
from bolide.validation.config import ConfigDict, ModelConfig, config_dict
from bolide.validation.dump_plan import note_model
from bolide.validation.errors import ErrorDetails, Loc, ValidationError
from bolide.validation.fields import Field, FieldInfo, read_metadata
from bolide.validation.generics import parameters_of, parametrise, pickled_class
from bolide.validation.guard import breaches
from bolide.validation.hints import TypeHintError, needs_names, resolve_early, split_annotated
from bolide.validation.records import MODEL_DECLARATION, DeclaredField, ModelDeclaration, declared_record
from bolide.validation.tree import NO_DEFAULT

if TYPE_CHECKING:
    from bolide.validation.adapter import Adapter

    # msgspec's stubs mark Struct itself as a dataclass transform, which hides the one of our metaclass.
    class StructMeta(type): ...

    class Struct(metaclass=StructMeta): ...

else:
    from msgspec import Struct, StructMeta

__all__ = [
    "FACTORY",
    "ModelMeta",
    "Struct",
    "adapter_of",
    "construct",
    "field_names",
    "model_config",
]

_ADAPTER: Final = "__bolide_adapter__"
_CREATOR: Final = "bolide.validation.model_creation"
_HOOK: Final = "__pydantic_init_subclass__"
"""Class method that is called with every new subclass and its own class keywords, once that is complete."""


class _Made:
    """Stands for a default that a function makes, in signatures."""

    def __repr__(self) -> str:
        return "<factory>"


FACTORY: Final = _Made()
"""The default of such a field in the signature of its model, which is none for a call."""


@typing.dataclass_transform(kw_only_default=True, field_specifiers=(Field, PrivateAttr))
class ModelMeta(StructMeta, abc.ABCMeta):
    """Metaclass of models: reads field declarations, and validates what the constructor is given.

    It is one of abstract classes too, so that ``class Shape(Model, abc.ABC)`` has a metaclass.
    """

    if not TYPE_CHECKING:
        # hot: those of ABCMeta look at registered classes first.
        __instancecheck__ = type.__instancecheck__
        __subclasscheck__ = type.__subclasscheck__

    def __new__(
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        **options: Unpack[ConfigDict],
    ) -> ModelMeta:
        if any(type(hint) is str for hint in namespace.get("__annotations__", {}).values()):
            namespace["__annotations__"] = resolve_early(
                namespace["__annotations__"], namespace["__module__"], _frame_names()
            )
        keywords = _hook_keywords(name, bases, options)
        declaration = declare_model(name, bases, namespace, options)
        if any(map(needs_names, declaration.annotations.values())):
            declaration.local_names = _frame_names()
        config = declaration.config
        refuse_two_layouts(name, bases)
        cls: Any = super().__new__(
            mcls,
            name,
            bases,
            struct_namespace(declaration, bases, namespace),
            kw_only=True,
            forbid_unknown_fields=config.extra != "ignore" or declaration.has_other_names,
            frozen=config.frozen,
            **_dict_option(declaration.is_stateful or needs_dict(namespace)),
        )
        cls.__annotations__ = namespace.get("__annotations__", {})
        if typing.Generic not in bases and (parameters := _inherited_parameters(bases)):
            cls.__parameters__ = parameters
        declaration.order_fields(cls.__struct_fields__)
        setattr(cls, MODEL_DECLARATION, declaration)
        note_model(cls, declaration)
        _break_promises_of_bases(cls)
        # hot: own attributes of every class, 250 ns less per constructor call than finding the adapter.
        cls.__bolide_walk__ = functools.partial(_walk_first, cls)
        cls.__bolide_promises__ = None  # read at the first assignment
        if config.frozen:  # msgspec's own refusal comes before any method of the class
            cls.__setattr__ = cls.__setattr__
        cls.__bolide_assigns_specially__ = (
            hasattr(cls, "__dictoffset__") and cls.__dictoffset__ != 0
        ) or declaration.assigns_specially
        _call_hook(cls, keywords)
        return cls  # type: ignore[no-any-return]

    if not TYPE_CHECKING:  # checkers use the constructor that the dataclass transform describes

        def __call__(cls, /, *args: object, **data: object) -> Any:
            if args:
                raise TypeError(f"{cls.__name__}() takes keyword arguments only")
            errors: list[ErrorDetails] = []
            instance = cls.__bolide_walk__(data, (), errors)
            if errors:
                raise _failure(cls, errors)
            return instance

        def __getitem__(cls, arguments: Any) -> Any:
            return parametrise(cls, arguments)

        @property
        def __match_args__(cls) -> tuple[str, ...]:
            return field_names(cls)

        @property
        def model_config(cls) -> ConfigDict:
            return config_dict(model_config(cls))

    @property
    def model_fields(cls) -> dict[str, FieldInfo]:
        """Options of every field by name: what ``Field()`` and the annotation say together."""
        return {field.name: field.info for field in declared_record(cls).fields}

    @property
    def model_computed_fields(cls) -> dict[str, FieldInfo]:
        """Options of every computed field by name."""
        from bolide.validation.serializers import RecordSerializers

        return {name: computed.info for name, computed in RecordSerializers(cls).computed.items()}

    @property
    def __signature__(cls) -> inspect.Signature:
        parameters: list[inspect.Parameter] = []
        for field in declared_record(cls).fields:
            name = field.wire_name if field.wire_name.isidentifier() else field.name
            default: Any = inspect.Parameter.empty
            if not field.required:
                default = FACTORY if field.info.default is NO_DEFAULT else field.info.default
            parameters.append(
                inspect.Parameter(
                    name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=_limited_hint(field)
                )
            )
        return inspect.Signature(parameters, return_annotation=cls)


copyreg.pickle(ModelMeta, pickled_class)  # pickles ask no metaclass


def _limited_hint(field: DeclaredField) -> Any:
    """Return the annotation of *field* with the constraints that ``Field()`` as its default adds to it."""
    _, metadata = split_annotated(field.hint)
    added = field.info.beside(read_metadata(metadata))
    return Annotated[field.hint, added] if added.constraints() else field.hint


def _inherited_parameters(bases: tuple[type, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(each for base in bases for each in parameters_of(base)))


def _hook_keywords(owner: str, bases: tuple[type, ...], options: Any) -> dict[str, Any]:
    """Take the class keywords that are no options of models out of *options*, for a base that wants them.

    Raises:
        TypeHintError: They are meant for ``__init_subclass__``, which msgspec calls without any.
    """
    others = options.keys() - ConfigDict.__annotations__.keys()
    if not others:
        return {}
    if any(hasattr(base, _HOOK) for base in bases):
        return {name: options.pop(name) for name in others}
    mro = (cls for base in bases for cls in base.__mro__ if cls not in (object, typing.Generic))
    if any("__init_subclass__" in vars(cls) for cls in mro if cls.__module__ != "msgspec"):
        raise TypeHintError(
            f"{owner}: class keywords like {min(others)!r} do not reach __init_subclass__; "
            f"let the base take them in {_HOOK}(cls, **kwargs)"
        )
    return {}


def _call_hook(cls: Any, keywords: dict[str, Any]) -> None:
    """Tell the bases of *cls* about it."""
    bases: tuple[Any, ...] = cls.__mro__[1:]
    for base in bases:
        hook: Any = base.__dict__.get(_HOOK)
        if hook is not None:
            hook.__get__(None, cls)(**keywords)
            return


def adapter_of(cls: type, strict: bool = False) -> Adapter[Any]:
    """Return the adapter of a Model class, made at its first use."""
    key = f"{_ADAPTER}strict" if strict else _ADAPTER
    adapter: Adapter[Any] | None = cls.__dict__.get(key)
    if adapter is None:
        # The engine is imported when a model is first used: defining models must be cheap.
        from bolide.validation.adapter import Adapter

        adapter = Adapter(cls, strict=strict)
        setattr(cls, key, adapter)
    return adapter


def model_config(cls: Any) -> ModelConfig:
    """Return the options of a Model class."""
    declaration: ModelDeclaration = cls.__dict__[MODEL_DECLARATION]
    return declaration.config


def _failure(cls: Any, errors: list[ErrorDetails]) -> ValidationError:
    config = model_config(cls)
    # The walk itself ends at the limit that all models have.
    shown = errors if config.max_errors is None else errors[: config.max_errors]
    return ValidationError(config.title or cls.__name__, shown, hide_input=config.hide_input_in_errors)


def _walk_first(cls: Any, value: object, loc: Loc, errors: list[ErrorDetails]) -> Any:
    """Compile the walker that the constructor of *cls* uses, put it in place, and use it."""
    if abstract := getattr(cls, "__abstractmethods__", None):
        missing = ", ".join(sorted(abstract))
        raise TypeError(f"{cls.__name__} is abstract: a subclass has to define {missing}")
    from bolide.validation.decorators import RecordFunctions  # as late as the adapter, which needs it

    walk = adapter_of(cls).walker
    cls.__bolide_walk__ = _making_instances(cls, walk) if RecordFunctions(cls).of_record() else walk
    return cls.__bolide_walk__(value, loc, errors)


def _making_instances(cls: Any, walk: Callable[..., Any]) -> Callable[..., Any]:
    """Return *walk* for the constructor, which returns nothing but instances, whatever validators do."""

    def walk_to_instance(value: object, loc: Loc, errors: list[ErrorDetails]) -> Any:
        made = walk(value, loc, errors)
        if not errors and not isinstance(made, cls):
            raise TypeError(
                f"{cls.__name__}() is to make an instance, but a model validator returned {made!r}; "
                f"use {cls.__name__}.model_validate() if that is meant"
            )
        return made

    return walk_to_instance


def field_names(cls: type) -> tuple[str, ...]:
    """Return the names of the fields of a Model class."""
    names: tuple[str, ...] = getattr(cls, "__struct_fields__")  # noqa: B009 - checkers do not see Struct
    return names


def construct(cls: Any, values: dict[str, Any]) -> Any:
    """Make an instance of a Model class without validation."""
    return StructMeta.__call__(cls, **values)


def _dict_option(needs_dict: bool) -> dict[str, bool]:
    # msgspec refuses False when a base, such as a mixin without slots, has a dictionary.
    return {"dict": True} if needs_dict else {}


def _break_promises_of_bases(cls: type) -> None:
    for base in cls.__mro__[1:]:
        if MODEL_DECLARATION in base.__dict__ and not (broken := breaches(base)):
            broken.append(f"{cls.__name__} inherits from it")


def _frame_names() -> Callable[[], Mapping[str, Any]] | None:
    """Return the local names around the class statement that is being executed, read when asked for.

    The frames stay alive until then, so names that the function defines after the class are found too.
    """
    # 0 is this function, 1 the metaclass; like collections.namedtuple, which needs its caller too.
    caller = sys._getframe(2)  # pyright: ignore[reportPrivateUsage]
    frame: FrameType | None = caller.f_back if caller.f_globals.get("__name__") == _CREATOR else caller
    frames: list[FrameType] = []
    while frame is not None and frame.f_code.co_name != "<module>":
        frames.append(frame)
        if frame.f_code.co_flags & inspect.CO_OPTIMIZED:  # the function; inside of it are class bodies
            break
        frame = frame.f_back
    if not frames:
        return None

    def names() -> dict[str, Any]:
        return {name: value for frame in reversed(frames) for name, value in frame.f_locals.items()}

    return names
