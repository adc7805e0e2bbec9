"""Ask Bolide and FastAPI in which order things happen: what the application notes, what is sent when."""

import asyncio
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from tests.framework.fastapi_oracle import Answer, Web, bolide_web, fastapi_web

Log = list[str]
Message = MutableMapping[str, Any]


@dataclass
class Events:
    """One answered request: the notes in order, with what was sent, and the error for the server's log."""

    log: Log
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    error: BaseException | None = None

    def content(self) -> Any:
        """Return the body as decoded JSON where it is JSON, else as it is."""
        return Answer(self.status, self.headers, self.body).content()


def events(declare: Callable[[Web, Log], Any], web: Web, target: str = "/") -> Events:
    """Send a GET request to the application of *declare*, which gets a log to note things in."""
    found = Events([])
    asyncio.run(_send(declare(web, found.log), target, found))
    return found


def same_events(declare: Callable[[Web, Log], Any], target: str = "/") -> Events:
    """Assert that both do the same in the same order; return what Bolide does."""
    ours, theirs = events(declare, bolide_web(), target), events(declare, fastapi_web(), target)
    assert (ours.status, ours.content()) == (theirs.status, theirs.content())
    assert ours.log == theirs.log
    assert type(ours.error) is type(theirs.error)
    return ours


async def _send(app: Any, target: str, found: Events) -> None:
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"testserver")],
        "client": ("testclient", 50000),
        "server": ("testserver", 80),
        "state": {},
    }
    messages = [{"type": "http.request", "body": b"", "more_body": False}]
    never = asyncio.Event()

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await never.wait()  # the client stays until it has its answer
        raise AssertionError("unreachable")

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            found.status = message["status"]
            found.headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in message["headers"]]
            found.log.append("send start")
        elif piece := message.get("body", b""):
            found.body += piece
            found.log.append(f"send {piece.decode()}")

    try:
        await app(scope, receive, answer)
    except Exception as error:
        found.error = error
