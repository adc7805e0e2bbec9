"""``python -m bench``: measure, report, judge."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bench import wrk
from bench.access_log import main as measure_access_log
from bench.chart import bar_chart
from bench.connections import main as measure_connections
from bench.contenders import CONTENDERS
from bench.dev import main as measure_dev
from bench.environment import PYTHONS, Environment, describe_machine, prepare, revision
from bench.errors import BenchError
from bench.import_cost import measure_import_cost
from bench.measure import Plan, measure_workload
from bench.openapi import main as measure_openapi
from bench.report import markdown_report, text_report
from bench.results import Results, Stretch, Table, judge
from bench.server import SERVER_CORE
from bench.startup import main as measure_startup
from bench.validation.command import main as measure_validation
from bench.websocket import main as measure_websocket
from bench.workloads import WORKLOADS

_RESULTS: Final = Path(__file__).parent / "results"
_IMPORT_ROUNDS: Final = 7


def main() -> int:
    """Run the harness; return the exit code: 0, 1 for missed targets, 2 when it cannot run."""
    if sys.argv[1:2] == ["validation"]:
        return measure_validation(sys.argv[2:])
    if sys.argv[1:2] == ["openapi"]:
        return measure_openapi(sys.argv[2:])
    if sys.argv[1:2] == ["connections"]:
        return measure_connections(sys.argv[2:])
    if sys.argv[1:2] == ["dev"]:
        return measure_dev(sys.argv[2:])
    if sys.argv[1:2] == ["startup"]:
        return measure_startup(sys.argv[2:])
    if sys.argv[1:2] == ["access-log"]:
        return measure_access_log(sys.argv[2:])
    if sys.argv[1:2] == ["websocket"]:
        return measure_websocket(sys.argv[2:])
    if sys.argv[1:2] == ["layers"]:
        from bench.layers import main as measure_layers  # runs the application in this interpreter

        return measure_layers()
    arguments = _parse_arguments()
    try:
        _require_machine()
        results = _measure_all(arguments)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    print(text_report(results))
    _write_files(results, arguments.name)
    if arguments.check and not all(verdict.passed for verdict in judge(results.tables[0])):
        print("bench: targets are missed or were not measured", file=sys.stderr)
        return 1
    return 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure server CPU microseconds per request.",
        epilog="python -m bench validation measures the validation engine, python -m bench startup large "
        "applications, python -m bench openapi their documents, python -m bench connections what idle and "
        "slow connections cost, python -m bench websocket messages, python -m bench access-log lines of the "
        "access log.",
    )
    pythons = parser.add_mutually_exclusive_group()
    pythons.add_argument("--python", metavar="X.Y", help="default: 3.13 when it can be had")
    pythons.add_argument("--all-pythons", action="store_true", help=f"a table each for {', '.join(PYTHONS)}")
    parser.add_argument("--rounds", type=_positive, default=5, help="stretches per contender (default 5)")
    parser.add_argument("--seconds", type=_positive, default=2, help="of one stretch (default 2)")
    parser.add_argument("--connections", type=_positive, default=64, help="open connections (default 64)")
    parser.add_argument(
        "--workload", action="append", choices=[each.name for each in WORKLOADS], help="only this; repeatable"
    )
    parser.add_argument(
        "--contender",
        action="append",
        choices=[each.name for each in CONTENDERS],
        help="only this; repeatable",
    )
    parser.add_argument("--name", default="local/latest", help="of the files in bench/results/")
    parser.add_argument(
        "--check", action="store_true", help="exit with 1 unless the (first) table reaches every target"
    )
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _require_machine() -> None:
    wrk.require_tools()
    if not {SERVER_CORE, wrk.CLIENT_CORE} <= os.sched_getaffinity(0):
        raise BenchError(
            f"cores {SERVER_CORE} and {wrk.CLIENT_CORE} are needed: one for servers, one for wrk"
        )


def _measure_all(arguments: argparse.Namespace) -> Results:
    started = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    machine = describe_machine()
    plan = Plan(arguments.rounds, arguments.seconds, arguments.connections)
    wanted: list[str | None] = list(PYTHONS) if arguments.all_pythons else [arguments.python]
    environments = [prepare(python) for python in wanted]
    tables = [_measure_table(environment, plan, arguments) for environment in environments]
    settings = {"rounds": plan.rounds, "seconds": plan.seconds, "connections": plan.connections}
    return Results(started, revision(), machine, settings, tables)


def _measure_table(environment: Environment, plan: Plan, arguments: argparse.Namespace) -> Table:
    contenders = [each for each in CONTENDERS if each.name in (arguments.contender or [each.name])]
    workloads = [each for each in WORKLOADS if each.name in (arguments.workload or [each.name])]
    _note(f"Python {environment.python}: import cost")
    imports = measure_import_cost(environment.scripts / "python", max(plan.rounds, _IMPORT_ROUNDS))
    stretches: dict[str, dict[str, list[Stretch]]] = {}
    skipped: dict[str, str] = {}
    for workload in workloads:
        run = measure_workload(workload, contenders, environment.scripts, plan, note=_note)
        stretches[workload.name] = run.stretches
        skipped |= run.skipped
    return Table(environment.python, environment.versions, stretches, imports, skipped)


def _note(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _write_files(results: Results, name: str) -> None:
    """Write JSON and Markdown, and a chart per Python, into the folder of results."""
    target = _RESULTS / name
    target.parent.mkdir(parents=True, exist_ok=True)
    documents = {".json": results.to_json(), ".md": markdown_report(results)}
    for table in results.tables:
        documents[f"-{'.'.join(table.python.split('.')[:2])}.svg"] = bar_chart(table)
    for suffix, text in documents.items():
        file = target.with_name(target.name + suffix)
        file.write_text(text, encoding="utf-8")
        print(f"written: {file.relative_to(_RESULTS.parent.parent)}")


if __name__ == "__main__":
    sys.exit(main())
