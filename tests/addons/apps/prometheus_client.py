# /// script
# dependencies = ["prometheus-client==0.26.0"]
# ///
from prometheus_client import Counter, make_asgi_app

from bolide import Bolide
from bolide.testclient import TestClient

orders = Counter("orders", "Orders.")
app = Bolide()
app.mount("/metrics", make_asgi_app())


@app.post("/orders")
async def order() -> None:
    orders.inc()


with TestClient(app) as client:
    client.post("/orders")
    client.post("/orders")
    metrics = client.get("/metrics/")
    assert "orders_total 2.0" in metrics.text
    assert metrics.headers["content-type"].startswith("text/plain")
    assert client.get("/metrics/", headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"
