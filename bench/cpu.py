"""Read the CPU time of a running server with all its processes (Linux).

The number comes from each process's own CPU clock: nanoseconds of user and system time over all its
threads, ended ones included. ``/proc/<pid>/stat`` tells the same in clock ticks of 10 ms; it is too
coarse for a stretch of a second, but good enough to catch a wrong reading, so both are read.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.errors import BenchError

__all__ = ["CpuReading", "cpu_between", "process_tree", "read_cpu"]

_TICK_NANOSECONDS: Final = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
# CPUCLOCK_SCHED of linux/posix-timers_types.h: the clock of a whole thread group.
_CPUCLOCK_SCHED: Final = 2
_CLOCKS_MAY_DIFFER: Final = 0.02


@dataclass(frozen=True, slots=True)
class CpuReading:
    """The CPU time that a tree of processes has used so far.

    Attributes:
        pids: The processes read, in ascending order.
        nanoseconds: From the CPU clocks.
        tick_nanoseconds: The same from ``/proc/<pid>/stat``, rounded down to clock ticks.
    """

    pids: tuple[int, ...]
    nanoseconds: int
    tick_nanoseconds: int


def process_tree(pid: int) -> tuple[int, ...]:
    """Return *pid* and all its living descendants, in ascending order."""
    found = {pid}
    waiting = [pid]
    while waiting:
        for children in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            for child in map(int, children.read_text().split()):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
    return tuple(sorted(found))


def read_cpu(pid: int) -> CpuReading:
    """Return what *pid* and its descendants have used until now.

    Raises:
        BenchError: one of them ended meanwhile.
    """
    pids = process_tree(pid)
    try:
        return CpuReading(
            pids,
            sum(_clock_nanoseconds(each) for each in pids),
            sum(_tick_nanoseconds(each) for each in pids),
        )
    except OSError as error:
        raise BenchError(f"process {pid} or one of its children ended while it was measured") from error


def cpu_between(before: CpuReading, after: CpuReading) -> int:
    """Return the nanoseconds of CPU used from *before* to *after*.

    Raises:
        BenchError: processes came or went in between, or the two clocks contradict each other.
    """
    if before.pids != after.pids:
        raise BenchError(f"the server's processes changed while measured: {before.pids} to {after.pids}")
    spent = after.nanoseconds - before.nanoseconds
    ticks = after.tick_nanoseconds - before.tick_nanoseconds
    # User and system time are rounded down one by one: two ticks per process.
    tolerance = 2 * _TICK_NANOSECONDS * len(before.pids) + _CLOCKS_MAY_DIFFER * spent
    if abs(spent - ticks) > tolerance:
        raise BenchError(f"CPU clocks disagree: {spent / 1e6:.1f} ms by clock, {ticks / 1e6:.1f} ms by ticks")
    return spent


def _clock_nanoseconds(pid: int) -> int:
    """Read the CPU clock of another process, as clock_getcpuclockid(3) names it."""
    return time.clock_gettime_ns((~pid << 3) | _CPUCLOCK_SCHED)


def _tick_nanoseconds(pid: int) -> int:
    """Read utime + stime, fields 14 and 15 of proc_pid_stat(5)."""
    # The command in field 2 may hold spaces and brackets: count from its closing one.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_NANOSECONDS
