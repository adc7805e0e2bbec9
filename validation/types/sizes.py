"""Numbers of bytes, written with units."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from bolide.validation.custom_types import TypeSpec
from bolide.validation.errors import CustomError
from bolide.validation.lax import INVALID, lax_int

__all__ = ["ByteSize"]

_DECIMAL: Final = {unit: 10 ** (3 * n) for n, unit in enumerate(("b", "kb", "mb", "gb", "tb", "pb", "eb"))}
_BINARY: Final = {
    unit: 2 ** (10 * n) for n, unit in enumerate(("b", "kib", "mib", "gib", "tib", "pib", "eib"))
}
_BITS: Final = {unit.replace("b", "bit"): size / 8 for unit, size in {**_DECIMAL, **_BINARY}.items()}
_SHORT: Final = {unit[0]: size for unit, size in _DECIMAL.items()}
_UNITS: Final[Mapping[str, float]] = {**_DECIMAL, **_BINARY, **_BITS, **_SHORT}


class ByteSize(int):
    """A number of bytes; ``"1.5 KiB"`` and ``"10 MB"`` are read, an integer is written.

    >>> ByteSize(1536).human_readable()
    '1.5KiB'
    """

    def human_readable(self, *, decimal: bool = False, separator: str = "") -> str:
        """Return the size with the largest fitting unit.

        Args:
            decimal: Use powers of 1000 instead of 1024.
            separator: Stands between the number and the unit.
        """
        divisor = 1000 if decimal else 1024
        units = ("B", "KB", "MB", "GB", "TB", "PB") if decimal else ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
        number = float(self)
        for unit in units:
            if abs(number) < divisor:
                return f"{number:0.0f}{separator}{unit}" if unit == "B" else f"{number:0.1f}{separator}{unit}"
            number /= divisor
        return f"{number:0.1f}{separator}{'EB' if decimal else 'EiB'}"

    def to(self, unit: str) -> float:
        """Return the size in *unit*, ``"mib"`` for example.

        Raises:
            CustomError: The unit is not known.
        """
        return self / _size_of(unit)

    @classmethod
    def __bolide_type__(cls) -> TypeSpec:
        """Return how sizes are read: from text with a unit, or as an integer."""
        number = {"type": "integer", "minimum": 0}
        text = {"type": "string", "pattern": _PATTERN}
        return TypeSpec(
            load=cls._load,
            dump=int,
            schema={"anyOf": [text, number]},
            output_schema=number,
            label="byte-size",
        )

    @classmethod
    def _load(cls, value: Any) -> ByteSize:
        match = _pattern().match(value) if isinstance(value, str) else None
        if match is None:
            size = lax_int(value, (), [])
            if size is not INVALID and size >= 0:
                return cls(size)
        else:
            number, unit = match.groups()
            with contextlib.suppress(ValueError):
                return cls(value)
            with contextlib.suppress(OverflowError):  # more digits than Python reads
                return cls(float(number) * _size_of(unit or "b"))
        raise CustomError("byte_size", "could not parse value and unit from byte string")


def _size_of(unit: str) -> float:
    size = _UNITS.get(unit.lower())
    if size is None:
        raise CustomError("byte_size_unit", "could not interpret byte unit: {unit}", {"unit": unit})
    return size


_PATTERN: Final = r"^\s*(\d*\.?\d+)\s*(\w+)?"


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_PATTERN)
