"""Foreign ASGI applications as the native server takes them."""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from typing import Any, ClassVar, Final, Literal, cast

from bolide.server_adapters._http1.header_lines import HeaderLines
from bolide.server_adapters.asgi_lifespan import AsgiLifespan
from bolide.server_adapters.asgi_websocket_bridge import asgi_websocket_scope, run_asgi_websocket
from bolide.server_adapters.contract import Exchange, Lifespan, Reply, WebSocketExchange
from bolide.server_adapters.native._asgi_call import AsgiApp, AsgiCall
from bolide.server_adapters.native._asgi_connection import AsgiConnection
from bolide.server_adapters.native._connection import Connection

__all__ = ["AsgiApplication"]

_error_log: Final = logging.getLogger("bolide.error")


class AsgiApplication:
    """An application of another framework, for the native server alone.

    Args:
        app: An ASGI 3 application: called with scope, receive and send.
        lifespan: ``auto`` takes an application that raises at the scope of its lifespan for one without.
    """

    __slots__ = ("_lifespan", "_lines", "app")

    connection_type: ClassVar[type[Connection]] = AsgiConnection
    """What serves its connections."""

    def __init__(self, app: AsgiApp, *, lifespan: Literal["auto", "on", "off"] = "auto") -> None:
        self.app = app
        self._lifespan = lifespan
        self._lines = HeaderLines()

    def handle(self, exchange: Exchange) -> Coroutine[Any, Any, Reply]:
        """Return the coroutine that runs the application for *exchange*, which is an :class:`AsgiCall`."""
        return cast("AsgiCall", exchange).run(self.app, self._lines)

    def handle_websocket(self, exchange: WebSocketExchange) -> Coroutine[Any, Any, Exception | None]:
        """Return the coroutine that runs the application for a WebSocket connection."""
        return run_asgi_websocket(self.app, exchange, asgi_websocket_scope(exchange))

    async def startup(self) -> Lifespan:
        """Run the start-up code; raises what it raises, or RuntimeError when it says that it failed."""
        if self._lifespan == "off":
            return _NoLifespan()
        lifespan = AsgiLifespan(self.app)
        try:
            await lifespan.__aenter__()
        except Exception as error:
            if self._lifespan == "on" or lifespan.is_known:
                raise
            _error_log.info("the application takes no part in the lifespan protocol: %r", error)
            return _NoLifespan()
        return _Running(lifespan)


class _NoLifespan:
    __slots__ = ("state",)

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}

    async def shutdown(self) -> None: ...


class _Running:
    """The lifespan of an application that has started."""

    __slots__ = ("_lifespan", "state")

    def __init__(self, lifespan: AsgiLifespan) -> None:
        self._lifespan = lifespan
        self.state = lifespan.state

    async def shutdown(self) -> None:
        await self._lifespan.__aexit__(None, None, None)
