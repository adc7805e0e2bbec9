"""Find the member of an enumeration or of a ``Literal`` that a value stands for.

The parsers here are closures over their members: choices are rare enough that generating code for them
would buy nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Any

from bolide.validation.encode import to_builtins
from bolide.validation.errors import ErrorDetails, Loc, report
from bolide.validation.labels import expected_choices
from bolide.validation.lax import INVALID, ScalarParser, lax_float, lax_int

__all__ = ["compile_enum", "compile_literal"]


def compile_enum(cls: type[enum.Enum], *, strict: bool = False, from_text: bool = False) -> ScalarParser:
    """Return the parser of *cls*: members as they are, other values by the member's value.

    Args:
        cls: The enumeration.
        strict: Compare the type of the value, too: ``True`` is not ``1``.
        from_text: The value comes from a place that has only text (a query, the key of an object), so
            ``"1"`` may stand for the member with the value ``1``.
    """
    expected = expected_choices(member.value for member in cls)
    wire_forms = _wire_forms(cls)
    converters = _enum_converters(cls, strict=strict, from_text=from_text)
    refuses_huge = _are_small([member.value for member in cls])
    reads_numbers = refuses_huge and issubclass(cls, int)

    def parse_enum(value: object, loc: Loc, errors: list[ErrorDetails]) -> Any:
        if isinstance(value, cls):
            return value
        if refuses_huge and _is_huge(value):
            report(errors, "int_parsing_size", loc, value)
            return INVALID
        for convert in converters:
            candidate = convert(value, loc, [])
            if reads_numbers and _is_huge(candidate):
                report(errors, "int_parsing_size", loc, candidate)
                return INVALID
            try:
                member = cls(candidate)
            except (ValueError, TypeError):
                continue
            if not strict or type(candidate) is type(member.value):
                return member
        for form, member in wire_forms:
            if type(value) is type(form) and value == form:
                return member
        report(errors, "enum", loc, value, expected=expected)
        return INVALID

    return parse_enum


def _enum_converters(cls: type[enum.Enum], *, strict: bool, from_text: bool) -> tuple[ScalarParser, ...]:
    if from_text and any(type(member.value) is int for member in cls):
        return (_unchanged, _int_of_text)
    if strict:
        return (_unchanged,)
    if issubclass(cls, int):
        return (_unchanged, lax_int)
    if issubclass(cls, float):
        return (_unchanged, lax_float)
    return (_unchanged,)


def compile_literal(
    values: tuple[Any, ...], *, strict: bool = False, from_text: bool = False
) -> ScalarParser:
    """Return the parser of ``Literal[*values]``; the arguments are those of :func:`compile_enum`."""
    expected = expected_choices(values)
    by_type: dict[tuple[type, object], Any] = {(type(value), value): value for value in values}
    wire_forms = _wire_forms(values)
    reads_ints = from_text and any(type(value) is int for value in values)
    refuses_huge = _are_small(values)

    def parse_literal(value: object, loc: Loc, errors: list[ErrorDetails]) -> Any:
        if isinstance(value, _LITERAL_TYPES):
            if (type(value), value) in by_type:
                return by_type[type(value), value]
            if not strict:
                for choice in values:
                    if choice == value:
                        return choice
            if reads_ints and (int, number := _int_of_text(value, loc, [])) in by_type:
                return number
        for form, choice in wire_forms:
            if type(value) is type(form) and value == form:
                return choice
        if refuses_huge and _is_huge(value):
            report(errors, "int_parsing_size", loc, value)
            return INVALID
        report(errors, "literal_error", loc, value, expected=expected)
        return INVALID

    return parse_literal


_LITERAL_TYPES = (str, int, float, bytes, enum.Enum, type(None))
_OWN_FORM = (str, int, float, type(None))


def _wire_forms(choices: Iterable[Any]) -> tuple[tuple[Any, Any], ...]:
    """Return the forms in JSON, and the choices, of those that JSON cannot carry themselves.

    Other libraries read ``Literal[Colour.RED]``, or a member whose value is a tuple or bytes, from Python
    alone; then no client could ever send one.
    """
    plain: list[tuple[Any, Any]] = []
    for choice in choices:
        value = choice.value if isinstance(choice, enum.Enum) else choice
        if value is choice and type(value) in _OWN_FORM:
            continue
        plain.append((to_builtins(value), choice))
    return tuple(plain)


def _are_small(choices: Iterable[object]) -> bool:
    """Tell whether there are integers among *choices*, and all of them have 64 bits."""
    integers = [choice for choice in choices if type(choice) is int]
    return bool(integers) and not any(map(_is_huge, integers))


def _is_huge(value: object) -> bool:
    """Tell whether *value* is an integer that Pydantic looks for among no choices."""
    return type(value) is int and not -(2**63) <= value < 2**63


def _unchanged(value: object, _loc: Loc, _errors: list[ErrorDetails]) -> Any:
    return value


def _int_of_text(value: object, loc: Loc, errors: list[ErrorDetails]) -> Any:
    return lax_int(value, loc, errors) if isinstance(value, str) else INVALID
