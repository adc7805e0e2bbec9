# /// script
# dependencies = ["mangum==0.22.0"]
# ///
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mangum import Mangum

from bolide import Bolide, Model, Request
from bolide.responses import Response


class Item(Model):
    name: str


@asynccontextmanager
async def lifespan(app: Bolide) -> AsyncIterator[dict[str, str]]:
    yield {"shop": "Corner"}


app = Bolide(lifespan=lifespan)


@app.put("/items/{item_id}")
async def change_item(item_id: int, item: Item, request: Request, kind: str = "none") -> list[object]:
    return [item_id, item.name, kind, request.state.shop, request.scope["aws.event"]["version"]]


@app.get("/picture")
async def picture() -> Response:
    return Response(b"\x89PNG", media_type="image/png")


def event(method, path, body="", query=""):
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "example.com", "content-type": "application/json"},
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"}
        },
        "body": body,
        "isBase64Encoded": False,
    }


handler = Mangum(app)
answer = handler(event("PUT", "/items/7", '{"name": "cup"}', "kind=blue"), None)
assert (answer["statusCode"], answer["body"]) == (200, '[7,"cup","blue","Corner","2.0"]')
assert handler(event("PUT", "/items/x", "{}"), None)["statusCode"] == 422
answer = handler(event("GET", "/picture"), None)
assert answer["isBase64Encoded"]
assert base64.b64decode(answer["body"]) == b"\x89PNG"
