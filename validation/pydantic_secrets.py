"""Find where hints that Pydantic reads hold secrets, so that errors do not show them."""

from __future__ import annotations

import dataclasses
import inspect
import typing
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

__all__ = ["Secrets", "secrets_in"]

_SECRETS: Final = frozenset(("SecretStr", "SecretBytes", "Secret"))


class Secrets(NamedTuple):
    """Where a type holds secrets: *is_everything* outside of records, *keys* in the records in it."""

    is_everything: bool
    keys: frozenset[str]


def secrets_in(hint: Any) -> Secrets:
    """Return where *hint* holds secrets; what cannot be known yet counts as one."""
    keys: set[str] = set()
    is_everything = _visit(hint, keys, set())
    return Secrets(is_everything, frozenset(keys))


def _visit(hint: Any, keys: set[str], seen: set[Any]) -> bool:
    """Collect the keys of secrets in the records of *hint*; tell whether it holds one outside of them."""
    if isinstance(hint, str | typing.ForwardRef):
        return True
    hint = getattr(hint, "__value__", hint)  # of an alias (PEP 695)
    if isinstance(hint, typing.TypeVar):
        return hint.__bound__ is not None and _visit(hint.__bound__, keys, seen)
    origin: Any = typing.get_origin(hint)
    if origin is typing.Literal:
        return False  # its texts are values
    found = [_visit(part, keys, seen) for part in typing.get_args(hint) if _may_be_hint(part)]
    cls: Any = origin or hint
    if not isinstance(cls, type):
        return any(found)
    if any(base.__name__ in _SECRETS for base in cls.__mro__):
        return True
    if cls in seen:
        return any(found)
    seen.add(cls)
    is_root_model: bool = getattr(hint if origin is None else origin, "__pydantic_root_model__", False)
    has_no_keys = is_root_model or issubclass(cls, tuple)
    for names, inner in _fields(cls):
        if _visit(inner, keys, seen):
            found.append(has_no_keys)
            keys.update(names)
    return any(found)


def _may_be_hint(part: object) -> bool:
    return (
        isinstance(part, type | str | typing.ForwardRef | typing.TypeVar)
        or typing.get_origin(part) is not None
        or hasattr(part, "__value__")
    )


def _fields(cls: Any) -> Iterator[tuple[set[str], Any]]:
    """Return the keys and the hint of each field of a record; nothing for other classes."""
    declared: dict[str, Any] | None = cls.__dict__.get("__pydantic_fields__")
    if declared is not None:
        for name, info in declared.items():
            yield _names(name, info), info.annotation
        return
    is_record = dataclasses.is_dataclass(cls) or typing.is_typeddict(cls) or hasattr(cls, "_fields")
    if is_record or hasattr(cls, "__pydantic_validator__"):
        for name, hint in _hints(cls).items():
            yield {name}, hint


def _hints(cls: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(cls, include_extras=True)
    except (NameError, TypeError):  # not complete yet
        own: list[dict[str, Any]] = [inspect.get_annotations(base) for base in cls.__mro__]
        return {name: hint for annotations in own for name, hint in annotations.items()}


def _names(name: str, info: Any) -> set[str]:
    """Return the keys under which the field *name* may stand."""
    names: set[str] = {name}
    for alias in (info.alias, info.validation_alias):
        for choice in getattr(alias, "choices", (alias,)):
            path: Iterable[Any] = getattr(choice, "path", (choice,))
            names.update(step for step in path if isinstance(step, str))
    return names
