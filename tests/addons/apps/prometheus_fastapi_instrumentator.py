# /// script
# dependencies = ["prometheus-fastapi-instrumentator==8.1.0"]
# ///
from prometheus_fastapi_instrumentator import Instrumentator

from bolide import APIRouter, Bolide
from bolide.testclient import TestClient

router = APIRouter(prefix="/items")


@router.get("/{item_id}")
async def read_item(item_id: int) -> int:
    return item_id


app = Bolide()
app.include_router(router)
Instrumentator().instrument(app).expose(app)
with TestClient(app) as client:
    assert client.get("/items/7").json() == 7
    client.get("/items/8")
    client.get("/nowhere")
    metrics = client.get("/metrics").text
assert 'http_requests_total{handler="/items/{item_id}",method="GET",status="2xx"} 2.0' in metrics
assert 'http_requests_total{handler="none",method="GET",status="4xx"} 1.0' in metrics
