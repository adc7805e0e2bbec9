"""The ``bolide`` command.

    bolide run module:app             serve an application with the native server
    bolide check module:app           list everything suspicious in an application
    bolide routes module:app          list the routes
    bolide source module:app ROUTE    print the code that was generated for a route, like "GET /items/{id}"
    bolide openapi module:app         print the OpenAPI document, write it to a file, or compare it with one

Exit codes: 0 after a graceful stop, 1 when something suspicious was found or a document is out of date, 2 for
a mistake on the command line or in the application's routes and when the address is taken, 3 when the
application's start-up fails.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from bolide._commands.loading import LoadError, sentence_of
from bolide._commands.server_options import add_server_options
from bolide.exceptions import BolideError
from bolide.server_adapters.config import ConfigError, ServerConfig

__all__ = ["main"]

_USAGE_ERROR: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.command(options)
    except (LoadError, BolideError, ConfigError) as error:
        print(f"bolide: {sentence_of(error)}", file=sys.stderr)
        return _USAGE_ERROR
    return code


def _run(options: argparse.Namespace) -> int:
    from bolide._commands.serving import serve

    names = [name for name in ServerConfig.__dataclass_fields__ if getattr(options, name, None) is not None]
    config = ServerConfig(**{name: getattr(options, name) for name in names})
    return serve(options, config)


def _inspect(options: argparse.Namespace) -> int:
    from bolide._commands import inspection

    code: int = getattr(inspection, options.inspection)(options)
    return code


def _openapi(options: argparse.Namespace) -> int:
    from bolide._commands.openapi_document import openapi

    return openapi(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bolide", description="Serve and inspect Bolide applications.")
    parser.add_argument("--version", action="version", version=f"bolide {version('bolide')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("run", help="serve an application with the native server")
    _add_app_options(serve)
    add_server_options(serve)
    serve.set_defaults(command=_run)
    check = commands.add_parser("check", help="list everything suspicious in an application")
    _add_app_options(check)
    check.add_argument("--json", action="store_true", help="print a list of objects")
    check.add_argument(
        "--ignore", default="", metavar="CODES", help="leave out warnings with these codes, like B105,B109"
    )
    check.set_defaults(command=_inspect, inspection="check")
    routes = commands.add_parser("routes", help="list the routes of an application")
    _add_app_options(routes)
    routes.add_argument("--json", action="store_true", help="print a list of objects")
    routes.set_defaults(command=_inspect, inspection="routes")
    source = commands.add_parser("source", help="print the code generated for a route")
    _add_app_options(source)
    source.add_argument(
        "route",
        metavar="ROUTE",
        nargs="*",
        help="method and path, like GET '/items/{item_id}', a path, or a name; all routes without it",
    )
    source.set_defaults(command=_inspect, inspection="source")
    _add_openapi_command(commands.add_parser("openapi", help="print, write or check the OpenAPI document"))
    return parser


def _add_openapi_command(parser: argparse.ArgumentParser) -> None:
    _add_app_options(parser)
    parser.add_argument(
        "--format",
        choices=("json", "yaml"),
        metavar="FORMAT",
        help="json or yaml (default: what the file's suffix says, else json)",
    )
    target = parser.add_mutually_exclusive_group()
    target.add_argument("--output", metavar="FILE", help="write the document there instead of printing it")
    target.add_argument("--check", metavar="FILE", help="exit with 1 and show what differs from this file")
    parser.set_defaults(command=_openapi)


def _add_app_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("app", metavar="MODULE:APP", help="where the application is, for example main:app")
    parser.add_argument(
        "--app-dir", default=".", metavar="PATH", help="directory to import from (default: this one)"
    )
    parser.add_argument(
        "--factory", action="store_true", help="APP is a function that returns the application"
    )
