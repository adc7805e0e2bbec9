"""The benchmark of documents: that both are made, and how its verdict is made."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench import openapi
from bench.apps import startup_app
from bench.errors import BenchError
from bench.openapi import measure_documents, report


@pytest.mark.parametrize("framework", ["bolide", "fastapi"])
def test_document_of_each_framework_is_measured(framework: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup_app, "OUTER_ROUTERS", 1)
    monkeypatch.setattr(startup_app, "GROUPS", 1)
    app = startup_app.build(framework)
    assert startup_app.measure_document(app, framework) > 0
    monkeypatch.setattr(startup_app, "GROUPS", 2)
    with pytest.raises(SystemExit, match=f"{framework} described 10 paths"):
        startup_app.measure_document(app, framework)


def test_frameworks_take_turns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "app.py"
    script.write_text("import sys; print({'bolide-document': 1.5, 'fastapi-document': 8}[sys.argv[1]])")
    monkeypatch.setattr(openapi, "_APPLICATION", script)
    assert measure_documents(Path(sys.executable), 2) == {"fastapi": [8.0, 8.0], "bolide": [1.5, 1.5]}


def test_run_that_fails_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "app.py"
    script.write_text("raise SystemExit('no such framework')")
    monkeypatch.setattr(openapi, "_APPLICATION", script)
    with pytest.raises(BenchError, match="no such framework"):
        measure_documents(Path(sys.executable), 1)


def test_smallest_runs_are_compared() -> None:
    lines, passed = report({"fastapi": [3000, 2000, 4000], "bolide": [500, 700, 900]})
    assert passed
    assert lines == [
        "framework   CPU ms (median)",
        "fastapi        2000 ( 3000)",
        "bolide          500 (  700)",
        "document as JSON: 0.25 of FastAPI (target 0.25)",
    ]
    assert not report({"fastapi": [2000], "bolide": [501]})[1]
