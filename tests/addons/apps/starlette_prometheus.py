# /// script
# dependencies = ["starlette-prometheus==0.10.0"]
# ///
from starlette_prometheus import PrometheusMiddleware, metrics

from bolide import Bolide
from bolide.testclient import TestClient

app = Bolide()
app.add_middleware(PrometheusMiddleware)
app.add_route("/metrics", metrics)


@app.get("/items/{item_id}")
async def read_item(item_id: int) -> int:
    return item_id


with TestClient(app) as client:
    assert client.get("/items/7").json() == 7
    client.get("/items/8")
    text = client.get("/metrics").text
assert 'starlette_requests_total{method="GET",path_template="/items/{item_id}"} 2.0' in text
