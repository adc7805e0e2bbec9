"""How many CPUs this process may use."""

from __future__ import annotations

import math
import os
from pathlib import Path

__all__ = ["available_cpus"]


def available_cpus(cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """Return how many processes can run at once: containers have often less than their machine.

    Args:
        cgroup: Where the limits of this process's control group stand (version 2).
    """
    counted = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = (cgroup / "cpu.max").read_text().split()
        return max(1, min(counted, math.ceil(int(quota) / int(period))))
    except (OSError, ValueError):  # no such file, or "max", which is no limit
        return counted
