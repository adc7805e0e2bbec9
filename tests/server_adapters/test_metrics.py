"""Metrics of one process and of several."""

from __future__ import annotations

import logging
import os
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native._listeners import BindError
from bolide.server_adapters.native._metrics import BOUNDS, Gauges, MetricsMemory, Series, Snapshot
from bolide.server_adapters.native._metrics_text import exposition
from tests.server_adapters.application import ContractApplication
from tests.server_adapters.conftest import ServerThread, StartServer
from tests.server_adapters.raw import Address, connect, parse, read_response, talk
from tests.server_adapters.supervised import Supervised

ADDRESS = r"metrics: http://(127\.0\.0\.1):(\d+)/metrics"


def get(target: bytes, *, method: bytes = b"GET") -> bytes:
    return b"%b %b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % (method, target)


def scrape(address: Address) -> dict[str, float]:
    """Return each sample."""
    (response,) = parse(talk(address, get(b"/metrics")))
    assert response.status == 200
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in response.body.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def counts(address: Address) -> dict[str, float]:
    found = scrape(address)
    return {
        name.removeprefix("http_requests_total"): value
        for name, value in found.items()
        if name.startswith("http_requests_total")
    }


def wait_for_count(address: Address, count: int) -> None:
    """Read metrics until so many requests are counted: the client has its answer before that."""
    while (seen := sum(counts(address).values())) != count:
        assert seen < count


@pytest.fixture
def measured(start_server: StartServer, caplog: pytest.LogCaptureFixture) -> tuple[ServerThread, Address]:
    caplog.set_level(logging.INFO, "bolide.error")
    server = start_server(metrics=True, metrics_port=0)
    match = re.search(ADDRESS, caplog.text)
    assert match, caplog.text
    return server, (match[1], int(match[2]))


def test_requests_are_counted_by_method_and_class_of_status(measured: Any) -> None:
    server, metrics = measured
    for target in (b"/", b"/", b"/nowhere", b"/raise", b"/stream", b"/status?302"):
        talk(server.address, get(target))
    talk(server.address, get(b"/", method=b"HEAD"))
    talk(server.address, get(b"*", method=b"OPTIONS"))
    assert counts(metrics) == {
        '{method="GET",route="",status="2xx"}': 3,
        '{method="GET",route="",status="3xx"}': 1,
        '{method="GET",route="",status="4xx"}': 1,
        '{method="GET",route="",status="5xx"}': 1,
        '{method="HEAD",route="",status="2xx"}': 1,
        '{method="OPTIONS",route="",status="2xx"}': 1,
    }


def test_durations_are_a_histogram(measured: Any) -> None:
    server, metrics = measured
    for _ in range(5):
        talk(server.address, get(b"/"))
    found = scrape(metrics)
    name = "http_request_duration_seconds"
    buckets = [value for key, value in found.items() if key.startswith(f"{name}_bucket")]
    assert len(buckets) == len(BOUNDS) + 1
    assert buckets == sorted(buckets)
    assert found[f'{name}_bucket{{method="GET",route="",le="+Inf"}}'] == 5
    assert found[f'{name}_count{{method="GET",route=""}}'] == 5
    assert 0 < found[f'{name}_sum{{method="GET",route=""}}'] < 60


def test_gauges_tell_what_is_so_now(measured: Any) -> None:
    server, metrics = measured
    with connect(server.address) as waiting, connect(server.address) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert read_response(idle).status == 200
        waiting.sendall(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        server.wait_for("waiting")
        found = scrape(metrics)
        server.release()
        assert read_response(waiting).status == 200
        after = scrape(metrics)
    names = ["http_connections", "http_requests_in_flight", "websocket_connections"]
    assert [found[name] for name in names] == [2, 1, 0]
    assert [after[name] for name in names] == [2, 0, 0]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (get(b"/metrics", method=b"HEAD"), 200),
        (get(b"/metrics?name=up"), 200),
        (get(b"/"), 404),
        (get(b"/metrics", method=b"POST"), 405),
        (b"GET /metrics HTTP/1.1\r\n\r\n", 400),
    ],
    ids=["head", "query", "other-path", "post", "no-host"],
)
def test_the_endpoint_serves_nothing_else(measured: Any, request_: bytes, status: int) -> None:
    method = request_.split(b" ")[0].decode()
    (response,) = parse(talk(measured[1], request_), [method])
    assert response.status == status


