"""Run a server as the process's main job: event loop, signals, exit code."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final, NoReturn

from bolide.server_adapters.config import ConfigError, ServerConfig
from bolide.server_adapters.contract import Application
from bolide.server_adapters.native._listeners import Address, BindError
from bolide.server_adapters.native._logging import set_up_logging
from bolide.server_adapters.native._open_files import raise_file_limit
from bolide.server_adapters.native._server import IDLE_GRACE_SECONDS, Server, ShutdownError, StartupError
from bolide.server_adapters.native._systemd import Notifier

__all__ = [
    "EXIT_CANNOT_BIND",
    "EXIT_LIFESPAN_FAILED",
    "new_event_loop",
    "on_signal",
    "run",
    "run_server",
    "terminal_watch",
]

EXIT_CANNOT_BIND: Final = 2
EXIT_LIFESPAN_FAILED: Final = 3  # as uvicorn

_error_log: Final = logging.getLogger("bolide.error")


def run(app: Application, config: ServerConfig, *, on_ready: Callable[[Address], None] | None = None) -> int:
    """Serve *app* in this process until SIGINT or SIGTERM and return its exit code.

    The first signal lets requests in flight finish; a second one cancels them. Requests that go on after
    that wait for threads, which nothing can stop: then the process ends here, without a return.

    Args:
        app: The application.
        config: The settings.
        on_ready: Called with the bound address when connections are accepted.

    Returns:
        0 after a stop that was asked for, 2 when the address cannot be bound, 3 when the application's
        start-up or shutdown failed, or the code of a SystemExit that a handler raised.

    Raises:
        ConfigError: the settings ask for several workers, which :func:`supervise` starts.
    """
    if config.workers != 1:
        raise ConfigError(
            f"workers is {config.workers!r}, and each loads the application itself; "
            "call supervise() with a function that does"
        )
    set_up_logging(config, of_several=False)
    server = Server(app, config)
    notifier = Notifier()

    def stop(idle_seconds: float) -> None:
        notifier.stopping()
        server.close(idle_seconds=idle_seconds)

    is_hung_up = terminal_watch()

    def reload() -> None:
        if is_hung_up():
            stop(0)
            return
        notifier.reloading()
        server.reload_certificates()
        notifier.ready()

    def prepare(loop: asyncio.AbstractEventLoop) -> None:
        on_signal(loop, signal.SIGINT, partial(stop, 0))
        on_signal(loop, signal.SIGTERM, partial(stop, IDLE_GRACE_SECONDS))
        if hasattr(signal, "SIGHUP"):
            on_signal(loop, signal.SIGHUP, reload)
        notifier.watch(loop)

    def ready(address: Address) -> None:
        if on_ready is not None:
            on_ready(address)
        notifier.ready()

    return run_server(server, config, prepare=prepare, on_ready=ready)


def run_server(
    server: Server,
    config: ServerConfig,
    *,
    prepare: Callable[[asyncio.AbstractEventLoop], None],
    on_ready: Callable[[Address], None] | None,
) -> int:
    """Run *server* in an event loop of its own and return the exit code of the process.

    Args:
        prepare: Called in the loop before the server starts.
        on_ready: Called with the bound address when connections are accepted.
    """

    def ready(address: Address) -> None:
        # What start-up made lives as long as the process: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        if on_ready is not None:
            on_ready(address)

    async def main() -> None:
        prepare(asyncio.get_running_loop())
        await server.serve(on_ready=ready)

    raise_file_limit(config)
    with asyncio.Runner(loop_factory=lambda: new_event_loop(config.loop)) as runner:
        code = _run_to_end(runner, main(), server)
        if server.unfinished:
            _abandon(server.unfinished, code)
    return code


def _run_to_end(runner: asyncio.Runner, main: Coroutine[Any, Any, None], server: Server) -> int:
    try:
        runner.run(main)
    except BindError as error:
        _error_log.error("%s", error.strerror)
        return EXIT_CANNOT_BIND
    except (StartupError, ShutdownError) as error:
        _error_log.error("%s", error, exc_info=error.__cause__)
        return EXIT_LIFESPAN_FAILED
    return _exit_code(server.interruption)


def _abandon(unfinished: int, code: int) -> NoReturn:
    """End the process in spite of its threads; the runner and the interpreter would wait for them."""
    _error_log.error("stop: %d requests still wait for threads and are abandoned", unfinished)
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def new_event_loop(name: str) -> asyncio.AbstractEventLoop:
    """Make the event loop called *name*, see :attr:`ServerConfig.loop`.

    Raises:
        ConfigError: uvloop is asked for and not installed.
    """
    if name == "asyncio":
        return asyncio.new_event_loop()
    if importlib.util.find_spec("uvloop") is None:
        if name == "uvloop":
            raise ConfigError("loop is 'uvloop', which is not installed")
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()


def terminal_watch() -> Callable[[], bool]:
    """Return what tells whether a SIGHUP is what it was made for: the terminal of this process is closed.

    Nobody could end by Ctrl+C what goes on without it, and it would keep its port.
    """
    had_terminal = os.isatty(0)
    return lambda: had_terminal and not os.isatty(0)


def on_signal(loop: asyncio.AbstractEventLoop, number: int, action: Callable[[], None]) -> None:
    """Call *action* in *loop* at each signal *number*."""
    try:
        loop.add_signal_handler(number, action)
    except NotImplementedError:  # Windows

        def handle(number: int, frame: object) -> None:
            loop.call_soon_threadsafe(action)

        signal.signal(number, handle)


def _exit_code(interruption: BaseException | None) -> int:
    if isinstance(interruption, SystemExit):
        code = interruption.code
        return code if isinstance(code, int) else int(code is not None)
    return 0 if interruption is None else 128 + signal.SIGINT
