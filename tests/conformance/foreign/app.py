"""A plain ASGI 3 application: what it does with its server is to look the same on every one."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Endpoint = Callable[[Message, Receive, Send], Awaitable[None]]

log: list[str] = []
released = asyncio.Event()


async def app(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await lifespan(scope, receive, send)
    elif scope["type"] == "websocket":
        await websocket(scope, receive, send)
    else:
        name = scope["path"].strip("/").partition("/")[0].replace("-", "_") or "hello"
        endpoint: Endpoint = ENDPOINTS.get(name, not_found)
        await endpoint(scope, receive, send)


def make_app() -> Any:
    return app


class ClassApp:
    """As some frameworks are: the class is called, and what it makes is awaited."""

    def __init__(self, scope: Message, receive: Receive, send: Send) -> None:
        self._arguments = scope, receive, send

    def __await__(self) -> Any:
        return app(*self._arguments).__await__()


async def asgi_2(scope: Message) -> None: ...


async def lifespan(scope: Message, receive: Receive, send: Send) -> None:
    await receive()
    scope["state"]["started"] = True
    await send({"type": "lifespan.startup.complete"})
    await receive()
    print("the application was shut down", flush=True)
    await send({"type": "lifespan.shutdown.complete"})


async def respond(send: Send, body: bytes, status: int = 200, *headers: tuple[bytes, bytes]) -> None:
    lines = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})


async def not_found(scope: Message, receive: Receive, send: Send) -> None:
    await respond(send, b"no such path", 404)


async def hello(scope: Message, receive: Receive, send: Send) -> None:
    await respond(send, b"hello")


async def show_scope(scope: Message, receive: Receive, send: Send) -> None:
    """Show all that does not depend on the server and its port; the state is this request's own."""
    shown = {name: scope[name] for name in sorted(scope) if name not in ("extensions", "client", "server")}
    shown["state"] = dict(scope["state"])
    scope["state"]["changed"] = True
    shown["hosts"] = [scope["client"][0], scope["server"][0]]
    shown["kinds"] = sorted(
        f"{name}: {type(value).__name__}" for name, value in scope.items() if name in shown
    )
    text = json.dumps(shown, default=lambda value: value.decode("latin-1"))
    await respond(send, text.encode())


async def echo(scope: Message, receive: Receive, send: Send) -> None:
    body, more = b"", True
    while more:
        message = await receive()
        body += message["body"]
        more = message.get("more_body", False)
    text = f"{len(body)} {hashlib.sha256(body).hexdigest()}"
    await respond(send, text.encode())


async def unread(scope: Message, receive: Receive, send: Send) -> None:
    await respond(send, b"the body was not read", 403)


async def pieces(scope: Message, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"X-Upper", b"Case")]})
    for piece in (b"one,", b"", b"two,"):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"three"})


async def declared(scope: Message, receive: Receive, send: Send) -> None:
    """Send five bytes in two pieces, with ``?length``."""
    headers = [(b"content-length", scope["query_string"])]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"abc", "more_body": True})
    await send({"type": "http.response.body", "body": b"de"})


async def large(scope: Message, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for number in range(64):
        await send({"type": "http.response.body", "body": bytes([number]) * 65536, "more_body": True})
    await send({"type": "http.response.body"})


async def status(scope: Message, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": int(scope["query_string"])})
    await send({"type": "http.response.body"})


async def closes(scope: Message, receive: Receive, send: Send) -> None:
    await respond(send, b"the last one", 200, (b"connection", b"close"))


async def splits(scope: Message, receive: Receive, send: Send) -> None:
    await respond(send, b"", 200, (b"x-split", b"a\r\nset-cookie: a=b"))


async def raises(scope: Message, receive: Receive, send: Send) -> None:
    raise RuntimeError("broken on purpose")


async def raises_late(scope: Message, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"half", "more_body": True})
    raise RuntimeError("broken on purpose")


async def raises_afterwards(scope: Message, receive: Receive, send: Send) -> None:
    await respond(send, b"whole")
    raise RuntimeError("broken on purpose")


async def nothing(scope: Message, receive: Receive, send: Send) -> None: ...


async def begins(scope: Message, receive: Receive, send: Send) -> None:
    """Send the head, and the body after ``/release``."""
    await asyncio.sleep(0)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-early", b"1")]})
    released.clear()
    await released.wait()
    await send({"type": "http.response.body", "body": b"late"})


async def goes_on(scope: Message, receive: Receive, send: Send) -> None:
    """Answer, and work on until ``/release``."""
    released.clear()
    await respond(send, b"answered")
    await released.wait()
    log.append("went on")


async def release(scope: Message, receive: Receive, send: Send) -> None:
    released.set()
    await respond(send, b"")


async def show_log(scope: Message, receive: Receive, send: Send) -> None:
    await respond(send, ",".join(log).encode())


async def messages(scope: Message, receive: Receive, send: Send) -> None:
    """Answer, then see what ``receive`` says."""
    first = await receive()
    await respond(send, b"")
    log.append(f"{first['type']} {first['more_body']} {(await receive())['type']}")


async def waits(scope: Message, receive: Receive, send: Send) -> None:
    """Stream until the client has left; what is sent after that goes nowhere, and fails nobody."""
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"waiting", "more_body": True})
    left = await receive()
    await send({"type": "http.response.body", "body": b"nobody", "more_body": True})
    await send({"type": "http.response.body"})
    log.append(f"left by {left['type']}")


async def cut(scope: Message, receive: Receive, send: Send) -> None:
    """Read a body that does not come to its end."""
    message = await receive()
    while message["type"] == "http.request" and message["more_body"]:
        message = await receive()
    log.append(f"cut by {message['type']}")


async def floods(scope: Message, receive: Receive, send: Send) -> None:
    """Send much more than a client takes, and count."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for number in range(1000):
        log.append(f"piece {number}")
        await send({"type": "http.response.body", "body": bytes(1 << 20), "more_body": True})


async def websocket(scope: Message, receive: Receive, send: Send) -> None:
    await receive()
    if scope["path"] == "/denied":
        headers = [(b"x-denied", b"1")]
        await send({"type": "websocket.http.response.start", "status": 402, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b"pay "})
        with suppress(Exception):
            await receive()
        return
    if scope["path"] == "/refused":
        await send({"type": "websocket.close"})
        return
    subprotocol = scope["subprotocols"][-1] if scope["subprotocols"] else None
    await send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": [(b"x-accepted", b"1")]})
    if scope["path"] == "/raises":
        raise RuntimeError("broken on purpose")
    while (message := await receive())["type"] == "websocket.receive":
        if message.get("text") == "close":
            await send({"type": "websocket.close", "code": 4001, "reason": "enough"})
            return
        await send({**message, "type": "websocket.send"})
    log.append(f"{message['type']} {message['code']} {message.get('reason')}")


ENDPOINTS: dict[str, Endpoint] = {
    each.__name__: each
    for each in (
        hello,
        show_scope,
        echo,
        unread,
        pieces,
        declared,
        large,
        status,
        closes,
        splits,
        raises,
        raises_late,
        raises_afterwards,
        nothing,
        begins,
        goes_on,
        release,
        show_log,
        messages,
        waits,
        cut,
        floods,
    )
}
