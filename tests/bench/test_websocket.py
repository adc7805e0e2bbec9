"""The benchmark of WebSocket messages, against Bolide's own server alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench import websocket
from bench.results import Summary
from bench.websocket_load import frame_of

COSTS = {
    "fastapi": Summary(40.0, 41.0, 42.0),
    "bare-asgi": Summary(20.0, 21.0, 22.0),
    "bolide-uvicorn": Summary(30.0, 31.0, 32.0),
    "bolide-native": Summary(10.0, 11.0, 12.0),
}


def test_messages_are_masked_and_echoes_are_not() -> None:
    assert frame_of(3) == (b"\x81\x83\x12\x34\x56\x78\x73\x56\x35", b"\x81\x03abc")


def test_the_report_compares_with_the_bare_application() -> None:
    text, passed = websocket.report(COSTS)
    assert passed
    assert text.splitlines()[-1] == "Bolide on its own server / bare on uvicorn: 0.50 (target 0.80: reached)"
    assert not websocket.report({**COSTS, "bolide-native": Summary(16.2, 17.0, 18.0)})[1]


@pytest.mark.full
def test_a_short_run_measures_every_contender() -> None:
    costs = websocket.measure(Path(sys.executable).parent, rounds=1, seconds=0.2, connections=4)
    assert set(costs) == set(COSTS)
    assert all(0 < cost.smallest < 10_000 for cost in costs.values())
