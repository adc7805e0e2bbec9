"""Measure the contenders of one workload in turn.

All servers of a workload run at once and are idle except the one whose turn it is, so that a change
of the machine's mood in the course of the run meets every contender alike.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from bench import wrk
from bench.contenders import Contender
from bench.cpu import cpu_between, read_cpu
from bench.errors import BenchError, StartFailed
from bench.results import Stretch
from bench.server import check_answer, running
from bench.workloads import Workload

__all__ = ["Plan", "WorkloadRun", "measure_workload", "turns"]

_WARM_UP_SECONDS: Final = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how often to measure.

    Attributes:
        rounds: Measured stretches per contender and workload.
        seconds: Of one stretch; wrk takes whole seconds.
        connections: Kept open by wrk; each sends its next request when it has its answer.
        pipelined: Requests that each sends in one piece.
    """

    rounds: int
    seconds: int
    connections: int
    pipelined: int = 1


@dataclass(frozen=True, slots=True)
class WorkloadRun:
    """The stretches of each contender, and why others are missing."""

    stretches: dict[str, list[Stretch]]
    skipped: dict[str, str]


def turns(contenders: Sequence[Contender], rounds: int) -> list[list[Contender]]:
    """Return the order of each round: everybody once, and another one first each time."""
    count = max(len(contenders), 1)
    return [[*contenders[start:], *contenders[:start]] for start in (turn % count for turn in range(rounds))]


def measure_workload(
    workload: Workload,
    contenders: Sequence[Contender],
    scripts: Path,
    plan: Plan,
    *,
    note: Callable[[str], None],
) -> WorkloadRun:
    """Run *workload* on every contender that starts; tell *note* about progress.

    Raises:
        BenchError: a contender gives a wrong answer, an error or none, before or while measured.
    """
    stretches: dict[str, list[Stretch]] = {}
    skipped: dict[str, str] = {}
    servers: dict[str, tuple[int, int]] = {}
    started: list[Contender] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        script = _write_script(workload, plan.pipelined, folder)
        for contender in contenders:
            try:
                server = stack.enter_context(running(contender, workload, scripts))
            except StartFailed as failure:
                skipped[contender.name] = str(failure)
                note(f"skipped: {failure}")
                continue
            check_answer(contender, workload, server[1])
            servers[contender.name] = server
            stretches[contender.name] = []
            started.append(contender)
        for order in turns(started, plan.rounds):
            for contender in order:
                stretch = _measure(contender, workload, *servers[contender.name], plan, script)
                stretches[contender.name].append(stretch)
                note(f"{workload.name} {contender.name} {stretch.microseconds:.1f} µs")
    return WorkloadRun(stretches, skipped)


def _measure(
    contender: Contender, workload: Workload, pid: int, port: int, plan: Plan, script: Path | None
) -> Stretch:
    """Warm up, then read the server's CPU before and after one run of wrk."""
    load = partial(wrk.run, workload, port=port, connections=plan.connections, script=script)
    try:
        load(seconds=_WARM_UP_SECONDS)
        before = read_cpu(pid)
        done = load(seconds=plan.seconds)
        # When wrk stops, each connection has a request under way: the server answers it, nobody counts it.
        answered = done.requests + plan.connections * plan.pipelined
        return Stretch(answered, done.seconds, cpu_between(before, read_cpu(pid)))
    except BenchError as error:
        raise BenchError(f"{contender.name}, {workload.name}: {error}") from error


def _write_script(workload: Workload, pipelined: int, folder: Path) -> Path | None:
    text = wrk.script_for(workload, pipelined)
    if text is None:
        return None
    script = folder / "request.lua"
    script.write_text(text, encoding="utf-8")
    return script
