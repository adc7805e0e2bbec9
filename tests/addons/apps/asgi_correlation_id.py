# /// script
# dependencies = ["asgi-correlation-id==5.0.1"]
# ///
from asgi_correlation_id import CorrelationIdMiddleware, correlation_id

from bolide import Bolide
from bolide.testclient import TestClient

app = Bolide()
app.add_middleware(CorrelationIdMiddleware)


@app.get("/")
async def read_id() -> str | None:
    return correlation_id.get()


@app.get("/sync")
def read_id_in_thread() -> str | None:
    return correlation_id.get()


with TestClient(app) as client:
    sent = "0123456789abcdef0123456789abcdef"
    response = client.get("/", headers={"X-Request-ID": sent})
    assert (response.json(), response.headers["X-Request-ID"]) == (sent, sent)
    response = client.get("/sync")
    assert response.json() == response.headers["X-Request-ID"] != sent
