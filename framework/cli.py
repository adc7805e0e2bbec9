"""The ``bolide`` command.

    bolide dev                        serve an application while you work on it
    bolide run module:app             serve an application with the native server
    bolide check module:app           list everything suspicious in an application
    bolide routes module:app          list the routes
    bolide source module:app ROUTE    print the code that was generated for a route, like "GET /items/{id}"
    bolide openapi module:app         print the OpenAPI document, write it to a file, or compare it with one
    bolide completion SHELL           print a script that lets a shell complete all this
    bolide version                    print the version

Exit codes: 0 after a graceful stop, 1 when something suspicious was found or a document is out of date, 2 for
a mistake on the command line or in the application's routes and when the address is taken, 3 when the
application's start-up fails.

What a command needs is imported when it runs: the version is printed in the time that Python takes to start.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import argparse

__all__ = ["main"]

_USAGE_ERROR: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words in (["--version"], ["-V"], ["version"]):
        print(f"bolide {_version()}")
        return 0
    from bolide._commands.options import UsageError

    name = words[0] if words else ""
    try:
        return _run(name, words[1:])
    except UsageError as error:
        from bolide._commands.table import COMMANDS

        where = f"bolide {name} --help" if name in COMMANDS else "bolide --help"
        print(f"bolide: {error} ({where})", file=sys.stderr)
    return _USAGE_ERROR


def _run(name: str, words: list[str]) -> int:
    """Run the command *name*.

    Raises:
        UsageError: the command line, the environment or ``pyproject.toml`` is wrong.
    """
    from bolide._commands.parser import command_name, overview, parse

    if name in ("", "-h", "--help", "help"):
        print(overview())
        return 0 if name else _USAGE_ERROR
    name = command_name(name)
    given = parse(name, words)
    if name == "version":
        print(f"bolide {_version()}")
        return 0
    if name == "completion":
        from bolide._commands.completion import completion_script

        print(completion_script(given["shell"]), end="")
        return 0
    return _run_with_application(name, given)


def _run_with_application(name: str, given: dict[str, Any]) -> int:
    from pathlib import Path

    from bolide._commands.settings import fill_in, read_project
    from bolide._commands.targets import find_target

    options = fill_in(name, given, os.environ, read_project(Path()))
    options.project_dir = options.app_dir
    options.app, options.app_dir = find_target(
        options.target, entrypoint=options.entrypoint, app=options.app, app_dir=options.app_dir
    )
    from bolide._commands.loading import LoadError, sentence_of
    from bolide.exceptions import BolideError
    from bolide.server_adapters.config import ConfigError

    try:
        return _command(name, options)
    except LoadError as error:
        if not error.is_printed:
            print(f"{error.traceback}bolide: {error}", file=sys.stderr)
    except (BolideError, ConfigError) as error:
        print(f"bolide: {sentence_of(error)}", file=sys.stderr)
    return _USAGE_ERROR


def _command(name: str, options: argparse.Namespace) -> int:
    if name in ("dev", "run"):
        return _serve(name, options)
    if name == "openapi":
        from bolide._commands.openapi_document import openapi

        return openapi(options)
    from bolide._commands import inspection

    code: int = getattr(inspection, name)(options)
    return code


def _serve(name: str, options: argparse.Namespace) -> int:
    from bolide.server_adapters.config import ServerConfig

    names = [name for name in ServerConfig.__dataclass_fields__ if hasattr(options, name)]
    config = ServerConfig(**{name: getattr(options, name) for name in names})
    if name == "dev":
        gc.disable()  # what is imported stays; looking at it meanwhile takes a tenth of the time to the start
        from bolide._commands.development import develop

        return develop(options, config)
    from bolide._commands.serving import serve

    return serve(options, config)


def _version() -> str:
    version: str = sys.modules[__name__.partition(".")[0]].__dict__["__version__"]
    return version
