"""What instances of models carry beside their fields.

Unknown keys that a model allows, private attributes, and which fields were not given stand in the
instance's ``__dict__``, which only the classes that need one have. msgspec never writes it.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
from msgspec.structs import force_setattr

from bolide.validation.config import ModelConfig
from bolide.validation.defaults import copies_of
from bolide.validation.fields import FieldInfo
from bolide.validation.generics import origin_of
from bolide.validation.tree import NO_DEFAULT

__all__ = [
    "EXTRA",
    "SHOWS_MORE",
    "UNSET_FIELDS",
    "PrivateAttribute",
    "delete_extra",
    "fields_set_of",
    "fill_defaults",
    "generic_methods",
    "keep_unset",
    "showing_methods",
    "state_of",
    "stateful_methods",
    "track_unset",
]

SHOWS_MORE: Final = "__bolide_shows_more__"
"""A method by which a model shows more than its fields: names and values."""

EXTRA: Final = "__bolide_extra__"
UNSET_FIELDS: Final = "__bolide_unset__"


class PrivateAttribute:
    """Descriptor of a private attribute: makes the default when an instance has no value yet.

    It has no ``__set__``, so a value in the instance's dictionary comes first.
    """

    __slots__ = ("default", "default_factory", "name")

    def __init__(self, default: Any = NO_DEFAULT, default_factory: Callable[[], Any] | None = None) -> None:
        self.default = default
        self.default_factory = default_factory
        self.name = ""

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            raise AttributeError(f"{self.name!r} is an attribute of instances of {owner.__name__}")
        if self.default_factory is not None:
            value = self.default_factory()
        elif self.default is NO_DEFAULT:
            raise AttributeError(f"{owner.__name__!r} object has no attribute {self.name!r}")
        else:
            make = copies_of(self.default)
            value = self.default if make is None else make()
        instance.__dict__[self.name] = value
        return value


def fill_defaults(
    defaults: dict[str, tuple[Any, Callable[[], Any] | None]],
) -> Callable[[Any], None]:
    """Return a ``__post_init__`` that puts defaults in the place of what was not given, and remembers where.

    Args:
        defaults: Default or factory of every field that has one.
    """

    def __post_init__(self: Any) -> None:  # noqa: N807 - msgspec looks it up by this name
        unset: set[str] = set()
        for name, (default, factory) in defaults.items():
            if getattr(self, name) is msgspec.UNSET:
                force_setattr(self, name, default if factory is None else factory())
                unset.add(name)
        if unset:
            self.__dict__[UNSET_FIELDS] = unset

    return __post_init__


def track_unset(instance: Any, names: set[str]) -> None:
    """Note that the fields *names* of *instance* were not given."""
    instance.__dict__[UNSET_FIELDS] = names


def keep_unset(instance: Any, source: Any) -> None:
    """Note that what was not given to *source* was not given to *instance*, read from its attributes."""
    unset: set[str] = getattr(source, "__dict__", {}).get(UNSET_FIELDS, set())
    if unset and isinstance(source, type(instance)):
        instance.__dict__.setdefault(UNSET_FIELDS, set()).update(unset)


def delete_extra(instance: Any, name: str) -> bool:
    """Delete the unknown key *name* of *instance*; tell whether it had one."""
    extras: dict[str, Any] = getattr(instance, "__dict__", {}).get(EXTRA, {})
    if name not in extras:
        return False
    del extras[name]
    return True


def fields_set_of(instance: Any, names: tuple[str, ...]) -> set[str]:
    """Return which fields of *instance*, named *names*, were given or assigned; unknown keys count too."""
    unset: set[str] = instance.__dict__.get(UNSET_FIELDS, set())
    extras: dict[str, Any] = instance.__dict__.get(EXTRA, {})
    return {name for name in names if name not in unset} | extras.keys()


def state_of(instance: Any) -> dict[str, Any] | None:
    """Return what *instance* carries beside its fields, without cached properties."""
    state = getattr(instance, "__dict__", None)
    if not state:
        return None
    private: frozenset[str] = instance.__bolide_declaration__.private
    kept = {EXTRA, UNSET_FIELDS, *private}
    return {name: value for name, value in state.items() if name in kept} or None


def stateful_methods(config: ModelConfig) -> dict[str, Any]:
    """Return the methods of classes whose instances carry more than fields."""
    methods: dict[str, Any] = {"__copy__": _copy, "__eq__": _equal, "__ne__": _differ}
    methods["__hash__"] = _hash if config.frozen else None
    if config.extra == "allow":
        methods |= {"__getattr__": _get_extra, "__repr__": _repr, "__rich_repr__": _shown}
    return methods


def generic_methods(config: ModelConfig) -> dict[str, Any]:
    """Return the methods of generic classes: ``Box(v=1)`` equals ``Box[int](v=1)``, as in Pydantic."""
    return {
        "__eq__": _equal_generic,
        "__ne__": _differ,
        "__hash__": _hash if config.frozen else None,
    }


def showing_methods() -> dict[str, Any]:
    """Return the methods of classes that do not show all of their fields."""
    return {"__repr__": _repr, "__rich_repr__": _shown}


def _get_extra(self: Any, name: str) -> Any:
    try:
        return self.__dict__[EXTRA][name]
    except KeyError:
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}") from None


def _shown(self: Any) -> Iterator[tuple[str, Any]]:
    fields: dict[str, FieldInfo] = self.__bolide_declaration__.fields
    for name, info in fields.items():
        if info.repr is not False:
            yield name, getattr(self, name)
    yield from getattr(self, "__dict__", {}).get(EXTRA, {}).items()
    if hasattr(self, SHOWS_MORE):
        yield from getattr(self, SHOWS_MORE)()


@reprlib.recursive_repr("...")
def _repr(self: Any) -> str:
    # A list, because a generator would double what a level takes of the C stack.
    shown = ", ".join([f"{name}={value!r}" for name, value in _shown(self)])
    return f"{type(self).__name__}({shown})"


def _copy(self: Any) -> Any:
    struct: Any = msgspec.Struct
    copied = struct.__copy__(self)
    copied.__dict__.update(
        {
            name: value.copy() if name in (EXTRA, UNSET_FIELDS) else value
            for name, value in (state_of(self) or {}).items()
        }
    )
    return copied


def _equal(self: Any, other: Any) -> Any:
    if _unparametrised(other) is not _unparametrised(self):
        return NotImplemented
    for one, another in zip(_parts(self), _parts(other), strict=True):
        if one == another:
            continue
        return False
    return True


def _equal_generic(self: Any, other: Any) -> Any:
    if type(other) is type(self):  # hot: in C
        return msgspec.Struct.__eq__(self, other)
    return _equal(self, other)


def _differ(self: Any, other: Any) -> Any:
    equal = self.__eq__(other)
    return equal if equal is NotImplemented else not equal


def _unparametrised(instance: Any) -> Any:
    """Return the class of *instance*; for one that is made from a generic class, that one."""
    cls: Any = instance.__class__
    return origin_of(cls) or cls


def _hash(self: Any) -> int:
    return hash((_unparametrised(self), *(getattr(self, name) for name in self.__struct_fields__)))


def _parts(instance: Any) -> Iterator[Any]:
    """Yield everything by which two instances of one class compare."""
    for name in instance.__struct_fields__:
        yield getattr(instance, name)
    yield getattr(instance, "__dict__", {}).get(EXTRA) or {}
    private: frozenset[str] = instance.__bolide_declaration__.private
    for name in private:
        yield getattr(instance, name, NO_DEFAULT)
