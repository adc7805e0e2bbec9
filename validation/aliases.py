"""Other names of fields: where in the input a value stands, and the name under which it is written.

Owns how aliases are declared and generated. Which names a model's fields have in the end is decided in
:mod:`~bolide.validation.field_names`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "AliasChoices",
    "AliasGenerator",
    "AliasPath",
    "InputPath",
    "ValidationAlias",
    "input_paths",
    "to_camel",
    "to_pascal",
    "to_snake",
]

InputPath: TypeAlias = tuple[str | int, ...]
"""Keys and indexes that lead from a record's object to the value of a field."""


class AliasPath:
    """A place further inside of the input: ``AliasPath("names", 0)`` is the first item of ``names``."""

    __slots__ = ("path",)

    def __init__(self, first_arg: str, *args: str | int) -> None:
        self.path: InputPath = (first_arg, *args)

    def __repr__(self) -> str:
        return f"AliasPath({', '.join(map(repr, self.path))})"


class AliasChoices:
    """Several names or places of one field; the first that the input has is taken."""

    __slots__ = ("choices",)

    def __init__(self, first_choice: str | AliasPath, *choices: str | AliasPath) -> None:
        self.choices: tuple[str | AliasPath, ...] = (first_choice, *choices)

    def __repr__(self) -> str:
        return f"AliasChoices({', '.join(map(repr, self.choices))})"


ValidationAlias: TypeAlias = str | AliasPath | AliasChoices


@dataclass(frozen=True, slots=True)
class AliasGenerator:
    """Functions from a field's name to its aliases; *alias* serves where the special one is missing."""

    alias: Callable[[str], str] | None = None
    validation_alias: Callable[[str], ValidationAlias] | None = None
    serialization_alias: Callable[[str], str] | None = None


def input_paths(alias: ValidationAlias) -> tuple[InputPath, ...]:
    """Return the places that *alias* names, in the order in which they are tried."""
    choices = alias.choices if isinstance(alias, AliasChoices) else (alias,)
    return tuple(choice.path if isinstance(choice, AliasPath) else (choice,) for choice in choices)


def to_pascal(snake: str) -> str:
    """Return *snake* in PascalCase.

    >>> to_pascal("order_number")
    'OrderNumber'
    """
    return re.sub("([0-9A-Za-z])_(?=[0-9A-Z])", r"\1", snake.title())


def to_camel(snake: str) -> str:
    """Return *snake* in camelCase; a name that is in it already stays as it is.

    >>> to_camel("order_number")
    'orderNumber'
    """
    if re.match("^[a-z]+[A-Za-z0-9]*$", snake) and not re.search(r"\d[a-z]", snake):
        return snake
    return re.sub("(^_*[A-Z])", lambda match: match.group(1).lower(), to_pascal(snake))


def to_snake(camel: str) -> str:
    """Return a name in PascalCase, camelCase or kebab-case in snake_case.

    >>> to_snake("orderNumber")
    'order_number'
    """
    snake = re.sub("([A-Z]+)([A-Z][a-z])", r"\1_\2", camel)
    for boundary in ("([a-z])([A-Z])", "([0-9])([A-Z])", "([a-z])([0-9])"):
        snake = re.sub(boundary, r"\1_\2", snake)
    return snake.replace("-", "_").lower()
