"""Time contenders in turn, in one process on one core."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Mapping
from itertools import repeat
from typing import Final

__all__ = ["Run", "measure", "use_one_core"]

Run = Callable[[], object]

_CALIBRATION_NANOSECONDS: Final = 200_000


def use_one_core() -> None:
    """Stay on the last core that this process may use."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def measure(contenders: Mapping[str, Run], *, rounds: int, chunk_nanoseconds: int) -> dict[str, list[float]]:
    """Return CPU nanoseconds per call, one number per round, of every contender.

    Contenders take turns within a round, another one first each time, so that slow phases of the machine
    meet all of them. The collector of garbage rests meanwhile, as in :mod:`timeit`: that favours
    contenders whose objects it would have to follow.
    """
    loops = {name: _loops(run, chunk_nanoseconds) for name, run in contenders.items()}
    nanoseconds: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        for turn in range(rounds):
            start = turn % len(names)
            for name in [*names[start:], *names[:start]]:
                spent = _chunk(contenders[name], loops[name])
                nanoseconds[name].append(spent / loops[name])
            gc.collect()
    finally:
        if was_enabled:
            gc.enable()
    return nanoseconds


def _chunk(run: Run, loops: int) -> int:
    start = time.process_time_ns()
    for _ in repeat(None, loops):
        run()
    return time.process_time_ns() - start


def _loops(run: Run, chunk_nanoseconds: int) -> int:
    """Return how many calls take *chunk_nanoseconds*; warms up too."""
    run()
    loops = 1
    while (spent := _chunk(run, loops)) < _CALIBRATION_NANOSECONDS:
        loops *= 2
    return max(1, round(chunk_nanoseconds * loops / spent))
