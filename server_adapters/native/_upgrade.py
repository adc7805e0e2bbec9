"""Requests that ask for another protocol on their connection (RFC 9110 §7.8)."""

from __future__ import annotations

from typing import Protocol

from bolide.server_adapters._http1.reader import RequestHead, RequestReader
from bolide.server_adapters.native._context import ServerContext, SweptConnection
from bolide.server_adapters.native._exchange import BodySource

__all__ = ["Upgradable", "take_over"]


class Upgradable(BodySource, SweptConnection, Protocol):
    """A connection that HTTP can leave to another protocol."""


def take_over(context: ServerContext, source: Upgradable, head: RequestHead, reader: RequestReader) -> bool:
    """Hand the connection over to WebSocket messages, unless *head* is to be answered as any other.

    Args:
        context: Of the server.
        source: What is an HTTP connection until now.
        head: Offers WebSocket messages.
        reader: Has the bytes that came behind it.
    """
    if head.method != "GET" or head.version != "1.1" or context.handle_websocket is None:
        return False
    # Not loaded by a server that has no such connections.
    from bolide.server_adapters.native._websocket import switch_to_websocket

    context.connections.discard(source)
    switch_to_websocket(context, source, head, reader.take_rest())
    return True
