# /// script
# dependencies = ["opentelemetry-instrumentation-asgi==0.66b2", "opentelemetry-sdk==1.45.2"]
# ///
from opentelemetry import trace
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bolide import APIRouter, Bolide
from bolide.testclient import TestClient

reader = InMemoryMetricReader()
exporter, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))

router = APIRouter(prefix="/items")


@router.get("/{item_id}")
async def read_item(item_id: int) -> str:
    return format(trace.get_current_span().get_span_context().trace_id, "032x")


app = Bolide()
app.include_router(router)
app.add_middleware(OpenTelemetryMiddleware, tracer_provider=provider, meter_provider=MeterProvider([reader]))

trace_id = "0af7651916cd43dd8448eb211c80319c"
with TestClient(app) as client:
    answer = client.get("/items/7", headers={"traceparent": f"00-{trace_id}-b7ad6b7169203331-01"})
assert answer.json() == trace_id
(server,) = [span for span in exporter.get_finished_spans() if span.kind is trace.SpanKind.SERVER]
assert format(server.context.trace_id, "032x") == trace_id
assert server.attributes["http.status_code"] == 200

# Metrics are told apart by the template of the route, not by the path of the request.
(scope,) = reader.get_metrics_data().resource_metrics[0].scope_metrics
durations = next(metric for metric in scope.metrics if metric.name == "http.server.duration")
assert [point.attributes["http.target"] for point in durations.data.data_points] == ["/items/{item_id}"]
