"""Options of a command that stand in the environment and in ``pyproject.toml``.

A flag counts before ``BOLIDE_PORT``, that before ``[tool.bolide.run]``, that before ``[tool.bolide]``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeGuard

from bolide._commands.options import Option, UsageError, nearest, read_value
from bolide._commands.table import COMMANDS, options_of

__all__ = ["fill_in", "read_project"]

Values: TypeAlias = dict[str, Any]

_PREFIX: Final = "BOLIDE_"

_KNOWN_ELSEWHERE: Final = {
    "port": "PORT",
    "workers": "WEB_CONCURRENCY",
    "forwarded_allow_ips": "FORWARDED_ALLOW_IPS",
}
"""Variables that platforms set, and that ``fastapi`` and ``uvicorn`` read."""

_MISSING: Final = object()


def read_project(folder: Path) -> Mapping[str, Any]:
    """Return ``[tool.bolide]`` of the ``pyproject.toml`` in *folder*, empty without one.

    Without an entry point there, that of ``[tool.fastapi]`` is taken.

    Raises:
        UsageError: the file cannot be read, or holds an option that no command has.
    """
    try:
        text = (folder / "pyproject.toml").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"pyproject.toml cannot be read: {error}") from None
    import tomllib  # only where there is such a file

    try:
        tool: Any = tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"pyproject.toml is no TOML: {error}") from None
    own = tool.get("bolide", {})
    if not _is_table(own):
        raise UsageError("[tool.bolide] of pyproject.toml is no table")
    _check_names(own)
    entrypoint = tool.get("fastapi", {}).get("entrypoint")
    return own if entrypoint is None or "entrypoint" in own else {**own, "entrypoint": entrypoint}


def fill_in(
    name: str, given: Values, environ: Mapping[str, str], project: Mapping[str, Any]
) -> argparse.Namespace:
    """Return the value of every option and argument of the command *name*.

    Args:
        given: What the command line says.
        environ: The environment.
        project: What :func:`read_project` returns.

    Raises:
        UsageError: a value cannot be read.
    """
    tables = [
        (f"[tool.bolide.{name}]", _underscored(project.get(name, {}))),
        ("[tool.bolide]", _underscored(project)),
    ]
    values: Values = {argument.name: [] if argument.many else None for argument in COMMANDS[name].arguments}
    values.update({key: value for key, value in given.items() if key in values})
    for option in options_of(name):
        values[option.name] = _value(option, given, environ, tables)
    return argparse.Namespace(**values)


def _value(
    option: Option, given: Values, environ: Mapping[str, str], tables: list[tuple[str, Values]]
) -> Any:
    found = given.get(option.name, _MISSING)
    if isinstance(found, str):
        return read_value(option, found, origin=option.flag)
    if found is not _MISSING:
        return found
    if option.configurable:
        for variable in _variables(option):
            if variable in environ:
                return read_value(option, environ[variable], origin=variable)
        for table, values in tables:
            if option.name in values:
                return read_value(
                    option,
                    _as_text(values[option.name]),
                    origin=f"{option.name} in {table} of pyproject.toml",
                )
    return option.default


def _variables(option: Option) -> Iterator[str]:
    yield _PREFIX + option.name.upper()
    if option.name in _KNOWN_ELSEWHERE:
        yield _KNOWN_ELSEWHERE[option.name]


def _as_text(value: Any) -> str:
    """Return a value of TOML as one would write it behind a flag."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if _is_list(value):
        return ",".join(map(_as_text, value))
    if _is_table(value):
        return ",".join(f"{key}={_as_text(each)}" for key, each in value.items())
    return str(value)


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_table(value: object) -> TypeGuard[Values]:
    return isinstance(value, dict)


def _underscored(table: Any) -> Values:
    return {key.replace("-", "_"): value for key, value in table.items()} if _is_table(table) else {}


def _check_names(project: Values) -> None:
    """Raise UsageError for an option that the command, or all commands, do not have."""
    every = {option.name for name in COMMANDS for option in options_of(name) if option.configurable}
    for key, value in project.items():
        if key in COMMANDS and _is_table(value):
            own = {option.name for option in options_of(key) if option.configurable}
            _check_keys(value, own, f"[tool.bolide.{key}]")
        else:
            _check_keys([key], every, "[tool.bolide]")


def _check_keys(keys: Iterable[str], known: set[str], table: str) -> None:
    for key in keys:
        if key.replace("-", "_") not in known:
            hint = nearest(key.replace("-", "_"), sorted(known))
            raise UsageError(f"{table} of pyproject.toml: there is no option {key!r}{hint}")
