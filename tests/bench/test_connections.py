"""The benchmark of connections: its parts on a small server, and how its verdict is made."""

from __future__ import annotations

import dataclasses
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from bench import connections
from bench.connections import Figures, percentile, report
from bench.workloads import WORKLOADS

FIGURES = Figures(
    idle={"bolide-native": 3072.0, "bare-asgi": 6144.0},
    quiet=0.001,
    slow=0.0012,
    outlived=0,
    pipelined={"bolide-native": 8.0, "bare-asgi": 32.0},
)


def test_the_report_names_figures_and_targets() -> None:
    assert report(FIGURES, idle=10000, slow=5000) == (
        [
            "10000 idle connections: 3.0 KiB each, uvicorn 6.0: 0.50 (target 0.6)",
            "5000 slow connections: p99 1.20 ms, without them 1.00: 1.20 (target 1.5); "
            "0 outlived the header timeout (target 0)",
            "16 pipelined requests: 8.0 µs each, uvicorn 32.0: 0.25 (target 0.35)",
        ],
        True,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"idle": {"bolide-native": 4000.0, "bare-asgi": 6144.0}},
        {"slow": 0.0016},
        {"outlived": 1},
        {"pipelined": {"bolide-native": 12.0, "bare-asgi": 32.0}},
    ],
)
def test_each_missed_target_fails(change: dict[str, object]) -> None:
    changed = dataclasses.replace(FIGURES, **change)  # type: ignore[arg-type]
    assert not report(changed, idle=1, slow=1)[1]


@pytest.mark.parametrize(("part", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_one_of_the_values(part: float, value: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], part) == value


@pytest.fixture
def port() -> Iterator[int]:
    """Return the port of a server that answers every piece it gets on one connection, then closes."""
    answer = next(workload for workload in WORKLOADS if workload.name == "plaintext").answer
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            with client:
                while client.recv(4096):
                    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_the_paced_client_measures_each_answer(port: int) -> None:
    slow, other = socket.socketpair()
    with slow, other:
        times = connections._paced(port, [slow], 0.3)
        assert len(times) > 5
        assert max(times) < 0.3
        assert other.recv(10) == b"x"


def test_closed_connections_are_told_from_open_ones() -> None:
    open_one, peer = socket.socketpair()
    closed_one, other = socket.socketpair()
    other.close()
    with open_one, peer, closed_one:
        assert connections._still_open([open_one, closed_one], time.monotonic() + 0.1) == 1
