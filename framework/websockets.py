"""WebSocket connections as endpoints see them.

@app.websocket("/echo")
async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    async for text in websocket.iter_text():
        await websocket.send_text(text)
"""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Final, Literal, cast

import msgspec.json

from bolide._responses.response import Response
from bolide.exceptions import WebSocketException
from bolide.requests import HTTPConnection
from bolide.server_adapters.contract import (
    WebSocketDisconnect,
    WebSocketExchange,
    WebSocketStage,
    check_headers,
)
from bolide.validation.encode_any import encode_any

__all__ = [
    "WebSocket",
    "WebSocketDisconnect",
    "WebSocketDisconnected",
    "WebSocketException",
    "WebSocketState",
]

JsonMode = Literal["text", "binary"]


class WebSocketState(enum.Enum):
    """How far a side of a connection has come."""

    CONNECTING = 0
    CONNECTED = 1
    DISCONNECTED = 2
    RESPONSE = 3


_STATES: Final[Mapping[WebSocketStage, WebSocketState]] = {
    "connecting": WebSocketState.CONNECTING,
    "open": WebSocketState.CONNECTED,
    "ended": WebSocketState.DISCONNECTED,
}


class WebSocketDisconnected(RuntimeError):
    """The connection is not open: it was not accepted yet, or has ended."""


class _UnexpectedMessage(WebSocketException, ValueError):
    """The client sent what the endpoint does not read; not caught, it ends the connection."""


