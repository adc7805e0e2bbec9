"""``python -m bench validation``: measure in the environment of the contenders, report, judge."""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bench.environment import describe_machine, installed_here, prepare, revision
from bench.errors import BenchError
from bench.validation.report import markdown_report, text_report
from bench.validation.results import Measurement, Results, judge

__all__ = ["main"]

_ROOT: Final = Path(__file__).parents[2]
_RESULTS: Final = _ROOT / "bench" / "results"


def main(words: Sequence[str]) -> int:
    """Run the harness; return the exit code: 0, 1 for missed targets, 2 when it cannot run."""
    arguments = _parse(words)
    try:
        results = _measure(arguments)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    print(text_report(results))
    _write_files(results, arguments.name)
    if arguments.check and not all(verdict.passed for verdict in judge(results)):
        print("bench: targets are missed or were not measured", file=sys.stderr)
        return 1
    return 0


def _parse(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench validation", description="Measure the validation engine against pydantic."
    )
    pythons = parser.add_mutually_exclusive_group()
    pythons.add_argument("--python", metavar="X.Y", help="default: 3.13 when it can be had")
    pythons.add_argument(
        "--here", action="store_true", help="this interpreter; pydantic must be installed beside Bolide"
    )
    parser.add_argument("--rounds", type=int, default=30, help="per case (default 30)")
    parser.add_argument("--case", action="append", metavar="NAME", help="only this; repeatable")
    parser.add_argument(
        "--types", action=argparse.BooleanOptionalAction, default=True, help="also type by type"
    )
    parser.add_argument("--name", default="local/validation", help="of the files in bench/results/")
    parser.add_argument("--check", action="store_true", help="exit with 1 unless every target is reached")
    return parser.parse_args(words)


def _measure(arguments: argparse.Namespace) -> Results:
    if arguments.here:
        python, version, versions = Path(sys.executable), platform.python_version(), installed_here()
    else:
        environment = prepare(arguments.python)
        python, version, versions = environment.scripts / "python", environment.python, environment.versions
    started = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    machine = describe_machine()
    tables: dict[str, list[Measurement]] = {"cases": [], "types": []}
    for plain in _worker_lines(python, arguments):
        tables[plain.pop("table")].append(Measurement(**plain))
    settings = {"rounds": arguments.rounds}
    return Results(started, revision(), machine, version, versions, settings, **tables)


def _worker_lines(python: Path, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Run the worker; return what it tells, a dictionary per case."""
    command = [str(python), "-m", "bench.validation.worker", "--rounds", str(arguments.rounds)]
    command += [word for name in arguments.case or () for word in ("--case", name)]
    command += [] if arguments.types else ["--no-types"]
    lines: list[dict[str, Any]] = []
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        for line in worker.stdout:
            lines.append(json.loads(line))
            print(f"measured: {lines[-1]['title']}", file=sys.stderr)
    if worker.returncode != 0:
        raise BenchError("the measurement failed")
    return lines


def _write_files(results: Results, name: str) -> None:
    target = _RESULTS / name
    target.parent.mkdir(parents=True, exist_ok=True)
    for suffix, text in {".json": results.to_json(), ".md": markdown_report(results)}.items():
        file = target.with_name(target.name + suffix)
        file.write_text(text, encoding="utf-8")
        print(f"written: {file.relative_to(_ROOT)}")
