"""The arithmetic of results: which number counts, and which target it reaches."""

from __future__ import annotations

import json

import pytest

from bench.results import Results, Stretch, Summary, Table, judge


def stretches(*microseconds: int) -> list[Stretch]:
    return [Stretch(requests=1000, seconds=2.0, cpu_nanoseconds=each * 1_000_000) for each in microseconds]


def table() -> Table:
    return Table(
        python="3.13.0",
        versions={"fastapi": "0.1"},
        stretches={
            "plaintext": {"fastapi": stretches(140, 120, 130), "bolide-native": stretches(25, 22, 20)},
            "json": {"fastapi": stretches(120), "bolide-native": stretches(24), "bare-asgi": stretches(40)},
        },
        import_milliseconds={"bare": [12.0, 10.0], "bolide": [70.0, 60.0], "fastapi": [240.0, 210.0]},
        skipped={},
    )


def test_summary_is_smallest_median_largest() -> None:
    assert Summary.of([9.0, 1.0, 4.0]) == Summary(smallest=1.0, median=4.0, largest=9.0)


def test_a_stretch_divides_cpu_by_requests() -> None:
    assert Stretch(requests=40_000, seconds=2.0, cpu_nanoseconds=1_900_000_000).microseconds == 47.5


def test_the_smallest_round_counts() -> None:
    assert table().cost("plaintext", "bolide-native") == 20.0


def test_import_cost_is_smallest_run_less_bare_interpreter() -> None:
    assert table().import_cost("bolide") == 50.0
    assert table().import_cost("granian") is None


@pytest.mark.parametrize(
    ("workload", "reference", "ratio", "passed"),
    [
        pytest.param("plaintext", "fastapi", 20 / 120, True, id="exactly at the limit"),
        pytest.param("json", "fastapi", 24 / 120, False, id="above the limit"),
        pytest.param("json", "bare-asgi", 24 / 40, True, id="another reference"),
        pytest.param("import", "fastapi", 50 / 200, True, id="import"),
        pytest.param("orders", "fastapi", None, False, id="not measured"),
    ],
)
def test_targets_are_ratios_of_what_counts(
    workload: str, reference: str, ratio: float | None, passed: bool
) -> None:
    [verdict] = [
        verdict
        for verdict in judge(table())
        if verdict.target.workload == workload
        and verdict.target.reference == reference
        and verdict.target.contender in ("bolide", "bolide-native")
    ]
    assert verdict.ratio == (None if ratio is None else pytest.approx(ratio))
    assert verdict.passed is passed


def test_json_spells_out_every_round() -> None:
    results = Results("2026-11-22 17:39 UTC", "abc1234", {"cores": "2"}, {"rounds": 3}, [table()])
    document = json.loads(results.to_json())
    assert document["revision"] == "abc1234"
    assert document["tables"][0]["stretches"]["plaintext"]["fastapi"][1] == {
        "requests": 1000,
        "seconds": 2.0,
        "cpu_nanoseconds": 120_000_000,
        "microseconds_per_request": 120.0,
    }
