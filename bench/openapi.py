"""What it costs to make the OpenAPI document of a large application.

    python -m bench openapi

CPU time of the document of 1,000 typed routes in 50 nested routers, as JSON text. The application stands and
is ready to serve by then: Bolide has compiled its routes, FastAPI has read its signatures. Both take turns in
processes of their own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Final

from bench.environment import prepare
from bench.errors import BenchError

__all__ = ["main", "measure_documents", "report"]

SUBJECTS: Final = ("fastapi", "bolide")
_APPLICATION: Final = Path(__file__).parent / "apps" / "startup_app.py"
_TARGET: Final = 1 / 4


def main(arguments: list[str]) -> int:
    """Measure, print, and return the exit code: 0, 1 for a missed target, 2 when it cannot run."""
    parser = argparse.ArgumentParser(
        prog="python -m bench openapi", description="Measure the making of OpenAPI documents."
    )
    parser.add_argument("--python", metavar="X.Y", help="default: 3.13 when it can be had")
    parser.add_argument("--rounds", type=int, default=5, help="of each framework (default 5)")
    options = parser.parse_args(arguments)
    try:
        python = prepare(options.python).scripts / "python"
        times = measure_documents(python, max(1, options.rounds))
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    lines, passed = report(times)
    print("\n".join(lines))
    return 0 if passed else 1


def measure_documents(python: Path, rounds: int) -> dict[str, list[float]]:
    """Return the CPU milliseconds of *rounds* alternated runs by framework.

    Raises:
        BenchError: a run fails.
    """
    times: dict[str, list[float]] = {subject: [] for subject in SUBJECTS}
    for _ in range(rounds):
        for subject in SUBJECTS:
            times[subject].append(_run(python, subject))
    return times


def report(times: dict[str, list[float]]) -> tuple[list[str], bool]:
    """Return the table as lines, and whether the target is reached; the smallest run counts."""
    lines = ["framework   CPU ms (median)"]
    lines += [f"{name:8} {min(runs):10.0f} ({median(runs):5.0f})" for name, runs in times.items()]
    ratio = min(times["bolide"]) / min(times["fastapi"])
    lines.append(f"document as JSON: {ratio:.2f} of FastAPI (target {_TARGET:.2f})")
    return lines, ratio <= _TARGET


def _run(python: Path, subject: str) -> float:
    command = [str(python), str(_APPLICATION), f"{subject}-document"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise BenchError(f"{' '.join(command)} failed:\n{run.stderr}")
    return float(run.stdout)
