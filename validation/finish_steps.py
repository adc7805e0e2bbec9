"""What is left to do with a value that msgspec has read, as statements of generated code.

Knows nothing about who runs them, see :mod:`~bolide.validation.finishing`. They refuse a value by raising
:class:`ValueError`, without details.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from bolide.validation.codegen import Namespace, SourceBuilder

__all__ = [
    "Check",
    "Demand",
    "EachItem",
    "EachValue",
    "Guarded",
    "Make",
    "Read",
    "Step",
    "UnlessNone",
    "print_steps",
    "replaces",
]

Write: TypeAlias = Callable[[str, Namespace], str]
"""Returns an expression that uses the variable of that name, and what it binds in the namespace."""


class Check(msgspec.Struct, frozen=True):
    """Refuse the value where an expression is true."""

    broken: Write


class Demand(msgspec.Struct, frozen=True):
    """Refuse the value where an expression raises."""

    expression: Write


class Make(msgspec.Struct, frozen=True):
    """Put what an expression makes of the value in its place."""

    made: Write


class Read(msgspec.Struct, frozen=True):
    """Put what an expression makes of the value in its place, where another one is true."""

    differs: Write
    read: Write


class EachItem(msgspec.Struct, frozen=True):
    """Do *steps* with every item of a list, or of a tuple."""

    container: type[Any]
    steps: tuple[Step, ...]


class EachValue(msgspec.Struct, frozen=True):
    """Do *steps* with every value of a dictionary."""

    steps: tuple[Step, ...]


class UnlessNone(msgspec.Struct, frozen=True):
    """Do *steps* unless the value is None."""

    steps: tuple[Step, ...]


class Guarded(msgspec.Struct, frozen=True):
    """Do *steps*; if they raise *exception*, the value is refused."""

    exception: type[Exception]
    steps: tuple[Step, ...]


Step: TypeAlias = Check | Demand | Make | Read | EachItem | EachValue | UnlessNone | Guarded


def replaces(steps: tuple[Step, ...]) -> bool:
    """Tell whether *steps* put another object in place of the value."""
    return any(
        isinstance(step, Make | Read)
        or (isinstance(step, EachItem | UnlessNone | Guarded) and replaces(step.steps))
        for step in steps
    )


def print_steps(source: SourceBuilder, names: Namespace, variable: str, steps: tuple[Step, ...]) -> None:
    """Print the statements that do *steps* with the value of *variable*."""
    for step in steps:
        match step:
            case Check():
                with source.block(f"if {step.broken(variable, names)}:"):
                    source.line("raise ValueError")
            case Demand():
                source.line(step.expression(variable, names))
            case Make():
                source.line(f"{variable} = {step.made(variable, names)}")
            case Read():
                with source.block(f"if {step.differs(variable, names)}:"):
                    source.line(f"{variable} = {step.read(variable, names)}")
            case UnlessNone():
                with source.block(f"if {variable} is not None:"):
                    print_steps(source, names, variable, step.steps)
            case Guarded():
                with source.block("try:"):
                    print_steps(source, names, variable, step.steps)
                with source.block(f"except {step.exception.__name__}:"):
                    source.line("raise ValueError from None")
            case EachItem():
                _print_each_item(source, names, variable, step)
            case EachValue():
                _print_each_value(source, names, variable, step)


def _print_each_item(source: SourceBuilder, names: Namespace, variable: str, step: EachItem) -> None:
    item = names.local("item")
    if not replaces(step.steps):
        with source.block(f"for {item} in {variable}:"):
            print_steps(source, names, item, step.steps)
        return
    items = names.local("items")
    match step.steps:
        case (Make(made),):
            source.line(f"{items} = [{made(item, names)} for {item} in {variable}]")
        case _:
            source.line(f"{items} = []")
            with source.block(f"for {item} in {variable}:"):
                print_steps(source, names, item, step.steps)
                source.line(f"{items}.append({item})")
    source.line(f"{variable} = {items if step.container is list else f'tuple({items})'}")


def _print_each_value(source: SourceBuilder, names: Namespace, variable: str, step: EachValue) -> None:
    key, item = names.local("key"), names.local("item")
    if not replaces(step.steps):
        with source.block(f"for {item} in {variable}.values():"):
            print_steps(source, names, item, step.steps)
        return
    with source.block(f"for {key}, {item} in {variable}.items():"):
        print_steps(source, names, item, step.steps)
        source.line(f"{variable}[{key}] = {item}")
