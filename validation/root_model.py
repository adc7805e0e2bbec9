"""``RootModel``: a class of its own around one value of any type.

Its JSON form is the one of the value. It is no record: the engine knows it as a custom type.
"""

from __future__ import annotations

import copy
import copyreg
import inspect
import sys
import typing
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from bolide.validation.custom_types import TypeSpec
from bolide.validation.generics import arguments_of, parameters_of, parametrise, pickled_class, substitute
from bolide.validation.hints import TypeHintError, resolve_class_annotations

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from bolide.validation.adapter import Adapter

__all__ = ["RootModel"]

T = TypeVar("T")

_ADAPTER = "__bolide_adapter__"
_SPEC = "__bolide_spec__"


class _RootMeta(type):
    """Metaclass of root models: type arguments make real classes."""

    if not TYPE_CHECKING:

        def __getitem__(cls, arguments: Any) -> Any:
            return parametrise(cls, arguments)


copyreg.pickle(_RootMeta, pickled_class)  # pickles ask no metaclass


class RootModel(Generic[T], metaclass=_RootMeta):
    """Base of classes that wrap one validated value.

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

    def __init__(self, root: T) -> None:
        validated = cast("Any", _adapter_of(type(self))).validate(root)
        self.root = validated.root

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.__dict__.get("__parameters__") and "__orig_bases__" not in cls.__dict__:
            cls.__parameters__ = tuple(  # type: ignore[attr-defined]
                dict.fromkeys(each for base in cls.__bases__ for each in parameters_of(base))
            )

    @classmethod
    def __bolide_type__(cls) -> TypeSpec:
        spec: TypeSpec | None = cls.__dict__.get(_SPEC)
        if spec is None:
            make: Callable[[Any], Any] = cls.model_construct
            spec = TypeSpec(
                wire=_root_hint(cls),
                load=make,
                dump=_root_of,
                label=cls.__name__,
                schema=_schema_of(cls),
                wraps=True,
            )
            setattr(cls, _SPEC, spec)
        return spec

    @classmethod
    def model_validate(cls, obj: object, *, strict: bool = False) -> Self:
        """Wrap a value that fits, or check an instance.

        Raises:
            ValidationError: Carries everything that is wrong.
        """
        adapter: Adapter[Self] = _adapter_of(cls, strict=strict)
        return adapter.validate(obj)

    @classmethod
    def model_validate_json(cls, json_data: str | bytes, *, strict: bool = False) -> Self:
        """Decode a JSON document.

        Raises:
            ValidationError: It is no JSON, or does not fit; carries everything that is wrong.
        """
        data = json_data.encode("utf-8", "surrogatepass") if isinstance(json_data, str) else json_data
        adapter: Adapter[Self] = _adapter_of(cls, strict=strict)
        return adapter.decode_json(data)

    @classmethod
    def model_construct(cls, root: T) -> Self:
        """Wrap a value that is known to be valid."""
        instance = cls.__new__(cls)
        instance.root = root
        return instance

    def model_dump(self, **options: Any) -> Any:
        """Return the value as ``Adapter.dump`` does, with its options."""
        return _adapter_of(type(self)).dump(self, **options)

    def model_dump_json(self, **options: Any) -> str:
        """Return the value as JSON text, with the options of ``Adapter.dump_json``."""
        return _adapter_of(type(self)).dump_json(self, **options).decode()

    def model_copy(self, *, deep: bool = False) -> Self:
        """Return an instance with the same value, or with a deep copy of it."""
        return type(self).model_construct(copy.deepcopy(self.root) if deep else self.root)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return bool(self.root == other.root)

    __hash__ = None  # type: ignore[assignment]  # it can be changed

    def __repr__(self) -> str:
        return f"{type(self).__name__}(root={self.root!r})"

    def __copy__(self) -> Self:
        return self.model_copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return type(self).model_construct(copy.deepcopy(self.root, memo))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).model_construct, (self.root,)


def _schema_of(cls: type) -> dict[str, Any]:
    schema = {"title": cls.__name__}
    return schema if cls.__doc__ is None else {**schema, "description": inspect.cleandoc(cls.__doc__)}


def _root_of(instance: Any) -> Any:
    return instance.root


def _adapter_of(cls: Any, *, strict: bool = False) -> Adapter[Any]:
    key = f"{_ADAPTER}strict" if strict else _ADAPTER
    adapter: Adapter[Any] | None = cls.__dict__.get(key)
    if adapter is None:
        from bolide.validation.adapter import Adapter

        adapter = Adapter(cls, strict=strict)
        setattr(cls, key, adapter)
    return adapter


def _root_hint(cls: type) -> Any:
    """Return the hint of the value that *cls* wraps."""
    hint: Any = T
    for owner in reversed(cls.__mro__):
        if owner is RootModel:
            continue
        own = inspect.get_annotations(owner)
        for name in own:
            if name != "root" and not name.startswith("_"):
                raise TypeHintError(f"{cls.__qualname__}.{name}: a root model has one field, root")
        if "root" in own:
            hint = resolve_class_annotations(owner, {"root": own["root"]}, localns=_names(owner))["root"]
        hint = substitute(hint, arguments_of(owner))
    return hint


def _names(owner: type) -> dict[str, Any]:
    module = sys.modules.get(owner.__module__)
    return {} if module is None else dict(typing.cast("Any", vars(module)))
