# /// script
# dependencies = ["fastmcp==4.1.2"]
# ///
import asyncio

from fastmcp import Client, FastMCP

from bolide import Bolide
from bolide.testclient import TestClient

app = Bolide(title="Shop")


@app.get("/items/{item_id}", operation_id="read_item")
async def read_item(item_id: int) -> dict[str, int]:
    return {"item": item_id}


async def call_tools():
    async with Client(FastMCP.from_fastapi(app)) as client:
        assert [tool.name for tool in await client.list_tools()] == ["read_item"]
        result = await client.call_tool("read_item", {"item_id": 7})
        assert result.structured_content == {"item": 7}


asyncio.run(call_tools())

# The other way round: a server of its own below a path, with its lifespan.
server = FastMCP("Tools")


@server.tool
def add(a: int, b: int) -> int:
    return a + b


app.mount("/tools", server.http_app(path="/mcp", stateless_http=True, json_response=True), lifespan=True)
with TestClient(app, base_url="http://127.0.0.1:8000") as client:
    answer = client.post(
        "/tools/mcp",
        json={
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": "add", "arguments": {"a": 1, "b": 2}},
        },
        headers={"accept": "application/json, text/event-stream"},
    )
    assert answer.json()["result"]["structuredContent"] == {"result": 3}
