"""Convertors of path parameters: ``/orders/{order_id:int}``.

A convertor decides which paths match, and what ``request.path_params`` holds. What an endpoint receives is
decided by its type hint; the value that a convertor of your own returns is validated against it.

    class HexConvertor(Convertor[int]):
        regex = "[0-9a-f]+"

        def convert(self, value: str) -> int:
            return int(value, 16)

        def to_string(self, value: int) -> str:
            return f"{value:x}"


    register_url_convertor("hex", HexConvertor())
"""

from __future__ import annotations

import math
import re
from typing import Any, ClassVar, Final, Generic, TypeVar
from uuid import UUID

from bolide.exceptions import BolideError

__all__ = [
    "CONVERTOR_TYPES",
    "Convertor",
    "FloatConvertor",
    "IntegerConvertor",
    "PathConvertor",
    "StringConvertor",
    "UUIDConvertor",
    "register_url_convertor",
]

T = TypeVar("T")

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Convertor(Generic[T]):
    """One kind of path parameter; subclass it and set ``regex``.

    Attributes:
        regex: What the whole parameter must match. It never sees a slash.
    """

    regex: ClassVar[str] = ""

    def convert(self, value: str) -> T:
        """Return what *value*, which matches ``regex``, stands for."""
        raise NotImplementedError

    def to_string(self, value: T) -> str:
        """Return the text for *value* in a URL; the opposite of :meth:`convert`.

        Raises:
            ValueError: there is none.
        """
        raise NotImplementedError


class StringConvertor(Convertor[str]):
    """``{name}`` or ``{name:str}``: one segment, or a part of one, that is not empty."""

    regex = "[^/]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        text = str(value)
        if not text or "/" in text:
            raise ValueError("must be text without a slash, and not empty")
        return text


class PathConvertor(Convertor[str]):
    """``{name:path}``: any number of segments, also none."""

    regex = ".*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return str(value)


class IntegerConvertor(Convertor[int]):
    """``{name:int}``: digits, without a sign."""

    regex = "[0-9]+"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        number = int(value)
        if number < 0:
            raise ValueError("must not be negative")
        return str(number)


class FloatConvertor(Convertor[float]):
    """``{name:float}``: digits, or digits around a point; no sign and no exponent."""

    regex = r"[0-9]+(?:\.[0-9]+)?"

    def convert(self, value: str) -> float:
        return float(value)

    def to_string(self, value: float) -> str:
        number = float(value)
        if not math.isfinite(number) or number < 0:
            raise ValueError("must be finite and not negative")
        return f"{number:.20f}".rstrip("0").rstrip(".")


class UUIDConvertor(Convertor[UUID]):
    """``{name:uuid}``: 32 hexadecimal digits, with or without dashes."""

    regex = "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}"

    def convert(self, value: str) -> UUID:
        return UUID(value)

    def to_string(self, value: UUID) -> str:
        return str(value)


CONVERTOR_TYPES: Final[dict[str, Convertor[Any]]] = {
    "str": StringConvertor(),
    "path": PathConvertor(),
    "int": IntegerConvertor(),
    "float": FloatConvertor(),
    "uuid": UUIDConvertor(),
}
"""Name → convertor; :func:`register_url_convertor` adds to it."""

BUILT_IN: Final = frozenset(CONVERTOR_TYPES)
"""Names that cannot be registered; type hints read the texts of these themselves."""


def register_url_convertor(key: str, convertor: Convertor[Any]) -> None:
    """Let path templates use *convertor* as ``{name:key}``; to be called before the application starts.

    Raises:
        BolideError: *key* is no identifier or one of Bolide's own, or *convertor* has no valid ``regex``.
    """
    if _NAME.fullmatch(key) is None:
        raise BolideError(f"convertor {key!r}: the name must be letters, digits and underscores")
    if key in BUILT_IN:
        raise BolideError(f"convertor {key!r} is one of Bolide's own and cannot be replaced")
    if not isinstance(convertor, Convertor):
        raise BolideError(f"convertor {key!r}: expected an instance of a Convertor, not {convertor!r}")
    if not convertor.regex:
        raise BolideError(f"convertor {key!r}: {type(convertor).__name__} has no regex")
    try:
        re.compile(convertor.regex)
    except re.error as error:
        raise BolideError(f"convertor {key!r}: regex {convertor.regex!r} is malformed: {error}") from error
    CONVERTOR_TYPES[key] = convertor
