"""A WebSocket connection from a test: the other side of an ASGI application, in process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Final, Literal, Self

import msgspec.json

from bolide._testing.portal import Portal
from bolide.datastructures import Headers
from bolide.server_adapters.asgi_exchange import Message, Receive, Scope, Send
from bolide.server_adapters.contract import WebSocketDisconnect

__all__ = ["WebSocketDenialResponse", "WebSocketTestSession"]

AsgiApp = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]

_END: Final[Message] = {"type": "end"}
"""Stands behind the last message of the application."""

_SECONDS_TO_END: Final = 5.0
"""So long an endpoint may take to end after the test has; then it is cancelled."""


class WebSocketDenialResponse(WebSocketDisconnect):
    """The application has answered the handshake with a response."""

    def __init__(self, status_code: int, headers: list[tuple[bytes, bytes]], content: bytes) -> None:
        super().__init__(1006)
        self.status_code = status_code
        self.headers = Headers(raw=headers)
        self.content = content

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as decoded JSON."""
        return msgspec.json.decode(self.content)


class WebSocketTestSession:
    """The client of one connection; ``with`` opens and closes it.

    Attributes:
        accepted_subprotocol: The subprotocol that the application has chosen.
        extra_headers: Header lines that it has added to the handshake.
    """

    def __init__(
        self,
        app: AsgiApp,
        scope: Scope,
        *,
        portal: Portal | None,
        raise_server_exceptions: bool,
    ) -> None:
        self._app = app
        self._scope = scope
        self._given_portal = portal
        self._portal = portal
        self._raises = raise_server_exceptions
        self._to_app: asyncio.Queue[Message]
        self._from_app: asyncio.Queue[Message]
        self._task: asyncio.Task[None]
        self._error: Exception | None = None
        self.accepted_subprotocol: str | None = None
        self.extra_headers: list[tuple[bytes, bytes]] = []

    def __enter__(self) -> Self:
        self._portal = self._given_portal or Portal()
        try:
            self._portal.call(self._start())
            message = self.receive()
            self._raise_on_end(message)
        except BaseException:
            self._finish()
            raise
        self.accepted_subprotocol = message.get("subprotocol")
        self.extra_headers = list(message.get("headers") or ())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(1000)
        self._finish()

    def send(self, message: Message) -> None:
        """Hand an ASGI message to the application."""
        self._in_loop().call(self._to_app.put(message))

    def send_text(self, data: str) -> None:
        """Send a text message."""
        self.send({"type": "websocket.receive", "text": data})

    def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""
        self.send({"type": "websocket.receive", "bytes": data})

    def send_json(self, data: Any, mode: Literal["text", "binary"] = "text") -> None:
        """Send *data* as JSON."""
        encoded = msgspec.json.encode(data)
        if mode == "text":
            self.send_text(encoded.decode())
        else:
            self.send_bytes(encoded)

    def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Leave, as a client does that closes the connection."""
        self.send({"type": "websocket.disconnect", "code": code, "reason": reason or ""})

    def receive(self) -> Message:
        """Return the next ASGI message of the application.

        Raises:
            Exception: what has ended the application, unless ``raise_server_exceptions`` is off.
            WebSocketDisconnect: it has ended without another message.
        """
        message = self._in_loop().call(self._from_app.get())
        if message is _END:
            self._from_app.put_nowait(message)
            if self._error is not None and self._raises:
                raise self._error
            raise WebSocketDisconnect(1006)
        return message

    def receive_text(self) -> str:
        """Return the next message, which must be text.

        Raises:
            WebSocketDisconnect: the application has closed the connection.
        """
        message = self._receive()
        text: str = message["text"]
        return text

    def receive_bytes(self) -> bytes:
        """Return the next message, which must be binary; raises as :meth:`receive_text` does."""
        message = self._receive()
        data: bytes = message["bytes"]
        return data

    def receive_json(self, mode: Literal["text", "binary"] = "text") -> Any:
        """Return the next message as decoded JSON; raises as :meth:`receive_text` does."""
        return msgspec.json.decode(self.receive_text() if mode == "text" else self.receive_bytes())

    def _receive(self) -> Message:
        message = self.receive()
        self._raise_on_end(message)
        return message

    def _raise_on_end(self, message: Message) -> None:
        if message["type"] == "websocket.close":
            raise WebSocketDisconnect(message.get("code", 1000), message.get("reason"))
        if message["type"] == "websocket.http.response.start":
            content = b""
            while True:
                part = self.receive()
                content += part.get("body", b"")
                if not part.get("more_body", False):
                    break
            raise WebSocketDenialResponse(message["status"], list(message["headers"]), content)

    def _in_loop(self) -> Portal:
        if self._portal is None:
            raise RuntimeError("use it as 'with client.websocket_connect(...) as session'")
        return self._portal

    def _finish(self) -> None:
        """Wait for the end of the application, and raise what it has raised."""
        portal = self._in_loop()
        try:
            portal.call(self._end())
        finally:
            if self._given_portal is None:
                portal.close()
        if self._error is not None and self._raises:
            raise self._error

    async def _start(self) -> None:
        self._to_app, self._from_app = asyncio.Queue(), asyncio.Queue()
        self._to_app.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            await self._app(self._scope, self._to_app.get, self._from_app.put)
        except Exception as error:
            self._error = error
        finally:
            self._from_app.put_nowait(_END)

    async def _end(self) -> None:
        await asyncio.wait([self._task], timeout=_SECONDS_TO_END)
        self._task.cancel()
        await asyncio.wait([self._task])
