"""What a WebSocket message costs.

    python -m bench websocket

Clients send texts of 100 bytes and get them back, one at a time on each connection. Measured is the CPU time
of the server per message, as ``python -m bench`` measures it per request: servers run at once and take turns,
the smallest stretch counts.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from bench.contenders import Command, Contender
from bench.cpu import cpu_between, read_cpu
from bench.environment import prepare
from bench.errors import BenchError
from bench.measure import turns
from bench.results import Stretch, Summary
from bench.server import running
from bench.workloads import WORKLOADS, Workload
from bench.wrk import CLIENT_CORE

__all__ = ["CONTENDERS", "TARGET", "main", "measure", "report"]

TARGET: Final = 0.80
"""Largest cost on Bolide's server, as a part of the cost on uvicorn: of the bare application there."""

_ROOT: Final = Path(__file__).parent.parent
_WARM_UP_SECONDS: Final = 0.5
_MODULE: Final = "bench.apps.websocket_echo"
_NO_PINGS: Final = ["--ws-ping-interval", "0"]  # while it is another one's turn


def _uvicorn(app: str, *options: str) -> Command:
    def command(scripts: Path, workload: Workload, port: int) -> list[str]:
        fixed = ["--loop", "uvloop", "--http", "httptools", "--ws", "websockets-sansio"]
        quiet = ["--log-level", "warning", "--no-access-log"]
        fixed += ["--port", str(port), *_NO_PINGS]
        return [str(scripts / "uvicorn"), f"{_MODULE}:{app}", *fixed, *quiet, *options]

    return command


def _native(scripts: Path, workload: Workload, port: int) -> list[str]:
    app = [f"{_MODULE}:bolide_app", "--factory", "--app-dir", str(_ROOT)]
    return [str(scripts / "bolide"), "run", *app, "--port", str(port), "--no-access-log", *_NO_PINGS]


CONTENDERS: Final = (
    Contender("fastapi", "FastAPI on uvicorn (websockets-sansio)", _uvicorn("fastapi_app", "--factory")),
    Contender("bare-asgi", "a bare ASGI app on uvicorn (websockets-sansio)", _uvicorn("bare_app")),
    Contender("bolide-uvicorn", "Bolide on uvicorn (websockets-sansio)", _uvicorn("bolide_app", "--factory")),
    Contender("bolide-native", "Bolide on its own server", _native),
)


@dataclass(frozen=True, slots=True)
class _Running:
    """One contender's server with its clients."""

    contender: Contender
    pid: int
    load: subprocess.Popen[str]


def main(arguments: list[str]) -> int:
    """Measure, print, and return the exit code: 0, 1 for a missed target, 2 when it cannot run."""
    parser = argparse.ArgumentParser(
        prog="python -m bench websocket", description="Measure CPU per WebSocket message."
    )
    parser.add_argument("--python", metavar="X.Y", help="default: 3.13 when it can be had")
    parser.add_argument("--rounds", type=int, default=5, help="stretches per contender (default 5)")
    parser.add_argument("--seconds", type=float, default=2, help="of one stretch (default 2)")
    parser.add_argument("--connections", type=int, default=64, help="open connections (default 64)")
    options = parser.parse_args(arguments)
    try:
        scripts = prepare(options.python).scripts
        costs = measure(
            scripts, rounds=options.rounds, seconds=options.seconds, connections=options.connections
        )
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    text, passed = report(costs)
    print(text)
    return 0 if passed else 1


def measure(
    scripts: Path, *, rounds: int, seconds: float, connections: int, size: int = 100
) -> dict[str, Summary]:
    """Return the CPU microseconds per message of each contender.

    Args:
        scripts: Folder of the commands that contenders are started with.
        rounds: Stretches of each.
        seconds: Of one stretch.
        connections: Each has one message under way.
        size: Bytes of a message.

    Raises:
        BenchError: a contender does not start or does not send back what it gets.
    """
    stretches: dict[str, list[Stretch]] = {}
    with ExitStack() as stack:
        started: dict[str, _Running] = {}
        for contender in CONTENDERS:
            pid, port = stack.enter_context(running(contender, WORKLOADS[0], scripts))
            load = stack.enter_context(_clients(port, connections, size))
            started[contender.name] = _Running(contender, pid, load)
            _echoes(load, _WARM_UP_SECONDS)
        for order in turns(CONTENDERS, rounds):
            for contender in order:
                server = started[contender.name]
                _echoes(server.load, _WARM_UP_SECONDS)
                before = read_cpu(server.pid)
                count = _echoes(server.load, seconds)
                spent = cpu_between(before, read_cpu(server.pid))
                stretches.setdefault(contender.name, []).append(Stretch(count, seconds, spent))
    return {
        name: Summary.of([each.microseconds for each in measured]) for name, measured in stretches.items()
    }


def report(costs: dict[str, Summary]) -> tuple[str, bool]:
    """Return a table of *costs*, and whether the target is reached."""
    lines = ["CPU µs per message                                  smallest  median  largest"]
    for contender in CONTENDERS:
        cost = costs[contender.name]
        lines.append(f"{contender.title:50}  {cost.smallest:8.2f}  {cost.median:6.2f}  {cost.largest:7.2f}")
    native, bare = costs["bolide-native"].smallest, costs["bare-asgi"].smallest
    ratio = native / bare
    verdict = "reached" if ratio <= TARGET else "MISSED"
    lines.append(f"Bolide on its own server / bare on uvicorn: {ratio:.2f} (target {TARGET:.2f}: {verdict})")
    return "\n".join(lines), ratio <= TARGET


@contextmanager
def _clients(port: int, connections: int, size: int) -> Generator[subprocess.Popen[str]]:
    command = ["taskset", "-c", str(CLIENT_CORE), sys.executable, "-m", "bench.websocket_load"]
    with subprocess.Popen(
        [*command, str(port), str(connections), str(size)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            _line(process.stdout)
            yield process
        finally:
            process.terminate()


def _echoes(load: subprocess.Popen[str], seconds: float) -> int:
    if load.stdin is not None:
        print(seconds, file=load.stdin, flush=True)
    return int(_line(load.stdout))


def _line(output: IO[str] | None) -> str:
    line = output.readline() if output is not None else ""
    if not line:
        raise BenchError("the clients ended")
    return line
