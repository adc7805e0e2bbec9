"""What a reader of a report sees."""

from __future__ import annotations

from xml.etree import ElementTree

from bench.chart import bar_chart
from bench.contenders import CONTENDERS
from bench.report import markdown_report, text_report
from bench.results import Results, Stretch, Table

MACHINE = {"cpu": "A CPU", "cores": "2", "system": "Linux 6.1 x86_64", "load_average": "0.10 0.20 0.30"}
TABLE = Table(
    python="3.13.0",
    versions={"fastapi": "0.1", "uvicorn": "0.2"},
    stretches={
        "json": {
            "fastapi": [Stretch(1000, 1.0, 100_000_000), Stretch(1000, 1.0, 120_000_000)],
            "bolide-native": [Stretch(1000, 1.0, 20_000_000)],
        }
    },
    import_milliseconds={"bare": [10.0], "fastapi": [210.0]},
    skipped={"floor": "floor: ended with 1: no uvloop"},
)
RESULTS = Results(
    "2026-11-22 17:39 UTC",
    "abc1234",
    MACHINE,
    {"rounds": 2, "seconds": 1, "connections": 16},
    [TABLE],
)


def test_text_report_aligns_costs_and_names_missed_targets() -> None:
    lines = text_report(RESULTS).splitlines()
    assert "workload  contender      min    median  max    ÷ fastapi" in lines
    assert "json      fastapi        100.0  110.0   120.0  1.00" in lines
    assert "json      bolide-native  20.0   20.0    20.0   0.200 (1/5.0)" in lines
    verdict = "json: bolide-native ÷ fastapi             0.200 (1/5.0)  ≤ 1/6    MISSED"
    assert verdict in lines
    assert "Skipped: floor: ended with 1: no uvloop" in lines
    assert "Versions: fastapi 0.1, uvicorn 0.2" in lines


def test_markdown_report_has_tables() -> None:
    lines = markdown_report(RESULTS).splitlines()
    assert "## Python 3.13.0: server CPU per request, µs" in lines
    assert "| json | fastapi | 100.0 | 110.0 | 120.0 | 1.00 |" in lines
    assert "| json: bolide-native ÷ fastapi | 0.200 (1/5.0) | ≤ 1/6 | MISSED |" in lines
    assert "Import and make an app, CPU above the bare interpreter: fastapi 200 ms." in lines


def test_chart_draws_bars_in_proportion() -> None:
    root = ElementTree.fromstring(bar_chart(TABLE))
    bars = [float(rect.attrib["width"]) for rect in root.iter("{http://www.w3.org/2000/svg}rect")][1:]
    assert bars == [268.0, 53.6]
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "json: a small JSON object" in texts
    assert texts[-2:] == ["bolide-native", "20.0"]


def test_every_contender_can_be_drawn() -> None:
    stretches = {"json": {contender.name: [Stretch(1000, 1.0, 20_000_000)] for contender in CONTENDERS}}
    table = Table("3.13.0", {}, stretches, {}, {})
    assert bar_chart(table).count("<rect") >= len(CONTENDERS)
