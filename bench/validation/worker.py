"""Measure in this process: ``python -m bench.validation.worker`` writes JSON lines to standard output.

Runs in the environment of the contenders; everything it imports from Bolide is the working tree's.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Final

from bench.errors import BenchError
from bench.validation.agreement import require_agreement
from bench.validation.cases import CASES, Case
from bench.validation.memory import INSTANCES, memory_of
from bench.validation.results import Measurement
from bench.validation.timing import measure, use_one_core
from bench.validation.type_cases import TYPE_CASES

__all__ = ["main"]

_CHUNK_NANOSECONDS: Final = 2_000_000
_MEMORY_ROUNDS: Final = 3


def main() -> int:
    """Measure every wanted case; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--case", action="append")
    parser.add_argument("--types", action=argparse.BooleanOptionalAction, default=True)
    arguments = parser.parse_args()
    use_one_core()
    wanted = arguments.case
    tables = {"cases": CASES, "types": TYPE_CASES if arguments.types else ()}
    try:
        for table, cases in tables.items():
            for case in cases:
                if wanted is None or case.name in wanted:
                    _tell(table, _measure(case, arguments.rounds))
        if wanted is None or "memory" in wanted:
            _tell("cases", _measure_memory())
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    return 0


def _tell(table: str, measurement: Measurement) -> None:
    print(json.dumps({"table": table, **asdict(measurement)}), flush=True)


def _measure(case: Case, rounds: int) -> Measurement:
    try:
        contenders = case.prepare()
        for run in contenders.values():
            run()
        if case.agree:
            require_agreement(contenders)
    except Exception as error:  # whatever a missing feature raises: the row says so, the run goes on
        reason = str(error).splitlines()
        return Measurement(
            case.name, case.title, {}, f"{type(error).__name__}: {reason[0] if reason else ''}"
        )
    nanoseconds = measure(contenders, rounds=rounds, chunk_nanoseconds=_CHUNK_NANOSECONDS)
    return Measurement(case.name, case.title, nanoseconds)


def _measure_memory() -> Measurement:
    names = ("bolide", "pydantic")
    sizes = {name: [memory_of(name) for _ in range(_MEMORY_ROUNDS)] for name in names}
    return Measurement("memory", f"memory per instance of {INSTANCES:,}, bytes", sizes)


if __name__ == "__main__":
    sys.exit(main())