def test_without_the_setting_nothing_listens_and_nothing_is_noted(
    start_server: StartServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bolide.error")
    server = start_server()
    talk(server.address, get(b"/"))
    assert "metrics" not in caplog.text


def test_a_port_of_metrics_that_is_in_use_is_a_failed_start(start_server: StartServer) -> None:
    taken = start_server().address[1]
    config = ServerConfig(port=0, metrics=True, metrics_port=taken)
    server = ServerThread(ContractApplication(), config, wait=False)
    with pytest.raises(BindError, match=f"cannot listen on 127.0.0.1:{taken}: Address already in use"):
        server.join()


def test_several_workers_are_one_sum_that_outlives_them(tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.write_text("old")
    with Supervised(code, metrics=True, metrics_port=0) as server:
        host, port = server.wait_for(ADDRESS).groups()
        metrics = host, int(port)
        server.wait_until_ready()
        pids: set[int] = set()
        asked = 0
        while len(pids) < 2 or asked < 20:
            pids.add(server.get()["pid"])
            asked += 1
        wait_for_count(metrics, asked)
        server.send(signal.SIGHUP)
        server.wait_until_replaced()
        asked += 1
        while server.get()["pid"] in pids:  # an old one may still accept
            asked += 1
        wait_for_count(metrics, asked)
        asked += 1
        while (victim := server.get()["pid"]) in pids:
            asked += 1
        wait_for_count(metrics, asked)
        os.kill(victim, signal.SIGKILL)
        server.wait_for(r"worker \d+ is ready")
        wait_for_count(metrics, asked)
        server.send(signal.SIGTERM)
        assert server.end()[0] == 0


def test_a_process_counts_on_where_another_has_ended() -> None:
    memory = MetricsMemory()
    first = memory.slot(0)
    first.cells[first.position(("GET", "/ä", 2)) + 3] += 4
    first.set_gauges(Gauges(connections=7, requests=2, websockets=1))
    other = memory.slot(2)
    other.set_gauges(Gauges(connections=1))
    memory.reserve(0)
    second = memory.slot(0)
    second.cells[second.position(("GET", "/ä", 2)) + 3] += 1
    none = [0] * (len(BOUNDS) + 1)
    overflow = Series("_OTHER", "", 0, none, 0)
    assert list(memory.read()) == [
        Snapshot(Gauges(), [overflow, Series("GET", "/ä", 2, [0, 0, 0, 5, *none[4:]], 0)]),
        Snapshot(Gauges(connections=1), [overflow]),
    ]


def test_a_full_slot_counts_what_is_new_in_one_place() -> None:
    memory = MetricsMemory()
    slot = memory.slot(0)
    positions = {slot.position(("GET", f"/{number:0100}", 2)) for number in range(20_000)}
    last = slot.position(("GET", "/one/more", 2))
    assert last == slot.position(("_OTHER", "", 0))
    assert last in positions
    assert slot.position(("GET", f"/{0:0100}", 2)) != last
    (snapshot,) = memory.read()
    assert len(snapshot.series) == len(positions)


def test_the_text_of_metrics() -> None:
    zeros = [0] * 10
    slots = [
        Snapshot(
            Gauges(3, 1, 0),
            [
                Series("GET", "/items/{id}", 2, [1, 2, 0, *zeros, 1], 1_500_000_000),
                Series("GET", "/items/{id}", 5, [0, 1, 0, *zeros, 0], 2_000_000),
                Series("_OTHER", "", 0, [0] * 14, 0),
            ],
        ),
        Snapshot(Gauges(2, 0, 1), [Series("GET", "/items/{id}", 2, [4, 0, 0, *zeros, 0], 500_000)]),
        Snapshot(Gauges(), [Series("GET", '/"\\\n', 4, [1, 0, 0, *zeros, 0], 1000)]),
    ]
    text = exposition(slots)
    assert [line for line in text.splitlines() if "_bucket" not in line] == [
        "# HELP http_requests_total Requests that were answered, or whose client left before (4xx).",
        "# TYPE http_requests_total counter",
        r'http_requests_total{method="GET",route="/\"\\\n",status="4xx"} 1',
        'http_requests_total{method="GET",route="/items/{id}",status="2xx"} 8',
        'http_requests_total{method="GET",route="/items/{id}",status="5xx"} 1',
        "# HELP http_request_duration_seconds Time from a request's head to the end of its response.",
        "# TYPE http_request_duration_seconds histogram",
        r'http_request_duration_seconds_sum{method="GET",route="/\"\\\n"} 1e-06',
        r'http_request_duration_seconds_count{method="GET",route="/\"\\\n"} 1',
        'http_request_duration_seconds_sum{method="GET",route="/items/{id}"} 1.5025',
        'http_request_duration_seconds_count{method="GET",route="/items/{id}"} 9',
        "# HELP http_requests_in_flight Requests that are worked on.",
        "# TYPE http_requests_in_flight gauge",
        "http_requests_in_flight 1",
        "# HELP http_connections Open connections.",
        "# TYPE http_connections gauge",
        "http_connections 5",
        "# HELP websocket_connections Those of them that carry WebSocket messages.",
        "# TYPE websocket_connections gauge",
        "websocket_connections 1",
    ]
    labels = 'http_request_duration_seconds_bucket{method="GET",route="/items/{id}"'
    buckets = [line for line in text.splitlines() if line.startswith(labels)]
    assert [buckets[0], buckets[1], buckets[-2], buckets[-1]] == [
        f'{labels},le="0.001"}} 5',
        f'{labels},le="0.0025"}} 8',
        f'{labels},le="10"}} 8',
        f'{labels},le="+Inf"}} 9',
    ]