class WebSocket(HTTPConnection, eq=False):
    """One WebSocket connection; declare a parameter of this type to receive it.

    Attributes:
        client_state: Whether the client is there.
        application_state: Whether this side has accepted or ended the connection.
    """

    client_state: WebSocketState = WebSocketState.CONNECTED  # it waits for an answer to its handshake
    application_state: WebSocketState = WebSocketState.CONNECTING

    def __post_init__(self) -> None:
        # Middleware may have done something before.
        self.application_state = _STATES[self.exchange.stage]

    @property
    def subprotocols(self) -> list[str]:
        """Return the subprotocols that the client offers, in its order of preference."""
        return self.exchange.subprotocols

    async def accept(
        self, subprotocol: str | None = None, headers: Iterable[tuple[bytes, bytes]] | None = None
    ) -> None:
        """Accept the connection.

        Args:
            subprotocol: One of those that the client offers.
            headers: Further header lines of the handshake's response.

        Raises:
            WebSocketDisconnected: it was accepted or refused before.
            InvalidHeader: a header line is malformed.
        """
        self._check_undecided("accept")
        lines = [(name.lower(), value) for name, value in headers or ()]
        check_headers(lines)
        self.application_state = WebSocketState.CONNECTED
        await self.exchange.accept(subprotocol, lines)

    async def receive(self) -> dict[str, Any]:
        """Return the next message as ASGI servers describe it: ``type``, then ``text`` or ``bytes``.

        The last one is ``websocket.disconnect`` with ``code`` and ``reason``.
        """
        try:
            data = await self._receive()
        except WebSocketDisconnect as end:
            return {"type": "websocket.disconnect", "code": end.code, "reason": end.reason}
        return {"type": "websocket.receive", "text" if isinstance(data, str) else "bytes": data}

    async def receive_text(self) -> str:
        """Return the next message.

        Raises:
            WebSocketDisconnect: the client has ended the connection.
            WebSocketException: it is a binary message; also a ``ValueError``.
        """
        data = await self._receive()
        if not isinstance(data, str):
            raise _UnexpectedMessage(1003, "expected a text message")
        return data

    async def receive_bytes(self) -> bytes:
        """Return the next message, which must be a binary one; raises as :meth:`receive_text` does."""
        data = await self._receive()
        if not isinstance(data, bytes):
            raise _UnexpectedMessage(1003, "expected a binary message")
        return data

    async def receive_json(self, mode: JsonMode = "text") -> Any:
        """Return the next message as decoded JSON.

        One that is not JSON raises as :meth:`receive_text` does.
        """
        _check_mode(mode)
        data = await (self.receive_text() if mode == "text" else self.receive_bytes())
        try:
            return msgspec.json.decode(data)
        except (ValueError, RecursionError) as error:
            raise _UnexpectedMessage(1007, "invalid JSON") from error

    async def iter_text(self) -> AsyncIterator[str]:
        """Iterate over messages up to the end of the connection."""
        try:
            while True:
                yield await self.receive_text()
        except WebSocketDisconnect:
            return

    async def iter_bytes(self) -> AsyncIterator[bytes]:
        """Iterate over binary messages up to the end of the connection."""
        try:
            while True:
                yield await self.receive_bytes()
        except WebSocketDisconnect:
            return

    async def iter_json(self) -> AsyncIterator[Any]:
        """Iterate over decoded messages up to the end of the connection."""
        try:
            while True:
                yield await self.receive_json()
        except WebSocketDisconnect:
            return

    async def send_text(self, data: str) -> None:
        """Send a text message.

        Raises:
            WebSocketDisconnect: the connection was lost.
            WebSocketDisconnected: it was not accepted, or was closed here.
        """
        self._check_open("send")
        try:
            await self.exchange.send_text(data)
        except WebSocketDisconnect:
            self._lose()
            raise

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message; raises as :meth:`send_text` does."""
        self._check_open("send")
        try:
            await self.exchange.send_bytes(data)
        except WebSocketDisconnect:
            self._lose()
            raise

    async def send_json(self, data: Any, mode: JsonMode = "text") -> None:
        """Send anything that a response could hold, as JSON; raises as :meth:`send_text` does."""
        _check_mode(mode)
        encoded = encode_any(data)
        await (self.send_text(encoded.decode()) if mode == "text" else self.send_bytes(encoded))

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """End the connection; one that was not accepted is refused with 403.

        It does nothing if the client has left.

        Raises:
            WebSocketDisconnected: it was closed before.
        """
        if self.application_state not in (WebSocketState.CONNECTING, WebSocketState.CONNECTED):
            raise WebSocketDisconnected("the WebSocket connection was closed before")
        self.application_state = WebSocketState.DISCONNECTED
        if self.client_state is not WebSocketState.DISCONNECTED:
            await self.exchange.close(code, reason or "")

    async def send_denial_response(self, response: Response) -> None:
        """Refuse the connection with *response*, as far as the server can; else with a bare 403.

        Raises:
            WebSocketDisconnected: it was accepted or refused before.
        """
        self._check_undecided("send_denial_response")
        reply = response.to_reply(self._exchange)
        self.application_state = WebSocketState.DISCONNECTED
        await self.exchange.deny(reply)
        if reply.after is not None:
            await reply.after()

    def follow_exchange(self) -> None:
        """Take note of what others have done with the connection."""
        self.application_state = _STATES[self.exchange.stage]

    @property
    def exchange(self) -> WebSocketExchange:
        """Return what the connection is made of, and middleware of Bolide's own kind takes."""
        return cast("WebSocketExchange", self._exchange)  # WebSockets are made of nothing else

    async def _receive(self) -> str | bytes:
        self._check_open("receive")
        try:
            return await self.exchange.receive()
        except WebSocketDisconnect:
            self._lose()
            raise

    def _lose(self) -> None:
        self.client_state = WebSocketState.DISCONNECTED

    def _check_undecided(self, call: str) -> None:
        if self.application_state is not WebSocketState.CONNECTING:
            raise WebSocketDisconnected(
                f"{call}() must come first; the connection was accepted or refused before"
            )

    def _check_open(self, call: str) -> None:
        if self.application_state is WebSocketState.CONNECTING:
            raise WebSocketDisconnected(f"await accept() before {call}")
        if WebSocketState.DISCONNECTED in (self.application_state, self.client_state):
            raise WebSocketDisconnected(f"the WebSocket connection is closed: {call} is not possible")


def _check_mode(mode: str) -> None:
    if mode not in ("text", "binary"):
        raise RuntimeError(f"mode is {mode!r}; expected 'text' or 'binary'")
