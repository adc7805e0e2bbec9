"""What all connections of one server share."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from email.utils import formatdate
from functools import partial
from typing import Any, Final, Protocol, cast

import msgspec

from bolide.server_adapters._http1.limits import Limits
from bolide.server_adapters._http1.reader import RequestHead
from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.contract import Application, Exchange, Reply, WebSocketExchange
from bolide.server_adapters.native._proxies import trusted_proxies
from bolide.server_adapters.observation import Observation

__all__ = [
    "CLIENT_LEFT",
    "Begin",
    "Handle",
    "HandleWebSocket",
    "Observer",
    "Observers",
    "ServerContext",
    "SweptConnection",
]

Observer = Callable[["tuple[str, int] | None", RequestHead, int, int], None]
"""Takes client, request, status and bytes of body of a response, in the task of the request."""

Handle = Callable[[Exchange], Coroutine[Any, Any, Reply]]
"""Answers a request, see :meth:`~bolide.server_adapters.contract.Application.handle`."""


HandleWebSocket = Callable[[WebSocketExchange], Coroutine[Any, Any, "Exception | None"]]
"""Serves a connection, see :meth:`~bolide.server_adapters.contract.WebSocketApplication.handle_websocket`."""

Begin = Callable[[Exchange], Observation]
"""Takes note of a request of which something is to be observed."""

CLIENT_LEFT: Final = 499
"""The status, as nginx calls it, of what could not be answered because the client had left."""


class Observers(msgspec.Struct, frozen=True, eq=False):
    """Who wants to know of responses.

    Attributes:
        reply: Called when a response has been written at once.
        stream_start: Called when the beginning of one is written that comes in pieces.
        end: Called when such a one has ended, and when a client left before there was a response.
    """

    reply: Observer | None = None
    stream_start: Observer | None = None
    end: Observer | None = None


class SweptConnection(Protocol):
    """What the server does with a connection.

    Attributes:
        task: The one that works on the current request.
    """

    task: asyncio.Task[None] | None

    def check_timeouts(self, now: float) -> None: ...
    def close_idle(self) -> None: ...
    def abort(self) -> None: ...


_NOBODY: Final = Observers()


class ServerContext:
    """State shared by the connections of one server; changed by the server only.

    Attributes:
        now: The loop's time as of the last sweep: exact enough for timeouts, and free to read.
        date_line: The Date line of responses made now, empty when switched off.
        stopping: Whether responses close their connection.
        begin: Makes the observation of a request, None where nobody wants one; ``handle`` calls it.
        handle: The application's, within the limits on requests that are set.
        handle_websocket: The same for WebSocket connections, None for an application without.
        port: On which the application is served, 0 on a Unix socket.
        scheme: Of the connections: ``http`` or ``https``.
        proxies: Those that are trusted to name their clients.
        connection_limit: Connections beyond it are turned away.
        observe_reply: See :class:`Observers`; so do ``observe_stream_start`` and ``observe_end``.
        interrupt: Called with a SystemExit or KeyboardInterrupt that a handler raised.
    """

    __slots__ = (
        "app",
        "begin",
        "config",
        "connection_limit",
        "connections",
        "date_line",
        "handle",
        "handle_websocket",
        "interrupt",
        "limits",
        "loop",
        "now",
        "observe_end",
        "observe_reply",
        "observe_stream_start",
        "port",
        "proxies",
        "scheme",
        "start_task",
        "state",
        "stopping",
        "tasks",
    )

    def __init__(
        self,
        app: Application,
        config: ServerConfig,
        loop: asyncio.AbstractEventLoop,
        *,
        state: dict[str, Any],
        interrupt: Callable[[BaseException], None],
        observers: Observers = _NOBODY,
        begin: Begin | None = None,
    ) -> None:
        self.app = app
        self.handle: Handle = app.handle
        self.handle_websocket: HandleWebSocket | None = getattr(app, "handle_websocket", None)
        self.scheme = "http" if config.ssl_certfile is None else "https"
        self.proxies = trusted_proxies(config)
        self.connection_limit = sys.maxsize
        self.port = config.port
        self.config = config
        self.loop = loop
        self.state = state
        self.interrupt = interrupt
        self.begin = begin
        self.observe_reply = observers.reply
        self.observe_stream_start = observers.stream_start
        self.observe_end = observers.end
        self.limits = Limits(
            request_line=config.limit_request_line,
            field_size=config.limit_request_field_size,
            fields=config.limit_request_fields,
            head=config.limit_request_head,
            body=config.limit_request_body,
        )
        self.start_task = _task_starter(loop)
        self.connections: set[SweptConnection] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.stopping = False
        self.now = 0.0
        self.date_line = b""
        self.tick()

    def track(self, task: asyncio.Task[None]) -> None:
        """Hold *task*, which no connection waits for, until it is done."""
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def tick(self) -> None:
        """Bring the clock and the Date line up to date."""
        self.now = self.loop.time()
        if self.config.date_header:
            self.date_line = f"date: {formatdate(usegmt=True)}\r\n".encode()


def _task_starter(
    loop: asyncio.AbstractEventLoop,
) -> Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]:
    """Return what makes a task; where Python can (3.12), its first step runs before it returns."""
    if sys.version_info >= (3, 12):
        # hot: called through Task[None] it costs 0.12 us more, a name of its own for each task 0.03.
        make = cast("type[asyncio.Task[None]]", asyncio.Task)
        return partial(make, loop=loop, eager_start=True, name="bolide-request")
    return loop.create_task
