"""The parser of one command, made of its rows in the table."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, Final, NoReturn

from bolide._commands.options import Option, UsageError, nearest
from bolide._commands.table import COMMANDS, Argument, options_of

__all__ = ["command_name", "make_parser", "overview", "parse"]


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, in place of the whole usage."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message.removeprefix("argument "))


def command_name(word: str) -> str:
    """Return *word*, which is the name of a command.

    Raises:
        UsageError: it is none.
    """
    if word in COMMANDS:
        return word
    if word.startswith("-"):
        raise UsageError(f"{word!r} comes before a command; write it behind one, like bolide run {word}")
    if ":" in word or word.endswith(".py"):
        raise UsageError(f"{word!r} is no command; write bolide run {word}, or bolide dev {word}")
    raise UsageError(f"there is no command {word!r}{nearest(word, list(COMMANDS))}")


def make_parser(name: str) -> argparse.ArgumentParser:
    """Return the parser of the command *name*; what was not given is missing in its result."""
    command = COMMANDS[name]
    parser = _Parser(
        prog=f"bolide {name}",
        description=f"{command.summary[0].upper()}{command.summary[1:]}.",
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,  # a script that abbreviates breaks when another option begins the same way
    )
    for argument in command.arguments:
        nargs = "*" if argument.many else "?"
        parser.add_argument(argument.name, metavar=argument.metavar, nargs=nargs, help=argument.text)
    exclusive = parser.add_mutually_exclusive_group()
    for option in options_of(name):
        target = exclusive if option.name in command.exclusive else parser
        _add_option(target.add_argument, option)
    return parser


def parse(name: str, words: Sequence[str]) -> dict[str, Any]:
    """Return what *words* say to the command *name*: text, or True and False for switches.

    Raises:
        UsageError: they do not fit.
    """
    given, unknown = make_parser(name).parse_known_args(words)
    for word in unknown:
        if word.startswith("-"):
            flag = word.partition("=")[0]
            raise UsageError(f"there is no option {flag!r}{_where_it_is(flag, name)}")
    if unknown:
        raise UsageError(f"{unknown[0]!r} is one argument too many")
    for argument in COMMANDS[name].arguments:
        _check(argument, getattr(given, argument.name, None))
    return vars(given)


def _where_it_is(flag: str, name: str) -> str:
    """Return what to say about a *flag* that the command *name* does not have."""
    for other in COMMANDS:
        if flag in _flags_of(other):
            return f"; bolide {other} has it"
    return nearest(flag, _flags_of(name))


def _flags_of(name: str) -> list[str]:
    return [flag for option in options_of(name) for flag in _flags(option)]


def _check(argument: Argument, value: str | None) -> None:
    if argument.required and value is None:
        raise UsageError(f"{argument.metavar} is missing: {argument.text}")
    if argument.choices and value not in argument.choices:
        raise UsageError(f"{argument.metavar} is {value!r}; expected {argument.text}")


def overview() -> str:
    """Return the help of ``bolide`` itself."""
    width = max(map(len, COMMANDS)) + 2
    rows = (f"  {name:{width}}{command.summary}" for name, command in COMMANDS.items())
    return "\n".join((*_HEAD, *rows, *_FOOT))


_HEAD: Final = ("usage: bolide COMMAND ...", "", "Serve and inspect Bolide applications.", "", "commands:")
_FOOT: Final = (
    "",
    "bolide COMMAND --help shows what a command takes. Every option may also stand in the environment, like",
    "BOLIDE_PORT, or in [tool.bolide] of pyproject.toml.",
)


def _add_option(add: Callable[..., object], option: Option) -> None:
    shown = option.default not in (None, "", (), {}) and "(default:" not in option.text
    if not option.is_switch:
        default = f" (default: {option.default})" if shown else ""
        add(*_flags(option), metavar=option.metavar, help=option.text + default)
    elif option.negatable:
        default = f"{option.text} (default: {'on' if option.default else 'off'})"
        add(option.flag, action=argparse.BooleanOptionalAction, help=default)
    else:
        add(option.flag, action="store_true", help=option.text)


def _flags(option: Option) -> list[str]:
    return [each for each in (option.short, option.flag) if each]
