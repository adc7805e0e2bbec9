"""``RootModel``: a class of its own around one value of any type.

Its JSON form is the one of the value. It is no record: the engine knows it as a custom type.
"""

from __future__ import annotations

import contextlib
import copy
import copyreg
import inspect
import sys
import typing
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar

from bolide.validation.config import ConfigDict, ModelConfig, config_dict, read_config
from bolide.validation.custom_types import TypeSpec
from bolide.validation.decorators import RecordFunctions
from bolide.validation.errors import ErrorDetails, ValidationError, append_error
from bolide.validation.fields import FieldInfo
from bolide.validation.generics import arguments_of, parameters_of, parametrise, pickled_class, substitute
from bolide.validation.hints import TypeHintError, is_class_variable, resolve_class_annotations
from bolide.validation.metaclass import adapter_of
from bolide.validation.records import declare
from bolide.validation.redaction import hide_secrets
from bolide.validation.root_functions import annotated_root, wrap_root
from bolide.validation.schema_values import NotJSON, to_json
from bolide.validation.tree import NO_DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self, Unpack

    from bolide.validation.adapter import Adapter
    from bolide.validation.call_options import RecordKeywords

__all__ = ["RootModel"]

T = TypeVar("T")

_SPEC = "__bolide_spec__"
_CONFIG = "__bolide_config__"
_INFO = "__bolide_root__"

_OPTIONS: Final = frozenset(
    {
        *("frozen", "strict", "title", "json_schema_extra", "validate_assignment", "use_enum_values"),
        *("str_strip_whitespace", "str_to_lower", "str_to_upper", "str_min_length", "str_max_length"),
        *("coerce_numbers_to_str", "allow_inf_nan"),
    }
)


class _RootMeta(type):
    """Metaclass of root models: type arguments make real classes, and bodies may describe the root."""

    def __new__(
        mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any
    ) -> _RootMeta:
        parents = [base.__dict__[_CONFIG] for base in bases if _CONFIG in base.__dict__]
        config = read_config(name, parents, options, namespace.pop("model_config", {}))
        for option in config_dict(config):
            if option not in _OPTIONS:
                raise TypeHintError(
                    f"{name}: {option!r} has no meaning for a root model, which has one value"
                )
        # The slot of that name would be hidden by a default.
        root = namespace.pop("root", NO_DEFAULT) if "__slots__" not in namespace else NO_DEFAULT
        cls = super().__new__(mcls, name, bases, namespace)
        setattr(cls, _CONFIG, config)
        if root is not NO_DEFAULT:
            setattr(cls, _INFO, root if isinstance(root, FieldInfo) else FieldInfo(default=root))
        return cls

    if not TYPE_CHECKING:

        def __getitem__(cls, arguments: Any) -> Any:
            return parametrise(cls, arguments)

        @property
        def model_config(cls) -> ConfigDict:
            return config_dict(getattr(cls, _CONFIG))

    @property
    def model_fields(cls) -> dict[str, FieldInfo]:
        """Options of the root: what ``Field()`` and the annotation say together."""
        return {"root": declare("root", "root", _root_hint(cls), _info_of(cls)).info}


copyreg.pickle(_RootMeta, pickled_class)  # pickles ask no metaclass


