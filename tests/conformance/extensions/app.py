"""Shows what a server tells of itself in scopes and messages."""

import asyncio
import json
from typing import Any

codes: list[int] = []
closed = asyncio.Event()


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await receive()
        scope["state"]["started"] = True
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    seen: Any = {"extensions": sorted(scope.get("extensions") or ()), "has_state": bool(scope.get("state"))}
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": json.dumps(seen)})
        codes.append((await receive())["code"])
        closed.set()
        return
    if scope["path"] == "/code":
        await closed.wait()
        seen = codes[0]
    body = json.dumps(seen).encode()
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
