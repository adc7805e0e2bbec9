"""Measure what it costs to import a framework and make an app, in CPU time of a fresh interpreter."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from bench.errors import BenchError

__all__ = ["SUBJECTS", "measure_import_cost"]

SUBJECTS: Final = {
    "bare": "pass",
    "bolide": "from bolide import Bolide, Depends, Model; Bolide()",
    "fastapi": "from fastapi import Depends, FastAPI; from pydantic import BaseModel; FastAPI()",
}
"""The statements by subject; ``bare`` is the interpreter alone and is subtracted from the others."""


def measure_import_cost(python: Path, rounds: int) -> dict[str, list[float]]:
    """Return CPU milliseconds (user + system) of *rounds* alternated runs by subject.

    A subject that fails is left out. One unmeasured run of each comes first: it writes the bytecode.

    Raises:
        BenchError: the bare interpreter fails.
    """
    subjects = {name: code for name, code in SUBJECTS.items() if _run(python, code) is not None}
    if "bare" not in subjects:
        raise BenchError(f"{python} cannot run an empty program")
    runs: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, code in subjects.items():
            milliseconds = _run(python, code)
            if milliseconds is None:
                raise BenchError(f"import of {name} failed after it had worked: {code}")
            runs[name].append(milliseconds)
    return runs


def _run(python: Path, code: str) -> float | None:
    """Run *code* in a fresh isolated interpreter; return its CPU milliseconds, None if it failed."""
    silent = [(os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    process = os.posix_spawn(python, [str(python), "-I", "-c", code], os.environ, file_actions=silent)
    _, status, usage = os.wait4(process, 0)
    return None if status else (usage.ru_utime + usage.ru_stime) * 1000
