"""The start-up benchmark: what its application answers, and how its verdict is made."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench import startup
from bench.apps import startup_app
from bench.errors import BenchError
from bench.startup import Cost, measure_startup, report


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup_app, "OUTER_ROUTERS", 1)
    monkeypatch.setattr(startup_app, "GROUPS", 1)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("framework", ["bolide", "fastapi"])
def test_both_frameworks_serve_the_same_application(framework: str) -> None:
    app = startup_app.build(framework)
    paths = app.openapi()["paths"]
    assert sum(map(len, paths.values())) == 25
    thing = {"title": "x", "price": 1.5, "tags": [], "parts": [], "note": None, "id": 7}
    assert asyncio.run(startup_app.ask(app, "/area0/part3/things0/7")) == (200, thing)


def test_application_has_a_thousand_routes() -> None:
    routers = startup_app.OUTER_ROUTERS * (1 + startup_app.INNER_ROUTERS)
    assert (routers, routers * startup_app.GROUPS * 5) == (50, 1000)


COSTS = {
    "bare": [Cost(20, 1024), Cost(10, 1024)],
    "fastapi": [Cost(3010, 103424)],
    "bolide": [Cost(910, 41984), Cost(1010, 41984)],
    "bolide-compiled": [Cost(1510, 52224)],
}


def test_smallest_runs_are_compared_less_the_bare_interpreter() -> None:
    lines, passed = report(COSTS, 1000, 1100)
    assert passed
    assert lines[-4:] == [
        "CPU to the first answer: 0.30 of FastAPI (target 0.33)",
        "memory: 0.40 of FastAPI (target 0.50)",
        "CPU with every handler compiled: 0.50 of FastAPI (target 0.67)",
        "matching: 1000 ns with 10 routes, 1100 ns with 5,000: 1.10 (target 1.15)",
    ]


@pytest.mark.parametrize(
    ("costs", "many"),
    [
        pytest.param({**COSTS, "bolide": [Cost(1510, 41984)]}, 1100, id="CPU"),
        pytest.param({**COSTS, "bolide": [Cost(910, 61984)]}, 1100, id="memory"),
        pytest.param({**COSTS, "bolide-compiled": [Cost(2510, 1024)]}, 1100, id="compiled"),
        pytest.param(COSTS, 1200, id="matching"),
    ],
)
def test_each_target_counts(costs: dict[str, list[Cost]], many: float) -> None:
    assert report(costs, 1000, many)[1] is False


def test_failing_subject_is_named() -> None:
    with pytest.raises(BenchError, match="/bin/false -c pass failed"):
        measure_startup(Path("/bin/false"), 1)


def test_matching_is_measured() -> None:
    assert all(0 < each < 1_000_000 for each in startup.match_nanoseconds(10, 20))
