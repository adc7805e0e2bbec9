"""The metaclass of models: from a class body to a msgspec Struct class.

Owns what a class body may say. Hints are not resolved here: names may be defined later.
"""

from __future__ import annotations

import copy
import functools
import inspect
import re
import sys
import typing
from collections.abc import Callable, Collection, Mapping
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

import msgspec

from bolide.validation.errors import ErrorDetails, Loc, ValidationError
from bolide.validation.fields import Field, FieldInfo, merge_field_infos
from bolide.validation.guard import breaches
from bolide.validation.hints import (
    TypeHintError,
    is_class_variable,
    needs_names,
    split_annotated,
    split_qualifiers,
)
from bolide.validation.records import MODEL_DECLARATION, Extra, ModelDeclaration, declared_record
from bolide.validation.tree import NO_DEFAULT

if TYPE_CHECKING:
    from bolide.validation.adapter import Adapter

    # msgspec's stubs mark Struct itself as a dataclass transform, which hides the one of our metaclass.
    class StructMeta(type): ...

    class Struct(metaclass=StructMeta): ...

else:
    from msgspec import Struct, StructMeta

__all__ = ["ModelMeta", "Struct", "adapter_of", "construct", "field_names"]

_ADAPTER: Final = "__bolide_adapter__"
_UNFIT_FOR_ALIAS: Final = r'["\\\x00-\x1f\ud800-\udfff]'  # msgspec writes names as they are


@typing.dataclass_transform(kw_only_default=True, field_specifiers=(Field,))
class ModelMeta(StructMeta):
    """Metaclass of models: reads field declarations, and validates what the constructor is given."""

    def __new__(
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        extra: Extra | None = None,
        frozen: bool | None = None,
        **unknown: object,
    ) -> ModelMeta:
        _refuse_unsupported(name, bases, namespace, unknown)
        parents = [base.__dict__[MODEL_DECLARATION] for base in bases if MODEL_DECLARATION in base.__dict__]
        inherited: dict[str, FieldInfo] = {}
        for parent in reversed(parents):
            inherited |= parent.fields
        annotations: dict[str, Any] = {
            key: hint
            for key, hint in namespace.get("__annotations__", {}).items()
            if not is_class_variable(hint)
        }
        own = {key: _declared_info(name, key, hint, namespace) for key, hint in annotations.items()}
        _refuse_method_names(name, bases, own.keys() - inherited.keys())
        _refuse_bare_attributes(name, namespace, inherited.keys() - own.keys())
        inherited_extra: Extra = parents[0].extra if parents else "ignore"
        extra = inherited_extra if extra is None else extra
        options: dict[str, Any] = {} if frozen is None else {"frozen": frozen}
        cls: Any = super().__new__(
            mcls,
            name,
            bases,
            _struct_namespace(namespace, own),
            kw_only=True,
            forbid_unknown_fields=extra == "forbid",
            **options,
        )
        infos = inherited | own
        names = _frame_names() if any(map(needs_names, annotations.values())) else None
        declaration = ModelDeclaration(
            {key: infos[key] for key in cls.__struct_fields__},
            extra=extra,
            annotations=annotations,
            local_names=names,
        )
        setattr(cls, MODEL_DECLARATION, declaration)
        _break_promises_of_bases(cls)
        # hot: own attributes of every class, 250 ns less per constructor call than finding the adapter.
        cls.__bolide_walk__ = functools.partial(_walk_first, cls)
        cls.__bolide_promises__ = None  # read at the first assignment
        return cls  # type: ignore[no-any-return]

    if not TYPE_CHECKING:  # checkers use the constructor that the dataclass transform describes

        def __call__(cls, /, *args: object, **data: object) -> Any:  # noqa: N805
            if args:
                raise TypeError(f"{cls.__name__}() takes keyword arguments only")
            errors: list[ErrorDetails] = []
            instance = cls.__bolide_walk__(data, (), errors)
            if errors:
                raise ValidationError(cls.__name__, errors)
            return instance

    @property
    def model_fields(cls) -> dict[str, FieldInfo]:  # noqa: N805
        """Options of every field by name: what ``Field()`` and the annotation say together."""
        return {field.name: field.info for field in declared_record(cls, "model").fields}

    @property
    def __signature__(cls) -> inspect.Signature:  # noqa: N805
        parameters: list[inspect.Parameter] = []
        for field in declared_record(cls, "model").fields:
            name = field.wire_name if field.wire_name.isidentifier() else field.name
            default: Any = inspect.Parameter.empty
            if not field.required:
                default = ... if field.info.default is NO_DEFAULT else field.info.default
            parameters.append(
                inspect.Parameter(
                    name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=field.hint
                )
            )
        return inspect.Signature(parameters, return_annotation=cls)


