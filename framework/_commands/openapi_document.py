"""``bolide openapi``: print an application's OpenAPI document, write it to a file, or compare it with one."""

from __future__ import annotations

import argparse
import os
import stat
import sys
from typing import Any, Final, Literal, TypeAlias

import msgspec

from bolide._commands.document_diff import document_diff
from bolide._commands.loading import LoadError, load_app

__all__ = ["openapi"]

Format: TypeAlias = Literal["json", "yaml"]

_MAX_DIFF_LINES: Final = 100
_YAML_SUFFIXES: Final = (".yaml", ".yml")


def openapi(options: argparse.Namespace) -> int:
    """Print the document, write it, or compare it; return 1 if the file to compare is out of date.

    Raises:
        LoadError: there is no application, or the file cannot be read or written.
    """
    app = load_app(options.app, app_dir=options.app_dir, factory=options.factory)
    document = _plain(app.openapi())
    path: str | None = options.output or options.check
    chosen: Format = options.format or _format_of(path)
    if options.check is not None:
        return _check(document, options.check, chosen, options.app)
    text = _render(document, chosen)
    if options.output is None:
        sys.stdout.write(text)
    else:
        _write(options.output, text)
    return 0


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    """Return *document* as a client reads it, so that every format and comparison has the same values."""
    try:
        plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(document))
    except (TypeError, ValueError) as error:
        raise LoadError(f"the document holds what JSON cannot: {error}") from error
    return plain


def _format_of(path: str | None) -> Format:
    return "yaml" if path is not None and path.lower().endswith(_YAML_SUFFIXES) else "json"


def _render(document: dict[str, Any], chosen: Format) -> str:
    if chosen == "json":
        return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
    try:
        return msgspec.yaml.encode(document).decode()
    except ImportError as error:
        raise _without_yaml() from error


def _check(document: dict[str, Any], path: str, chosen: Format, target: str) -> int:
    """Compare what the file says, not how it is laid out: other tools may format it."""
    command = f"bolide openapi {target} --output {path}"
    try:
        kept = _read(path, chosen)
    except (FileNotFoundError, msgspec.DecodeError) as error:
        reason = (
            "does not exist" if isinstance(error, FileNotFoundError) else f"is no {chosen.upper()}: {error}"
        )
        print(f"{path} {reason}; write it with: {command}")
        return 1
    lines = list(document_diff(kept, document))
    if not lines:
        return 0
    print(f"{path} is out of date; write it with: {command}")
    print(f"--- {path}\n+++ {target}")
    print("\n".join(lines[:_MAX_DIFF_LINES]))
    if len(lines) > _MAX_DIFF_LINES:
        print(f"... and {len(lines) - _MAX_DIFF_LINES} lines more")
    return 1


def _read(path: str, chosen: Format) -> Any:
    """Return the data in the file.

    Raises:
        FileNotFoundError: there is none.
        msgspec.DecodeError: it is not in the format.
        LoadError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise LoadError(f"cannot read {path}: {error.strerror}") from error
    if chosen == "json":
        return msgspec.json.decode(content)
    try:
        return msgspec.yaml.decode(content)
    except ImportError as error:
        raise _without_yaml() from error


def _without_yaml() -> LoadError:
    return LoadError("YAML needs PyYAML; install it with: pip install 'bolide[yaml]'")


def _write(path: str, text: str) -> None:
    """Replace the file in one step, so that nobody ever reads half of it; keep its mode.

    Raises:
        LoadError: it cannot be written.
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):  # a pipe or a device; a folder raises
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        else:
            _replace(os.path.realpath(path), text)  # what a link points to, not the link
    except OSError as error:
        raise LoadError(f"cannot write {path}: {error.strerror}") from error


def _replace(path: str, text: str) -> None:
    mode = stat.S_IMODE(os.stat(path).st_mode) if os.path.exists(path) else None
    unfinished = f"{path}.{os.getpid()}.tmp"
    try:
        with open(unfinished, "x", encoding="utf-8") as file:
            file.write(text)
        if mode is not None:
            os.chmod(unfinished, mode)
        os.replace(unfinished, path)
    except OSError:
        if os.path.exists(unfinished):
            os.unlink(unfinished)
        raise
