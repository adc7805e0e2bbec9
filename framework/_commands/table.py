"""The commands of ``bolide``: what they are called, and what they take. It must not know what they do."""

from __future__ import annotations

from typing import Final, NamedTuple

from bolide._commands.options import SWITCH, Option
from bolide._commands.server_options import server_options

__all__ = ["COMMANDS", "SHELLS", "Argument", "Command", "options_of"]


class Argument(NamedTuple):
    """What a command takes besides options.

    Attributes:
        many: Whether it takes any number of words, none included.
        choices: The words that it may be; all if empty.
    """

    name: str
    metavar: str
    text: str
    many: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()


class Command(NamedTuple):
    """One command.

    Attributes:
        serves: Whether it takes the options of the server.
        exclusive: Names of options of which one may be given.
    """

    summary: str
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    serves: bool = False
    exclusive: tuple[str, ...] = ()


def _names(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _format(text: str) -> str:
    if text not in ("json", "yaml"):
        raise ValueError(text)
    return text


_TARGET: Final = Argument(
    "target", "MODULE:APP", "where the application is, like main:app, main.py or main; found without it"
)

_WHERE: Final = (
    Option("app_dir", str, "PATH", "directory to import from (default: this one)", "."),
    Option("factory", SWITCH, "", "APP is a function that returns the application", False),
    Option(
        "entrypoint", str, "MODULE:APP", "where the application is, when nothing else says it", short="-e"
    ),
    Option("app", str, "NAME", "which application of the module it is", configurable=False),
)

_JSON: Final = Option("json", SWITCH, "", "print a list of objects", False, configurable=False)

_DEVELOPMENT: Final = (
    Option("reload", SWITCH, "", "start anew when a file changes", True, negatable=True),
    Option(
        "reload_dir", _names, "PATHS", "directories to watch, separated by commas (default: this one)", ()
    ),
    Option(
        "reload_include",
        _names,
        "PATTERNS",
        "files to watch besides code and templates, like *.sql,*.csv",
        (),
    ),
    Option("reload_exclude", _names, "PATTERNS", "files and folders that are not watched", ()),
)

SHELLS: Final = ("bash", "zsh", "fish")

COMMANDS: Final[dict[str, Command]] = {
    "dev": Command(
        "serve an application while you work on it: restarts when files change, shows errors",
        (_TARGET,),
        (*_WHERE, *_DEVELOPMENT),
        serves=True,
    ),
    "run": Command("serve an application with the native server", (_TARGET,), _WHERE, serves=True),
    "check": Command(
        "list everything suspicious in an application",
        (_TARGET,),
        (
            *_WHERE,
            _JSON,
            Option("ignore", str, "CODES", "leave out warnings with these codes, like B105,B109", ""),
        ),
    ),
    "routes": Command("list the routes of an application", (_TARGET,), (*_WHERE, _JSON)),
    "source": Command(
        "print the code generated for a route",
        (
            _TARGET._replace(required=True, text="where the application is, like main:app or main.py"),
            Argument(
                "route",
                "ROUTE",
                "method and path, like GET '/items/{item_id}', a path, or a name; all routes without it",
                many=True,
            ),
        ),
        _WHERE,
    ),
    "openapi": Command(
        "print, write or check the OpenAPI document",
        (_TARGET,),
        (
            *_WHERE,
            Option(
                "format", _format, "FORMAT", "json or yaml (default: what the file's suffix says, else json)"
            ),
            Option(
                "output", str, "FILE", "write the document there instead of printing it", configurable=False
            ),
            Option(
                "check", str, "FILE", "exit with 1 and show what differs from this file", configurable=False
            ),
        ),
        exclusive=("output", "check"),
    ),
    "completion": Command(
        "print a script that lets a shell complete commands",
        (Argument("shell", "SHELL", "bash, zsh or fish", required=True, choices=SHELLS),),
    ),
    "version": Command("print the version"),
}
"""By name, in the order of help."""

_NOT_IN_DEVELOPMENT: Final = frozenset(
    (
        "workers",
        "timeout_worker_healthcheck",
        "timeout_worker_startup",
        "limit_max_requests",
        "limit_max_requests_jitter",
        "workers_lifetime",
        "workers_lifetime_jitter",
        "shutdown_delay",
    )
)
"""Fields of the server's configuration that only matter where it serves for long."""

_DEVELOPMENT_DEFAULTS: Final = {"timeout_graceful_shutdown": 2.0}


def options_of(name: str) -> tuple[Option, ...]:
    """Return all options of the command *name*."""
    command = COMMANDS[name]
    if not command.serves:
        return command.options
    rows = server_options()
    if name == "dev":
        rows = [
            each._replace(default=_DEVELOPMENT_DEFAULTS.get(each.name, each.default))
            for each in rows
            if each.name not in _NOT_IN_DEVELOPMENT
        ]
    return (*command.options, *rows)
