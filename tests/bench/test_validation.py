"""``python -m bench validation``: its arithmetic, its fairness, and one real measurement."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.errors import BenchError
from bench.validation.agreement import require_agreement
from bench.validation.report import text_report
from bench.validation.results import Measurement, Results, Verdict, judge
from bench.validation.timing import measure

DECODE = Measurement(
    "decode",
    "decode a model",
    {"bolide": [400.0, 800.0, 380.0], "pydantic": [1000.0, 2000.0, 1000.0], "fastapi": [4000.0] * 3},
)


def results(*cases: Measurement, types: tuple[Measurement, ...] = ()) -> Results:
    machine = {"cpu": "some", "cores": "2", "system": "Linux", "load_average": "0"}
    return Results("today", "abc", machine, "3.13.0", {}, {"rounds": 3}, list(cases), list(types))


def verdict(case: str, reference: str, measured: Results) -> Verdict:
    [found] = [
        each for each in judge(measured) if (each.target.case, each.target.reference) == (case, reference)
    ]
    return found


def test_a_ratio_is_the_median_over_rounds() -> None:
    assert DECODE.ratio("bolide", "pydantic") == 0.4
    assert DECODE.ratio("bolide", "granian") is None


def test_targets_are_held_against_ratios() -> None:
    measured = results(DECODE)
    assert verdict("decode", "pydantic", measured).passed
    assert verdict("decode", "fastapi", measured).passed
    assert verdict("memory", "pydantic", measured) == Verdict(
        verdict("memory", "pydantic", measured).target, "memory", None
    )
    assert not verdict("memory", "pydantic", measured).passed


def test_a_type_that_is_slower_is_marked() -> None:
    slow = Measurement("bytes", "bytes", {"bolide": [3000.0], "pydantic": [2000.0]})
    missing = Measurement("deque", "deque", {}, "TypeHintError: no deque")
    [row] = [
        line for line in text_report(results(types=(slow, missing))).splitlines() if line.startswith("bytes")
    ]
    assert row.split() == ["bytes", "3.00", "(3.00)", "2.00", "(2.00)", "1.50", "SLOWER"]
    assert "Not measured: deque: TypeHintError: no deque" in text_report(results(types=(missing,)))


def test_contenders_take_turns() -> None:
    calls: list[str] = []
    rounds = measure(
        {name: lambda name=name: calls.append(name) for name in ("one", "other")},  # type: ignore[misc]
        rounds=2,
        chunk_nanoseconds=1,
    )
    assert {name: len(costs) for name, costs in rounds.items()} == {"one": 2, "other": 2}
    assert calls[-4:] == ["one", "other", "other", "one"]


def test_contenders_that_disagree_are_not_compared() -> None:
    require_agreement({"one": lambda: [{"a": 1}], "other": lambda: ({"a": 1},)})
    with pytest.raises(BenchError, match=r"one gives 1, other gives 2"):
        require_agreement({"one": lambda: 1, "other": lambda: 2})


def test_a_case_is_measured_in_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "bench.validation.worker", "--rounds", "1", "--case", "decode"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2], timeout=60
    )
    [line] = done.stdout.splitlines()
    told = json.loads(line)
    assert (told["table"], told["case"], told["obstacle"]) == ("cases", "decode", None)
    assert {name: len(costs) for name, costs in told["rounds"].items()} == {
        "bolide": 1,
        "pydantic": 1,
        "fastapi": 1,
    }
