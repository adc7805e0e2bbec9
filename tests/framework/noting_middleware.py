"""Middleware of the ASGI kind that notes what passes."""

from typing import Any

from bolide.server_adapters.asgi import Receive, Scope, Send

__all__ = ["Log", "NotingAsgi"]

Log = list[str]


class NotingAsgi:
    """Notes how it is entered, and the status that passes."""

    def __init__(self, app: Any, name: str, log: Log) -> None:
        self.app = app
        self.name = name
        self.log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def note(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.log.append(f"{self.name}- {message['status']}")
            await send(message)

        self.log.append(f"{self.name}+")
        await self.app(scope, receive, note)
