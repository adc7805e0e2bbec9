"""Read ``Range`` headers (RFC 9110 §14): which parts of a file a client asks for."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["MalformedRange", "RangeNotSatisfiable", "parse_ranges"]

_SPEC: Final = re.compile(r"\s*([0-9]*)\s*-\s*([0-9]*)\s*")

# Python refuses to read thousands of digits, and no file has so many bytes.
_MAX_DIGITS: Final = 20


class MalformedRange(ValueError):
    """The header follows no grammar; the client gets 400."""


class RangeNotSatisfiable(ValueError):
    """The file has none of the bytes of a range; the client gets 416."""


def parse_ranges(header: str, size: int, *, max_ranges: int = 100) -> list[tuple[int, int]]:
    """Return the parts of a file of *size* bytes that *header* asks for, as start and stop.

    Parts that overlap or touch are one, and they come in their order in the file: no request makes a response
    much longer than the file. Specifications that are none are skipped. More than *max_ranges* are ignored:
    the result is empty, and the whole file is sent.

    Raises:
        MalformedRange: another unit than bytes, no range, or one that ends before it starts.
        RangeNotSatisfiable: a range begins at or after the end of the file.
    """
    unit, equals, specs = header.partition("=")
    if not equals:
        raise MalformedRange("Malformed range header.")
    if unit.strip().lower() != "bytes":
        raise MalformedRange("Only support bytes range")
    asked = specs.split(",", max_ranges)
    if len(asked) > max_ranges:
        return []
    ranges = sorted(found for spec in asked if (found := _parse(spec, size)) is not None)
    if not ranges:
        raise MalformedRange("Range header: range must be requested")
    if any(start >= size for start, _ in ranges):
        raise RangeNotSatisfiable
    if any(start >= stop for start, stop in ranges):
        raise MalformedRange("Range header: start must be less than end")
    return _merge(ranges)


def _parse(spec: str, size: int) -> tuple[int, int] | None:
    found = _SPEC.fullmatch(spec)
    if found is None or spec.strip() == "-":
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        return max(0, size - _position(last)), size
    return _position(first), min(_position(last) + 1, size) if last else size


def _position(digits: str) -> int:
    return int(digits) if len(digits) <= _MAX_DIGITS else int(digits.lstrip("0")[:_MAX_DIGITS] or "0")


def _merge(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged = ranges[:1]
    for start, stop in ranges[1:]:
        if start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(stop, merged[-1][1])
        else:
            merged.append((start, stop))
    return merged
