# /// script
# dependencies = ["sentry-sdk==2.75.0"]
# ///
import sentry_sdk
from sentry_sdk.integrations.asgi import SentryAsgiMiddleware
from sentry_sdk.transport import Transport

from bolide import Bolide
from bolide.testclient import TestClient


class Kept(Transport):
    def capture_envelope(self, envelope):
        events.extend(item.payload.json for item in envelope.items if item.type in ("event", "transaction"))


events = []
sentry_sdk.init("http://key@127.0.0.1/1", transport=Kept, traces_sample_rate=1.0)
app = Bolide()
app.add_middleware(SentryAsgiMiddleware)


@app.get("/items/{item_id}")
async def read_item(item_id: int) -> int:
    raise LookupError(item_id)


@app.get("/")
async def root() -> int:
    return 1


with TestClient(app, raise_server_exceptions=False) as client:
    assert client.get("/items/7").status_code == 500
    assert client.get("/").json() == 1
sentry_sdk.flush()
errors = [event for event in events if event.get("type") != "transaction"]
assert [error["exception"]["values"][-1]["type"] for error in errors] == ["LookupError"]
assert errors[0]["request"]["url"] == "http://testserver/items/7"
statuses = [e["contexts"]["response"]["status_code"] for e in events if e.get("type") == "transaction"]
assert statuses == [500, 200]
