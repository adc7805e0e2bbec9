# /// script
# dependencies = ["taskiq-fastapi==0.5.0"]
# ///
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Request
from taskiq import InMemoryBroker, TaskiqDepends, TaskiqEvents, TaskiqState
from taskiq_fastapi import populate_dependency_context

from bolide import Bolide, Depends
from bolide.testclient import TestClient

events = []


@asynccontextmanager
async def lifespan(app: Bolide) -> AsyncIterator[dict[str, str]]:
    events.append("starts")
    yield {"shop": "Corner"}
    events.append("stops")


def shop_name(request: Annotated[Request, TaskiqDepends()]) -> str:
    return request.state.shop


app = Bolide(lifespan=lifespan)
app.state.currency = "EUR"
broker = InMemoryBroker()


# In place of taskiq_fastapi.init(), which wants an application of FastAPI's.
@broker.on_event(TaskiqEvents.WORKER_STARTUP)
async def start(state: TaskiqState) -> None:
    state.lifespan = app.router.lifespan_context(app)
    populate_dependency_context(broker, app, await state.lifespan.__aenter__())


@broker.on_event(TaskiqEvents.WORKER_SHUTDOWN)
async def stop(state: TaskiqState) -> None:
    await state.lifespan.__aexit__(None, None, None)


@broker.task
async def price(
    number: int,
    request: Annotated[Request, TaskiqDepends()],
    shop: Annotated[str, TaskiqDepends(shop_name)],
) -> str:
    return f"{number} {request.app.state.currency} at {shop}"


# A dependency of both, declared once.
@app.get("/shop")
async def read_shop(shop: Annotated[str, Depends(shop_name)]) -> str:
    return shop


@app.post("/price")
async def order(number: int) -> str:
    task = await price.kiq(number)
    return (await task.wait_result()).return_value


async def work():
    await broker.startup()
    task = await price.kiq(3)
    assert (await task.wait_result()).return_value == "3 EUR at Corner"
    await broker.shutdown()


asyncio.run(work())
assert events == ["starts", "stops"]
with TestClient(app) as client:
    assert client.get("/shop").json() == "Corner"
