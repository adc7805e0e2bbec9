"""Dump what has no declared type, or another one than declared: by the class that it has."""

from __future__ import annotations

import collections
import enum
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Any, Final, cast

from bolide.validation.custom_types import TYPE_HOOK, registered_base
from bolide.validation.dump_options import DumpOptions, SerializationError, selected_entries, selected_items
from bolide.validation.encode import dump_bytes, json_key
from bolide.validation.error_rendering import short_repr
from bolide.validation.errors import HIDDEN
from bolide.validation.records import record_kind

__all__ = ["AnyDumper", "complain", "dump_set", "given_fields", "hide", "is_sequence", "like"]

Dump = Callable[..., Any]

_SCALARS: Final = frozenset({type(None), bool, int, float, str})
_NAMED_TUPLE: Final = "_field_defaults"
_PYDANTIC_MODEL: Final = "__pydantic_serializer__"
_SEQUENCES: Final[tuple[type[Any], ...]] = (list, tuple, set, frozenset, collections.deque)


class AnyDumper:
    """Dump values by their own classes.

    Args:
        dumper_of: Returns the function that dumps the instances of a class with fields.
        selects: That function takes what is included and excluded.
    """

    __slots__ = ("_dumper_of", "_dumpers", "_selects")

    def __init__(self, dumper_of: Callable[[Any], Dump], *, selects: bool) -> None:
        self._dumper_of = dumper_of
        self._selects = selects
        self._dumpers: dict[Any, Dump] = {}

    def dump(self, value: Any, options: DumpOptions, include: Any = None, exclude: Any = None) -> Any:
        """Return *value* as its class says; *include* and *exclude* select of what is inside."""
        kind: Any = value.__class__
        if kind in _SCALARS:
            return value
        # hot: what JSON decodes to. The fewer calls per level, the deeper it may be nested. Calls of an
        # instance would take room on the C stack; Python 3.13 does not count those that leave out arguments.
        if include is None and exclude is None:
            if kind is list:
                return [self.dump(item, options, None, None) for item in value]
            if kind is dict:
                if options.mode == "python" or options.undeclared_bytes:
                    return {key: self.dump(item, options, None, None) for key, item in value.items()}
                return {
                    key if key.__class__ is str else json_key(key): self.dump(item, options, None, None)
                    for key, item in value.items()
                }
        if (dump := self._dumpers.get(kind)) is not None:
            return dump(value, options, include, exclude) if self._selects else dump(value, options)
        if isinstance(value, bytes | bytearray):
            is_text = options.mode == "json" and not (options.undeclared_bytes or options.binary)
            return dump_bytes(value) if is_text else value
        if issubclass(kind, _SEQUENCES) and not hasattr(kind, _NAMED_TUPLE):
            return self._sequence(value, options, include, exclude)
        if issubclass(kind, Mapping):
            entries = selected_entries(value, self.dump, options, include, exclude)
            return entries if options.mode == "python" else {json_key(k): v for k, v in entries.items()}
        if hasattr(kind, "__next__") and options.mode == "json":
            return [self.dump(item, options, None, None) for item in value]
        if record_kind(kind) is not None or hasattr(kind, _PYDANTIC_MODEL) or hasattr(kind, TYPE_HOOK):
            dump = self._dumpers[kind] = self._dumper_of(kind)
            return dump(value, options, include, exclude) if self._selects else dump(value, options)
        if (base := registered_base(kind)) is not None:
            dump = self._dumpers[kind] = self._dumper_of(base)
            return dump(value, options, include, exclude) if self._selects else dump(value, options)
        if options.fallback is not None and not _is_known(kind):
            return self.dump(options.fallback(value), options, include, exclude)
        return str(value) if kind.__module__ == "fractions" else value

    def unexpected(
        self, value: Any, expected: str, options: DumpOptions, include: Any = None, exclude: Any = None
    ) -> Any:
        """Dump a *value* that is not of the type that is declared, and complain as *options* say."""
        complain(f"expected {expected}, got {short_repr(value)} ({type(value).__name__})", options)
        return self.dump(value, options, include, exclude)

    def _sequence(self, value: Any, options: DumpOptions, include: Any, exclude: Any) -> Any:
        if isinstance(value, set | frozenset):  # without positions, nothing can be selected
            items = [self.dump(item, options, None, None) for item in cast("frozenset[Any]", value)]
            return dump_set(items, set if isinstance(value, set) else frozenset)
        items = selected_items(value, self.dump, options, include, exclude)
        return items if isinstance(value, list | collections.deque) else tuple(items)


def complain(complaint: str, options: DumpOptions) -> None:
    """Say that a value is of another type than declared, as *options* say.

    Raises:
        SerializationError: That is an error.
    """
    if options.warnings == "error":
        raise SerializationError(complaint)
    if options.warnings not in (False, "none"):
        warnings.warn(complaint, UserWarning, stacklevel=3)


def hide(value: object, expected: str, options: DumpOptions) -> str | None:
    """Return what stands for a *value* that should be a secret of the class *expected*, and is not."""
    if value is None:  # a default says that there is none
        return None
    complain(f"expected {expected}, got a {type(value).__name__}", options)
    return HIDDEN


def given_fields(value: Any) -> Set[str]:
    """Return the names of the fields of a model that were given; all of them if it does not know."""
    kind: Any = value.__class__
    tracks = kind.__bolide_declaration__.config.track_fields_set
    return cast("Set[str]", value.model_fields_set if tracks else frozenset(kind.__struct_fields__))


def is_sequence(value: object) -> bool:
    """Tell whether *value* may stand where any sequence, or anything with items, is declared."""
    return isinstance(value, list) or (
        isinstance(value, Sequence | Set) and not isinstance(value, str | bytes | bytearray)
    )


def like(value: object, items: list[Any]) -> list[Any] | tuple[Any, ...]:
    """Return *items*, dumped from *value*, as a tuple if that is one."""
    return tuple(items) if isinstance(value, tuple) else items


def dump_set(items: Iterable[Any], container: Callable[[Iterable[Any]], Any]) -> Any:
    """Return *items* as a set; as a list when they were records, which are dictionaries now."""
    dumped = list(items)
    try:
        return container(dumped)
    except TypeError:
        return dumped


def _is_known(kind: Any) -> bool:
    """Tell whether values of *kind* mean something to the encoder, so that no fallback is asked."""
    return issubclass(kind, enum.Enum) or kind.__module__ in ("datetime", "decimal", "uuid")
