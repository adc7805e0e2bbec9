# /// script
# dependencies = ["svcs==26.2.0", "fastapi==0.165.0"]
# ///
from collections.abc import AsyncIterator

import svcs

from bolide import Bolide
from bolide.testclient import TestClient

events = []


class Database:
    def __init__(self, url: str) -> None:
        self.url = url


@svcs.fastapi.lifespan
async def lifespan(app: Bolide, registry: svcs.Registry) -> AsyncIterator[dict[str, object]]:
    async def connect():
        events.append("connected")
        yield Database("sqlite://")
        events.append("released")

    registry.register_factory(Database, connect)
    yield {"name": "shop"}
    registry.close()
    events.append("stopped")


app = Bolide(lifespan=lifespan)


@app.get("/")
async def root(services: svcs.fastapi.DepContainer) -> str:
    database = await services.aget(Database)
    return database.url


with TestClient(app) as client:
    assert client.get("/").json() == "sqlite://"
    assert svcs.fastapi.get_registry(client) is lifespan.registry
assert events == ["connected", "released", "stopped"]
