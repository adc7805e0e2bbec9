"""Take connections over from HTTP when their client asks for WebSocket messages (RFC 6455 §4.2)."""

from __future__ import annotations

import logging
from typing import Final

from bolide.server_adapters._http1.errors import RemoteProtocolError
from bolide.server_adapters._http1.reader import RequestHead
from bolide.server_adapters._replies import PLAIN
from bolide.server_adapters._websocket.handshake import check_origin, read_handshake
from bolide.server_adapters.contract import Head, Reply
from bolide.server_adapters.native._context import ServerContext
from bolide.server_adapters.native._exchange import BodySource
from bolide.server_adapters.native._proxies import ProxiedConnection
from bolide.server_adapters.native._refusals import log_refusal
from bolide.server_adapters.native._websocket_answer import Opening
from bolide.server_adapters.native._websocket_connection import WebSocketConnection

__all__ = ["switch_to_websocket"]

_error_log: Final = logging.getLogger("bolide.error")

_BODIES: Final = {
    400: b"Bad Request",
    403: b"Forbidden",
    426: b"Upgrade Required",
    501: b"Not Implemented",
}
# RFC 6455 §4.4, RFC 9110 §15.5.22.
_VERSION: Final = Head([*PLAIN.pairs, (b"sec-websocket-version", b"13"), (b"upgrade", b"websocket")])


def switch_to_websocket(context: ServerContext, source: BodySource, head: RequestHead, early: bytes) -> None:
    """Let the application serve the connection of *source*, or refuse the handshake that *head* is.

    Args:
        context: Of the server.
        source: What the connection was until now; nothing more comes to it.
        head: A request that offers WebSocket messages.
        early: What the client sent behind it.
    """
    if context.proxies is not None:
        peer, pairs = source.link.peer, list(head.fields.pairs)
        source = ProxiedConnection(*context.proxies.origin(peer, source.scheme, pairs), source)
    connection = WebSocketConnection(context, source, head)
    try:
        handshake = read_handshake(head.fields)
        check_origin(head.fields, frozenset(map(str.lower, context.config.ws_allowed_origins)))
        opening = _open(context, handshake.accept_key, handshake.extensions)
    except RemoteProtocolError as error:
        log_refusal(source.client, error)
        connection.refuse(*_refusal(error.status))
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "websockets":
            raise
        _error_log.error(
            "WebSocket connections need a package: pip install 'bolide[websocket]' (%r refused)", head.path
        )
        connection.refuse(*_refusal(501))
    else:
        connection.begin(head, opening, early)


def _open(context: ServerContext, accept_key: bytes, offers: tuple[str, ...]) -> Opening:
    from bolide.server_adapters._websocket.protocol import WebSocketProtocol, negotiate_deflate

    config = context.config
    deflate = None
    if offers and config.ws_per_message_deflate:
        deflate = negotiate_deflate(offers, context_takeover=config.ws_context_takeover)
    headers = [(b"sec-websocket-accept", accept_key)]
    if deflate is not None:
        headers.append((b"sec-websocket-extensions", deflate[0]))
    protocol = WebSocketProtocol(max_size=config.ws_max_size, deflate=deflate and deflate[1])
    return Opening(protocol, headers)


def _refusal(status: int) -> tuple[Reply, bytes]:
    return Reply(status, _VERSION if status == 426 else PLAIN), _BODIES[status]