def adapter_of(cls: type, *, strict: bool = False) -> Adapter[Any]:
    """Return the adapter of a Model class, made at its first use."""
    key = f"{_ADAPTER}strict" if strict else _ADAPTER
    adapter: Adapter[Any] | None = cls.__dict__.get(key)
    if adapter is None:
        # The engine is imported when a model is first used: defining models must be cheap.
        from bolide.validation.adapter import Adapter

        adapter = Adapter(cls, strict=strict)
        setattr(cls, key, adapter)
    return adapter


def _walk_first(cls: Any, value: object, loc: Loc, errors: list[ErrorDetails]) -> Any:
    """Compile the walker that the constructor of *cls* uses, put it in place, and use it."""
    cls.__bolide_walk__ = adapter_of(cls).walker
    return cls.__bolide_walk__(value, loc, errors)


def field_names(cls: type) -> tuple[str, ...]:
    """Return the names of the fields of a Model class."""
    names: tuple[str, ...] = getattr(cls, "__struct_fields__")  # noqa: B009 - checkers do not see Struct
    return names


def construct(cls: Any, values: dict[str, Any]) -> Any:
    """Make an instance of a Model class without validation."""
    return StructMeta.__call__(cls, **values)


def _break_promises_of_bases(cls: type) -> None:
    for base in cls.__mro__[1:]:
        if MODEL_DECLARATION in base.__dict__ and not (broken := breaches(base)):
            broken.append(f"{cls.__name__} inherits from it")


def _declared_info(owner: str, name: str, hint: Any, namespace: Mapping[str, Any]) -> FieldInfo:
    if name.startswith("_"):
        raise TypeHintError(f"{owner}.{name}: field names cannot begin with an underscore")
    given = namespace.get(name, NO_DEFAULT)
    info = given if isinstance(given, FieldInfo) else FieldInfo(default=given)
    # String annotations are read later, when all names exist; an alias inside of one is refused then.
    _, metadata = split_annotated(split_qualifiers(hint)[0])
    for item in reversed(metadata):
        if isinstance(item, FieldInfo):
            info = merge_field_infos(item, info)
    if info.alias is not None and re.search(_UNFIT_FOR_ALIAS, info.alias):
        raise TypeHintError(
            f"{owner}.{name}: an alias cannot hold quotes, backslashes, control characters or surrogates"
        )
    return info


def _refuse_unsupported(
    owner: str, bases: tuple[type, ...], namespace: Mapping[str, Any], unknown: Collection[str]
) -> None:
    """Refuse what other model classes know and this one would silently ignore."""
    for option in unknown:
        raise TypeHintError(f"{owner}: a Model has no class option {option!r}; there are extra and frozen")
    if "model_config" in namespace:
        raise TypeHintError(
            f"{owner}.model_config is not read; write options as class keywords, "
            f"like class {owner}(Model, extra='forbid')"
        )
    if typing.Generic in bases:
        raise TypeHintError(f"{owner}: generic models are not supported")
    if "__init__" in namespace:
        raise TypeHintError(f"{owner}.__init__: a Model's constructor is generated and cannot be replaced")


def _refuse_method_names(owner: str, bases: tuple[type, ...], names: Collection[str]) -> None:
    for name in names:
        if name.startswith("model_") and any(hasattr(base, name) for base in bases):
            raise TypeHintError(f"{owner}.{name}: every Model has an attribute of this name")


def _refuse_bare_attributes(owner: str, namespace: Mapping[str, Any], inherited: Collection[str]) -> None:
    annotations = namespace.get("__annotations__", {})
    for name, value in namespace.items():
        if name in inherited:
            raise TypeHintError(f"{owner}.{name}: overrides a field and needs an annotation")
        if isinstance(value, FieldInfo) and name not in annotations:
            raise TypeHintError(f"{owner}.{name}: Field() needs an annotation beside it")


def _struct_namespace(namespace: Mapping[str, Any], infos: Mapping[str, FieldInfo]) -> dict[str, Any]:
    """Return the class body with field options in msgspec's words."""
    attributes = {name: value for name, value in namespace.items() if name not in infos}
    for name, info in infos.items():
        options: dict[str, Any] = {} if info.alias is None else {"name": info.alias}
        if info.default_factory is not None:
            options["default_factory"] = info.default_factory
        elif info.default is not NO_DEFAULT:
            if type(info.default).__hash__ is not None:
                options["default"] = info.default
            else:  # mutable: every instance gets a copy
                options["default_factory"] = functools.partial(copy.deepcopy, info.default)
        if options:
            attributes[name] = msgspec.field(**options)
    return attributes


def _frame_names() -> Callable[[], Mapping[str, Any]] | None:
    """Return the local names around the class statement that is being executed, read when asked for.

    The frames stay alive until then, so names that the function defines after the class are found too.
    """
    # 0 is this function, 1 the metaclass; like collections.namedtuple, which needs its caller too.
    frame: FrameType | None = sys._getframe(2)  # pyright: ignore[reportPrivateUsage]
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
