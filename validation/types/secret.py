"""Secrets: values that are read like others, and never shown."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar, cast

from bolide.validation.custom_types import NO_SCHEMA, TypeSpec
from bolide.validation.errors import HIDDEN
from bolide.validation.planned import note_planned

__all__ = ["Secret", "SecretBytes", "SecretStr"]

T = TypeVar("T")


class Secret(Generic[T]):
    """A value that neither ``repr()`` nor a dump nor an error shows; ``Secret[int]`` is read like an int.

    >>> Secret(3)
    Secret('**********')
    >>> Secret(3).get_secret_value()
    3
    """

    __slots__ = ("_secret_value",)

    _secret_value: T

    def __init__(self, secret_value: T) -> None:
        self._secret_value = secret_value

    def get_secret_value(self) -> T:
        """Return the value itself."""
        return self._secret_value

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._secret_value == cast("Secret[Any]", other)._secret_value

    def __hash__(self) -> int:
        return hash(self._secret_value)

    def __str__(self) -> str:
        return str(self._display())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._display()!r})"

    def written(self) -> str:
        """Return what stands in JSON instead of the value."""
        shown = self._display()
        return shown.decode() if isinstance(shown, bytes) else shown

    def _display(self) -> str | bytes:
        """Return what is shown and written instead of the value; subclasses may show more of it."""
        return HIDDEN if self._secret_value else ""

    @classmethod
    def __bolide_type__(cls, inner: Any = None) -> TypeSpec:
        """Return how secrets are read: as *inner*, or as what the class says that it is a secret of."""
        wire = _inner_type(cls) if inner is None else inner
        return _secret_spec(cls, wire)


class SecretStr(Secret[str]):
    """A string that is never shown.

    >>> SecretStr("hunter2")
    SecretStr('**********')
    """

    __slots__ = ()

    def __len__(self) -> int:
        return len(self._secret_value)

    @classmethod
    def __bolide_type__(cls, _inner: Any = None) -> TypeSpec:
        """Return how secrets are read: as text."""
        return _secret_spec(cls, str, schema=_PASSWORD)


class SecretBytes(Secret[bytes]):
    """Bytes that are never shown; on the wire they are text, as bytes are."""

    __slots__ = ()

    def __len__(self) -> int:
        return len(self._secret_value)

    def _display(self) -> bytes:
        return HIDDEN.encode() if self._secret_value else b""

    @classmethod
    def __bolide_type__(cls, _inner: Any = None) -> TypeSpec:
        """Return how secrets are read: as bytes."""
        return _secret_spec(cls, bytes, schema=_PASSWORD)


note_planned("secrets")  # dataclasses below Any may declare some, which nobody learns before they are written

_PASSWORD: Final[Mapping[str, Any]] = {"type": "string", "format": "password", "writeOnly": True}


def _secret_spec(cls: Any, wire: Any, *, schema: Mapping[str, Any] = NO_SCHEMA) -> TypeSpec:
    return TypeSpec(
        wire=wire,
        load=cls,
        unload=cls.get_secret_value,
        dump=cls.written,
        schema=schema,
        label=cls.__name__,
        is_secret=True,
    )


def _inner_type(cls: type[Any]) -> Any:
    for owner in cls.__mro__:
        for base in getattr(owner, "__orig_bases__", ()):
            if typing.get_origin(base) is Secret:
                return typing.get_args(base)[0]
    return Any
