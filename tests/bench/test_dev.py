"""The benchmark of development: how its verdict is made."""

from __future__ import annotations

from bench.dev import Waits, report


def test_smallest_waits_are_compared() -> None:
    waits = {
        "fastapi": [Waits(4.0, [2.0, 1.5]), Waits(5.0, [1.8])],
        "bolide": [Waits(1.5, [0.5, 0.3]), Waits(0.9, [0.4])],
    }
    assert report(waits) == (
        [
            "command         start ms (median)   save ms (median)",
            "fastapi dev       4000 ( 4500)       1500 ( 1800)",
            "bolide dev         900 ( 1200)        300 (  400)",
            "start to the first 200: 0.23 of FastAPI (target 0.25)",
            "save to the new response: 0.20 of FastAPI (target 0.33)",
        ],
        True,
    )
    slow = {**waits, "bolide": [Waits(1.1, [0.3])]}
    assert report(slow)[1] is False
