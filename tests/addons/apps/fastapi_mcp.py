# /// script
# dependencies = ["fastapi-mcp==0.4.0", "mcp==1.30.0"]
# ///
import json

import fastapi_mcp.server
from fastapi import FastAPI
from fastapi_mcp import FastApiMCP

from bolide import Bolide
from bolide.testclient import TestClient

app = Bolide(title="Shop")


@app.get("/items/{item_id}", operation_id="read_item")
async def read_item(item_id: int, price: float = 1.0) -> dict[str, float]:
    return {"item": item_id, "price": price}


# It reads FastAPI's routes; the document says the same. Its own routes go to an application of FastAPI's.
fastapi_mcp.server.get_openapi = lambda **_: app.openapi()
outside = FastAPI()
FastApiMCP(app).mount_http(outside)
app.mount("/ai", outside)


def ask(client, number, method, params):
    message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    return client.post("/ai/mcp", json=message, headers={"accept": "application/json, text/event-stream"})


with TestClient(app) as client:
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "", "version": ""}}
    opened = ask(client, 1, "initialize", hello)
    client.headers["mcp-session-id"] = opened.headers["mcp-session-id"]
    client.headers["accept"] = "application/json, text/event-stream"
    client.post("/ai/mcp", json={"jsonrpc": "2.0", "method": "notifications/initialized"})
    tools = ask(client, 2, "tools/list", {}).json()["result"]["tools"]
    assert [tool["name"] for tool in tools] == ["read_item"]
    called = ask(client, 3, "tools/call", {"name": "read_item", "arguments": {"item_id": 7}})
    (content,) = called.json()["result"]["content"]
    assert json.loads(content["text"]) == {"item": 7, "price": 1}
