# /// script
# dependencies = ["asgi-lifespan==2.1.0", "httpx==0.28.1"]
# ///
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from asgi_lifespan import LifespanManager

from bolide import Bolide, Request

events = []


@asynccontextmanager
async def lifespan(app: Bolide) -> AsyncIterator[dict[str, str]]:
    events.append("starts")
    yield {"shop": "Corner"}
    events.append("stops")


app = Bolide(lifespan=lifespan)


@app.get("/")
async def root(request: Request) -> str:
    return request.state.shop


async def main():
    async with LifespanManager(app) as manager:
        transport = httpx.ASGITransport(manager.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            answers = await asyncio.gather(*(client.get("/") for _ in range(3)))
    assert [answer.json() for answer in answers] == ["Corner"] * 3


asyncio.run(main())
assert events == ["starts", "stops"]
