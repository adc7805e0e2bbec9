# /// script
# dependencies = ["strawberry-graphql[asgi]==0.341.2", "websockets==16.0"]
# ///
from collections.abc import AsyncGenerator

import strawberry
from strawberry.asgi import GraphQL

from bolide import Bolide
from bolide.testclient import TestClient


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str) -> str:
        return f"Hello {name}"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncGenerator[int, None]:
        for number in range(to):
            yield number


app = Bolide()
app.mount("/graphql", GraphQL(strawberry.Schema(Query, subscription=Subscription)))
with TestClient(app) as client:
    answer = client.post("/graphql/", json={"query": '{ hello(name: "Ann") }'})
    assert answer.json() == {"data": {"hello": "Hello Ann"}}
    with client.websocket_connect("/graphql/", subprotocols=["graphql-transport-ws"]) as socket:
        socket.send_json({"type": "connection_init"})
        assert socket.receive_json() == {"type": "connection_ack"}
        query = {"query": "subscription { count(to: 2) }"}
        socket.send_json({"id": "1", "type": "subscribe", "payload": query})
        for number in range(2):
            assert socket.receive_json()["payload"] == {"data": {"count": number}}
        assert socket.receive_json() == {"id": "1", "type": "complete"}
