"""What it costs to start a large application, and to find one route among many.

    python -m bench startup

CPU time and memory of a fresh interpreter that makes an application of 1,000 typed routes in 50 nested
routers and answers one request, less those of one that does nothing; then the time of one match, with 10 and
with 5,000 routes.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from statistics import median
from timeit import Timer
from typing import Final, NamedTuple

from bench.environment import prepare
from bench.errors import BenchError

__all__ = ["Cost", "main", "match_nanoseconds", "measure_startup", "report"]

SUBJECTS: Final = ("bare", "fastapi", "bolide", "bolide-compiled")
"""``bare`` is the interpreter alone; ``compiled``: every handler, not only that of the request."""

_APPLICATION: Final = Path(__file__).parent / "apps" / "startup_app.py"
_TARGETS: Final = (
    ("bolide", "cpu", "CPU to the first answer", 1 / 3),
    ("bolide", "memory", "memory", 1 / 2),
    ("bolide-compiled", "cpu", "CPU with every handler compiled", 2 / 3),
)
_MATCH_TARGET: Final = 1.15
_MATCHES: Final = 20_000
"""In each round."""


class Cost(NamedTuple):
    """CPU milliseconds (user + system) and the largest resident memory in KiB."""

    cpu: float
    memory: float


def main(arguments: list[str]) -> int:
    """Measure, print, and return the exit code: 0, 1 for missed targets, 2 when it cannot run."""
    parser = argparse.ArgumentParser(
        prog="python -m bench startup", description="Measure start-up and matching."
    )
    parser.add_argument("--python", metavar="X.Y", help="default: 3.13 when it can be had")
    parser.add_argument("--rounds", type=int, default=5, help="of each subject (default 5)")
    options = parser.parse_args(arguments)
    try:
        python = prepare(options.python).scripts / "python"
        costs = measure_startup(python, max(1, options.rounds))
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    few, many = match_nanoseconds(10, 5000)
    lines, passed = report(costs, few, many)
    print("\n".join(lines))
    return 0 if passed else 1


def measure_startup(python: Path, rounds: int) -> dict[str, list[Cost]]:
    """Return the costs of *rounds* alternated runs by subject; one run of each comes first, for the bytecode.

    Raises:
        BenchError: a subject fails.
    """
    for subject in SUBJECTS:
        _run(python, subject)
    costs: dict[str, list[Cost]] = {subject: [] for subject in SUBJECTS}
    for _ in range(rounds):
        for subject in SUBJECTS:
            costs[subject].append(_run(python, subject))
    return costs


def match_nanoseconds(*sizes: int) -> tuple[float, ...]:
    """Return the CPU time of one match with a parameter in it, for each number of templates.

    They take turns, so that slow phases of the machine meet all of them; the smallest round counts.
    """
    timers = [_match_timer(routes) for routes in sizes]
    rounds = [[timer.timeit(_MATCHES) for timer in timers] for _ in range(15)]
    return tuple(min(times) / _MATCHES * 1e9 for times in zip(*rounds, strict=True))


def _match_timer(routes: int) -> Timer:
    from bolide._routing.router import Router
    from bolide._routing.templates import parse_template

    router: Router[int] = Router()
    for number in range(routes):
        router.add(parse_template(f"/area/part{number}/{{item_id}}/details"), "GET", number)
    path = f"/area/part{routes // 2}/7/details"
    return Timer(lambda: router.match(path, "GET"), timer=time.process_time)


def report(costs: dict[str, list[Cost]], few: float, many: float) -> tuple[list[str], bool]:
    """Return the table as lines, and whether every target is reached; the smallest run counts."""
    bare = _smallest(costs["bare"])
    own = {subject: _less(_smallest(runs), bare) for subject, runs in costs.items()}
    lines = ["subject           CPU ms (median)   memory MiB"]
    for subject, runs in costs.items():
        middle = median(each.cpu for each in runs)
        lines.append(
            f"{subject:16} {own[subject].cpu:8.0f} ({middle:5.0f}) {own[subject].memory / 1024:9.1f}"
        )
    passed = True
    for subject, measure, label, target in _TARGETS:
        ratio = getattr(own[subject], measure) / getattr(own["fastapi"], measure)
        passed &= ratio <= target
        lines.append(f"{label}: {ratio:.2f} of FastAPI (target {target:.2f})")
    passed &= many / few <= _MATCH_TARGET
    lines.append(
        f"matching: {few:.0f} ns with 10 routes, {many:.0f} ns with 5,000: {many / few:.2f} "
        f"(target {_MATCH_TARGET})"
    )
    return lines, passed


def _smallest(runs: list[Cost]) -> Cost:
    return Cost(min(each.cpu for each in runs), min(each.memory for each in runs))


def _less(cost: Cost, bare: Cost) -> Cost:
    return Cost(cost.cpu - bare.cpu, cost.memory - bare.memory)


def _run(python: Path, subject: str) -> Cost:
    command = ["-c", "pass"] if subject == "bare" else [str(_APPLICATION), subject]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    process = os.posix_spawn(python, [str(python), *command], environment)
    _, status, usage = os.wait4(process, 0)
    if status:
        raise BenchError(f"{python} {' '.join(command)} failed")
    return Cost((usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss)
