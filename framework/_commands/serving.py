"""Serve an application with the native server: ``bolide run``."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import Final

from bolide._commands.foreign import foreign_application
from bolide._commands.loading import LoadError, load_target, sentence_of
from bolide.applications import Bolide
from bolide.exceptions import BolideError
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.contract import Application
from bolide.server_adapters.native import Address, run, supervise

__all__ = ["import_what_applications_need", "serve", "url_of"]

_CANNOT_LOAD: Final = 2


def serve(options: argparse.Namespace, config: ServerConfig) -> int:
    """Serve the application that *options* name, in this process or in workers; return the exit code.

    Raises:
        LoadError: there is no application.
        BolideError: a declaration of the application is wrong.
    """
    if config.workers != 1:
        return _serve_in_workers(options, config)
    app = _load(options, config)
    if app is None:
        return _CANNOT_LOAD
    name: str = options.app
    return run(app, config, on_ready=lambda address: _announce(app, name, address, config))


def _serve_in_workers(options: argparse.Namespace, config: ServerConfig) -> int:
    app: Application | None = None  # of the worker

    def load() -> Application:
        nonlocal app
        try:
            app = _load(options, config)
        except (LoadError, BolideError) as error:
            before = error.traceback if isinstance(error, LoadError) else ""
            print(f"{before}bolide: {sentence_of(error)}", file=sys.stderr)
        if app is None:
            raise SystemExit(_CANNOT_LOAD)
        return app

    def ready(address: Address) -> None:
        if app is not None:
            _announce(app, options.app, address, config)

    import_what_applications_need()
    return supervise(load, config, on_ready=ready)


def import_what_applications_need() -> Bolide:
    """Compile and return an application, so that workers find the framework imported and share its memory.

    The quickstart's worker starts with 20 ms of CPU time after that instead of 350.
    """

    async def sample(number: int, body: dict[str, str]) -> dict[str, str]:
        return body

    app = Bolide()
    app.post("/{number}")(sample)
    app.compile()
    return app


def _load(options: argparse.Namespace, config: ServerConfig) -> Application | None:
    """Return the application, compiled; None when what is wrong with it has been printed."""
    app = load_target(options.app, app_dir=options.app_dir, factory=options.factory)
    if not isinstance(app, Bolide):
        return foreign_application(app, options.app, lifespan=config.lifespan)
    if app.debug and not _shows_no_errors(app, options.app_dir):
        return None
    if config.metrics:
        app.name_routes()
    app.compile()
    return app


def _shows_no_errors(app: Bolide, app_dir: str) -> bool:
    """Print what ``bolide check`` finds, and tell whether the application can start."""
    from bolide._commands.inspection import findings_of

    findings = findings_of(app, app_dir)
    for each in findings:
        print(each, file=sys.stderr)
    return all(each.level == "warning" for each in findings)


def _announce(app: Application, name: str, address: Address, config: ServerConfig) -> None:
    line = _ready_line(app, name, address, config)
    if config.log_format == "json":
        logging.getLogger("bolide.error").info(line)
    else:
        print(line, flush=True)


def url_of(address: Address, config: ServerConfig) -> str:
    """Return where clients find what listens on *address*; the path of a Unix socket is returned as it is."""
    if isinstance(address, str):
        return address
    host, port = address
    scheme = "http" if config.ssl_certfile is None else "https"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _ready_line(app: Application, name: str, address: Address, config: ServerConfig) -> str:
    url = url_of(address, config)
    if not isinstance(app, Bolide):
        return f"Bolide serves {name!r} on {url} (Ctrl+C stops)"
    has_docs = app.docs_url and app.openapi_url and not isinstance(address, str)
    docs = f"; docs: {url}{app.docs_url}" if has_docs else ""
    return f"Bolide serves {app.title!r} on {url}{docs} (Ctrl+C stops)"
