"""Serve an application for those who work on it: ``bolide dev``."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import threading
import time
from collections.abc import Iterable

from bolide._commands.foreign import foreign_application
from bolide._commands.loading import LoadError, load_target, sentence_of
from bolide._commands.serving import import_what_applications_need, url_of
from bolide._commands.standing_in import StandIn
from bolide._commands.terminal import paint, print_logs
from bolide._commands.watching import Watched, Watcher, is_told_by_the_system
from bolide.applications import Bolide
from bolide.exceptions import BolideError
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.contract import Application
from bolide.server_adapters.native import Address, run, serve_reloading

__all__ = ["develop"]


def develop(options: argparse.Namespace, config: ServerConfig) -> int:
    """Serve the application that *options* name until Ctrl+C, anew after each change; return the exit code.

    Raises:
        LoadError: there is no application, and nothing is reloaded.
        BolideError: a declaration of the application is wrong, and nothing is reloaded.
    """
    session = _Session(options, config)
    if not options.reload:
        return run(session.load_or_raise(), config, on_ready=session.ready)
    return serve_reloading(session, config, session.watcher.changes)


class _Session:
    """The :class:`~bolide.server_adapters.native.Program` of ``bolide dev``.

    Each process has the copy that its parent had when it was forked.

    Attributes:
        watcher: Who watches files.
    """

    def __init__(self, options: argparse.Namespace, config: ServerConfig) -> None:
        self._options = options
        self._config = config
        self._since = time.monotonic()
        self._is_first = True
        self._app: Application | None = None
        self._folders = _outermost(options.reload_dir or (options.project_dir, options.app_dir))
        self.watcher = Watcher(Watched(self._folders, options.reload_include, options.reload_exclude))

    def load_or_raise(self) -> Application:
        """Return the application, compiled.

        Raises:
            LoadError: there is none, or more than one declaration is wrong: those have been printed.
            BolideError: a declaration is wrong.
        """
        gc.enable()
        app = load_target(self._options.app, app_dir=self._options.app_dir, factory=self._options.factory)
        print_logs(self._config)
        if not isinstance(app, Bolide):
            self._app = foreign_application(app, self._options.app, lifespan=self._config.lifespan)
            return self._app
        app.debug = True
        try:
            app.compile()
        except BolideError as error:
            if errors := self._print_findings(app):
                raise LoadError("\n".join(errors), is_printed=True) from error
            raise
        self._app = app
        return app

    def load(self) -> Application:
        _give_back_standard_input()
        try:
            return self.load_or_raise()
        except LoadError as error:
            return self._stand_in(f"{error.traceback}{error}", is_printed=error.is_printed)
        except BolideError as error:
            return self._stand_in(sentence_of(error))

    def stand_in(self, how: str) -> Application:
        print_logs(self._config)
        return StandIn(f"It has ended {how}; the terminal says why. The next change starts it again.")

    def change(self, what: str) -> None:
        self._since = time.monotonic()
        self._is_first = False
        print(f"{paint('reloading', 'cyan', sys.stdout)}: {what}", flush=True)

    def idle(self) -> None:
        from bolide._commands.inspection import findings_of  # the first process waits for nothing of it

        self.watcher.start()
        findings_of(import_what_applications_need(), self._options.app_dir)

    def ready(self, address: Address) -> None:
        app = self._app
        if app is None:
            print("waiting for a change", flush=True)
            return
        milliseconds = (time.monotonic() - self._since) * 1000
        if self._is_first:
            print(self._banner(app, address, milliseconds), flush=True)
        else:
            print(f"{paint('ready', 'green', sys.stdout)} in {milliseconds:.0f} ms", flush=True)
        if isinstance(app, Bolide):
            # It takes longer than everything else, and nobody should wait for it.
            threading.Thread(target=self._print_findings, args=(app,), daemon=True).start()

    def _print_findings(self, app: Bolide) -> list[str]:
        """Print everything suspicious in *app*, and return what keeps it from starting."""
        from bolide._commands.inspection import findings_of

        findings = findings_of(app, self._options.app_dir)
        for each in findings:
            colour = "red" if each.level == "error" else "yellow"
            print(paint(str(each), colour, sys.stderr), file=sys.stderr, flush=True)
        return [str(each) for each in findings if each.level == "error"]

    def _banner(self, app: Application, address: Address, milliseconds: float) -> str:
        url = url_of(address, self._config)
        lines = [
            f"Bolide serves {self._description(app)}, ready in {milliseconds:.0f} ms",
            f"  URL   {paint(url, 'cyan', sys.stdout)}",
        ]
        if not isinstance(address, str) and isinstance(app, Bolide) and app.docs_url and app.openapi_url:
            lines.append(f"  docs  {paint(f'{url}{app.docs_url}', 'cyan', sys.stdout)}")
        lines.append(f"  {self._what_happens()} (Ctrl+C stops)")
        return "\n".join(lines)

    def _description(self, app: Application) -> str:
        if not isinstance(app, Bolide):
            return repr(self._options.app)
        count = sum(1 for _ in app.iter_routes())
        routes = "1 route" if count == 1 else f"{count} routes"
        return f"{app.title!r} ({self._options.app}, {routes})"

    def _what_happens(self) -> str:
        if not self._options.reload:
            return "changes need a restart"
        folders = ", ".join(self._folders)
        how = "" if is_told_by_the_system() else "; pip install 'bolide[dev]' makes that faster"
        return f"reloads when files in {folders} change{how}"

    def _stand_in(self, reason: str, *, is_printed: bool = False) -> Application:
        print_logs(self._config)
        if not is_printed:
            print(f"{paint(reason, 'red', sys.stderr)}", file=sys.stderr)
        return StandIn(reason)


def _outermost(folders: Iterable[str]) -> tuple[str, ...]:
    """Return the real paths of *folders* without those that stand in another one."""
    real = sorted({os.path.realpath(each) for each in folders})
    return tuple(path for path in real if not any(path.startswith(os.path.join(up, "")) for up in real))


def _give_back_standard_input() -> None:
    """Let a debugger read from the terminal: a process of multiprocessing has no standard input."""
    try:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 (it lasts as long as the process)
    except OSError:  # there was none to begin with
        return
