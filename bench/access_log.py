"""What a line of the access log costs.

    python -m bench access-log

Each server runs twice at once, with its access log (written to a file) and without. Measured is the CPU time
per request of ``json``, as ``python -m bench`` measures it; the difference of the two is the cost of a line.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import wrk
from bench.contenders import Command, Contender
from bench.environment import prepare
from bench.errors import BenchError
from bench.measure import Plan, measure_workload
from bench.results import Summary
from bench.workloads import WORKLOADS, Workload

__all__ = ["CONTENDERS", "TARGET", "main", "measure", "report"]

TARGET: Final = 0.50
"""Largest cost of a line on Bolide's server, as a part of what uvicorn's line costs."""

_WORKLOAD: Final = next(each for each in WORKLOADS if each.name == "json")


def _uvicorn(*options: str) -> Command:
    def command(scripts: Path, workload: Workload, port: int) -> list[str]:
        fixed = ["--loop", "uvloop", "--http", "httptools", "--no-proxy-headers", "--no-server-header"]
        app = ["bench.apps.bare_app:app", "--lifespan", "off", "--port", str(port)]
        return [str(scripts / "uvicorn"), *app, *fixed, *options]

    return command


def _native(*options: str) -> Command:
    def command(scripts: Path, workload: Workload, port: int) -> list[str]:
        app = ["bench.apps.bolide_app:app", "--port", str(port)]
        return [str(scripts / "bolide"), "run", *app, *options]

    return command


CONTENDERS: Final = (
    Contender("uvicorn-quiet", "bare ASGI app on uvicorn", _uvicorn("--no-access-log")),
    Contender("uvicorn", "bare ASGI app on uvicorn, access log", _uvicorn("--no-use-colors")),
    Contender("native-quiet", "Bolide", _native("--no-access-log")),
    Contender("native-short", "Bolide, access log, uvicorn's line", _native()),
    Contender("native-combined", "Bolide, access log, combined", _native("--access-log-format", "combined")),
    Contender("native-json", "Bolide, access log, JSON", _native("--access-log-format", "json")),
)

_ADDITIONS: Final = (
    ("uvicorn", "uvicorn-quiet"),
    ("native-short", "native-quiet"),
    ("native-combined", "native-quiet"),
    ("native-json", "native-quiet"),
)


@dataclass(frozen=True, slots=True)
class Addition:
    """What the log adds, in microseconds, and that as a part of uvicorn's addition."""

    name: str
    microseconds: float
    ratio: float


def main(arguments: list[str]) -> int:
    """Measure, print, and return the exit code: 0, 1 for a missed target, 2 when it cannot run."""
    parser = argparse.ArgumentParser(
        prog="python -m bench access-log", description="Measure CPU per line of the access log."
    )
    parser.add_argument("--python", metavar="X.Y", help="default: 3.13 when it can be had")
    parser.add_argument("--rounds", type=int, default=5, help="stretches per contender (default 5)")
    parser.add_argument("--seconds", type=int, default=2, help="of one stretch (default 2)")
    parser.add_argument("--connections", type=int, default=64, help="open connections (default 64)")
    options = parser.parse_args(arguments)
    try:
        wrk.require_tools()
        plan = Plan(options.rounds, options.seconds, options.connections)
        costs = measure(prepare(options.python).scripts, plan)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    text, passed = report(costs)
    print(text)
    return 0 if passed else 1


def measure(scripts: Path, plan: Plan) -> dict[str, Summary]:
    """Return the CPU microseconds per request of each contender.

    Raises:
        BenchError: one does not start, or gives a wrong answer.
    """
    run = measure_workload(_WORKLOAD, CONTENDERS, scripts, plan, note=lambda _: None)
    if run.skipped:
        raise BenchError("; ".join(run.skipped.values()))
    return {
        name: Summary.of([each.microseconds for each in stretches])
        for name, stretches in run.stretches.items()
    }


def additions(costs: Mapping[str, Summary]) -> list[Addition]:
    """Return what each log adds; uvicorn's stands first."""
    added = {loud: costs[loud].smallest - costs[quiet].smallest for loud, quiet in _ADDITIONS}
    return [Addition(name, cost, cost / added["uvicorn"]) for name, cost in added.items()]


def report(costs: Mapping[str, Summary]) -> tuple[str, bool]:
    """Return a table of *costs*, and whether every form reaches the target."""
    lines = ["CPU µs per request                        smallest  median  largest"]
    for contender in CONTENDERS:
        cost = costs[contender.name]
        lines.append(f"{contender.title:40}  {cost.smallest:8.2f}  {cost.median:6.2f}  {cost.largest:7.2f}")
    theirs, *ours = additions(costs)
    lines.append(f"uvicorn's line adds {theirs.microseconds:.2f} µs")
    for each in ours:
        verdict = "reached" if each.ratio <= TARGET else "MISSED"
        lines.append(
            f"{each.name} adds {each.microseconds:.2f} µs: {each.ratio:.2f} (target {TARGET:.2f}: {verdict})"
        )
    return "\n".join(lines), all(each.ratio <= TARGET for each in ours)
