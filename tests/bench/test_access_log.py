"""The benchmark of the access log, without measuring."""

from __future__ import annotations

from bench import access_log
from bench.results import Summary

COSTS = {
    "uvicorn-quiet": Summary(30.0, 31.0, 32.0),
    "uvicorn": Summary(50.0, 51.0, 52.0),
    "native-quiet": Summary(10.0, 11.0, 12.0),
    "native-short": Summary(14.0, 15.0, 16.0),
    "native-combined": Summary(15.0, 16.0, 17.0),
    "native-json": Summary(16.0, 17.0, 18.0),
}


def test_the_report_compares_what_the_logs_add() -> None:
    text, passed = access_log.report(COSTS)
    assert passed
    assert text.splitlines()[-4:] == [
        "uvicorn's line adds 20.00 µs",
        "native-short adds 4.00 µs: 0.20 (target 0.50: reached)",
        "native-combined adds 5.00 µs: 0.25 (target 0.50: reached)",
        "native-json adds 6.00 µs: 0.30 (target 0.50: reached)",
    ]


def test_every_form_has_to_reach_the_target() -> None:
    text, passed = access_log.report({**COSTS, "native-json": Summary(20.5, 21.0, 22.0)})
    assert not passed
    assert text.endswith("native-json adds 10.50 µs: 0.53 (target 0.50: MISSED)")