class RootModel(Generic[T], metaclass=_RootMeta):
    """Base of classes that wrap one validated value.

    Bodies may give ``root`` a default or ``Field(...)``, validate it (``field_validator("root")``,
    ``model_validator``), write it (``field_serializer("root")``, ``model_serializer``) and override
    ``model_post_init``. Options that say something about one value are class keywords or ``model_config``.

    >>> class Tags(RootModel[list[str]]):
    ...     def first(self) -> str:
    ...         return self.root[0]
    >>> Tags(["a", "b"]).first()
    'a'
    >>> Tags.model_validate_json('["c"]')
    Tags(root=['c'])
    """

    __slots__ = ("root",)
    __match_args__ = ("root",)

    root: T

    if TYPE_CHECKING:

        def __init__(self, root: T = ...) -> None: ...  # pyright: ignore[reportInvalidTypeVarUse]

    else:

        def __init__(self, /, root: Any = NO_DEFAULT, **data: Any) -> None:
            if root is NO_DEFAULT:
                root = data or _default_of(type(self))
            elif data:
                raise TypeError(f"{type(self).__name__}() takes a value or keywords, not both")
            validated = adapter_of(type(self)).validate(root)
            if not isinstance(validated, type(self)):
                raise TypeError(f"{type(self).__name__}(): a model validator returned {validated!r}")
            object.__setattr__(self, "root", validated.root)

    def __init_subclass__(cls, **_options: Any) -> None:
        super().__init_subclass__()
        if not cls.__dict__.get("__parameters__") and "__orig_bases__" not in cls.__dict__:
            cls.__parameters__ = tuple(  # type: ignore[attr-defined]
                dict.fromkeys(each for base in cls.__bases__ for each in parameters_of(base))
            )

    @classmethod
    def __bolide_type__(cls) -> TypeSpec:
        spec: TypeSpec | None = cls.__dict__.get(_SPEC)
        if spec is None:
            functions = RecordFunctions(cls)
            functions.check_names({"root"})
            make: Callable[[Any], Any] = cls.model_construct
            spec = TypeSpec(
                wire=annotated_root(cls, _root_hint(cls), _info_of(cls)),
                load=make,
                dump=_root_of,
                label=cls.__name__,
                schema=_schema_of(cls),
                wraps=True,
                is_record=True,
                config=getattr(cls, _CONFIG),
                validators=(*functions.of_input(), *functions.of_record()),
            )
            setattr(cls, _SPEC, spec)
        return spec

    def __setattr__(self, name: str, value: Any) -> None:
        config = getattr(type(self), _CONFIG)
        if name == "root" and config.frozen:
            raise _frozen(type(self), value)
        if name == "root" and config.validate_assignment:
            value = adapter_of(type(self)).validate(value).root
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        if name == "root" and getattr(type(self), _CONFIG).frozen:
            raise _frozen(type(self), None)
        object.__delattr__(self, name)

    def model_post_init(self, context: Any, /) -> None:
        """Override this to run code when an instance was made."""

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
        """Wrap a value that fits, or check an instance; the arguments are those of ``Model.model_validate``.

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
        """Wrap a string, or mappings and lists of strings, read by the rules for parameters of requests.

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
        """Decode a JSON document; the other arguments are those of :meth:`model_validate`.

        Raises:
            ValidationError: It is no JSON, or does not fit; carries everything that is wrong.
        """
        adapter: Adapter[Self] = adapter_of(cls, strict)
        if options:
            return adapter.decode_json(json_data, context=context, **options)
        return adapter.decode_json(json_data, context=context)

    @classmethod
    def model_json_schema(
        cls,
        by_alias: bool = True,
        ref_template: str = "#/$defs/{model}",
        mode: Literal["validation", "serialization"] = "validation",
    ) -> dict[str, Any]:
        """Return the JSON Schema (2020-12); the arguments are those of ``Model.model_json_schema``."""
        return adapter_of(cls).json_schema(mode=mode, by_alias=by_alias, ref_template=ref_template)

    @classmethod
    def model_construct(cls, root: T) -> Self:
        """Wrap a value that is known to be valid."""
        instance = wrap_root(cls, root)
        instance.model_post_init(None)
        return instance

    def model_dump(self, **options: Any) -> Any:
        """Return the value as ``Adapter.dump`` does, with its options."""
        return adapter_of(type(self)).dump(self, **options)

    def model_dump_json(self, **options: Any) -> str:
        """Return the value as JSON text, with the options of ``Adapter.dump_json``."""
        return adapter_of(type(self)).dump_json(self, **options).decode()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return an instance with the same value, a deep copy of it, or the one that *update* has as root."""
        if update is not None and "root" in update:
            return wrap_root(type(self), update["root"])
        return wrap_root(type(self), copy.deepcopy(self.root) if deep else self.root)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return bool(self.root == other.root)

    def __hash__(self) -> int:
        if not getattr(type(self), _CONFIG).frozen:
            raise TypeError(f"unhashable type: {type(self).__name__!r}")
        return hash((type(self), self.root))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(root={self.root!r})"

    def __str__(self) -> str:
        return f"root={self.root!r}"

    def __copy__(self) -> Self:
        return self.model_copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return wrap_root(type(self), copy.deepcopy(self.root, memo))

    def __reduce__(self) -> tuple[Any, ...]:
        return wrap_root, (type(self), self.root)


def _frozen(cls: type, value: object) -> ValidationError:
    errors: list[ErrorDetails] = []
    append_error(errors, "frozen_instance", ("root",), value)
    hide_secrets(errors, adapter_of(cls).tree)
    return ValidationError(cls.__name__, errors)


def _info_of(cls: type) -> FieldInfo:
    info: FieldInfo = getattr(cls, _INFO, FieldInfo())
    return info


def _default_of(cls: Any) -> Any:
    info: FieldInfo = cls.model_fields["root"]
    if info.default_factory is not None:
        return info.default_factory()
    if info.default is NO_DEFAULT:
        raise TypeError(f"{cls.__name__}() needs a value")
    return copy.deepcopy(info.default)


def _schema_of(cls: type) -> dict[str, Any]:
    config: ModelConfig = getattr(cls, _CONFIG)
    info: FieldInfo = typing.cast("Any", cls).model_fields["root"]
    schema: dict[str, Any] = {"title": info.title or config.title or cls.__name__}
    if info.default is not NO_DEFAULT:
        with contextlib.suppress(NotJSON):
            schema["default"] = to_json(info.default, {})
    if cls.__doc__ is not None:
        schema["description"] = inspect.cleandoc(cls.__doc__)
    if callable(config.json_schema_extra):
        raise TypeHintError(f"{cls.__qualname__}: json_schema_extra of a root model is a mapping")
    return {**schema, **(config.json_schema_extra or {})}


def _root_of(instance: Any) -> Any:
    return instance.root


def _root_hint(cls: type) -> Any:
    """Return the hint of the value that *cls* wraps."""
    hint: Any = T
    for owner in reversed(cls.__mro__):
        if owner is RootModel:
            continue
        own = inspect.get_annotations(owner)
        for name, stated in own.items():
            if name != "root" and name[0] != "_" and not is_class_variable(stated):
                raise TypeHintError(f"{cls.__qualname__}.{name}: a root model has one field, root")
        if "root" in own:
            hint = resolve_class_annotations(owner, {"root": own["root"]}, localns=_names(owner))["root"]
        hint = substitute(hint, arguments_of(owner))
    return hint


def _names(owner: type) -> dict[str, Any]:
    module = sys.modules.get(owner.__module__)
    return {} if module is None else dict(typing.cast("Any", vars(module)))
