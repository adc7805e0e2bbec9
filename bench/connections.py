"""What connections cost: idle ones memory, slow ones other clients' time, pipelined requests CPU.

    python -m bench connections

Contenders are Bolide on its own server and the bare ASGI application on uvicorn, which has no framework.
"""

from __future__ import annotations

import argparse
import resource
import selectors
import socket
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.contenders import CONTENDERS, Contender
from bench.cpu import process_tree
from bench.environment import prepare
from bench.errors import BenchError
from bench.measure import Plan, measure_workload
from bench.server import running
from bench.workloads import WORKLOADS, Workload
from bench.wrk import require_tools

__all__ = ["Figures", "main", "percentile", "report"]

_OWN: Final = "bolide-native"
_PEER: Final = "bare-asgi"
_PLAINTEXT: Final = next(each for each in WORKLOADS if each.name == "plaintext")
_REQUEST: Final = b"GET /plaintext HTTP/1.1\r\nHost: localhost\r\n\r\n"

_WARM_CONNECTIONS: Final = 200
"""Served before memory is read: the allocator's first pages and the caches belong to no connection."""

_PACED_SECONDS: Final = 6.0
_PAUSE_SECONDS: Final = 0.004
_DRIP_SECONDS: Final = 5.0
_HEADER_TIMEOUT_SECONDS: Final = 10.0
_FILES_BESIDE: Final = 200

_MEMORY_TARGET: Final = 0.6
_LATENCY_TARGET: Final = 1.5
_PIPELINE_TARGET: Final = 0.35


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured; of both contenders where two numbers stand.

    Attributes:
        idle: Bytes per idle connection.
        quiet: 99th percentile of the response time in seconds, without slow connections.
        slow: The same with them.
        outlived: Slow connections that were still open when the header timeout had passed.
        pipelined: CPU microseconds per request, 16 in one piece.
    """

    idle: dict[str, float]
    quiet: float
    slow: float
    outlived: int
    pipelined: dict[str, float]


def main(arguments: list[str]) -> int:
    """Measure, print, and return the exit code: 0, 1 for missed targets, 2 when it cannot run."""
    parser = argparse.ArgumentParser(prog="python -m bench connections", description="Measure connections.")
    parser.add_argument("--python", metavar="X.Y", help="default: 3.13 when it can be had")
    parser.add_argument("--idle", type=int, default=10_000, help="idle connections (default 10000)")
    parser.add_argument("--slow", type=int, default=5000, help="slow connections (default 5000)")
    parser.add_argument("--rounds", type=int, default=3, help="of the pipelined requests (default 3)")
    options = parser.parse_args(arguments)
    try:
        require_tools()
        _allow_files(max(options.idle, options.slow) + _FILES_BESIDE)
        scripts = prepare(options.python).scripts
        figures = _measure(scripts, options.idle, options.slow, options.rounds)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    lines, passed = report(figures, idle=options.idle, slow=options.slow)
    print("\n".join(lines))
    return 0 if passed else 1


def report(figures: Figures, *, idle: int, slow: int) -> tuple[list[str], bool]:
    """Return the figures as lines, and whether every target is reached."""
    memory = figures.idle[_OWN] / figures.idle[_PEER]
    latency = figures.slow / figures.quiet
    pipeline = figures.pipelined[_OWN] / figures.pipelined[_PEER]
    lines = [
        f"{idle} idle connections: {figures.idle[_OWN] / 1024:.1f} KiB each, uvicorn "
        f"{figures.idle[_PEER] / 1024:.1f}: {memory:.2f} (target {_MEMORY_TARGET})",
        f"{slow} slow connections: p99 {figures.slow * 1000:.2f} ms, without them "
        f"{figures.quiet * 1000:.2f}: {latency:.2f} (target {_LATENCY_TARGET}); "
        f"{figures.outlived} outlived the header timeout (target 0)",
        f"16 pipelined requests: {figures.pipelined[_OWN]:.1f} µs each, uvicorn "
        f"{figures.pipelined[_PEER]:.1f}: {pipeline:.2f} (target {_PIPELINE_TARGET})",
    ]
    passed = memory <= _MEMORY_TARGET and latency <= _LATENCY_TARGET and pipeline <= _PIPELINE_TARGET
    return lines, passed and figures.outlived == 0


def percentile(values: list[float], part: float) -> float:
    """Return the smallest of *values* that at least *part* of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(part * 1000) // 1000) - 1)]


def _allow_files(count: int) -> None:
    """Let this process, and the servers it starts, open *count* files."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise BenchError(f"{count} open files are needed, the system allows {hard}: raise ulimit -Hn")
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


def _measure(scripts: Path, idle: int, slow: int, rounds: int) -> Figures:
    # Connections stay open while they are counted, whatever each server's own limits are.
    patient = {
        _OWN: _contender(_OWN, "--timeout-keep-alive", "600", "--limit-connections", str(idle + 1)),
        _PEER: _contender(_PEER, "--timeout-keep-alive", "600"),
    }
    memory = {name: _idle_bytes(each, scripts, idle) for name, each in patient.items()}
    quiet, loaded, outlived = _slow_seconds(_contender(_OWN), scripts, slow)
    contenders = [_contender(_OWN), _contender(_PEER)]
    plan = Plan(rounds, seconds=2, connections=64, pipelined=16)
    run = measure_workload(_PLAINTEXT, contenders, scripts, plan, note=_note)
    if run.skipped:
        raise BenchError("; ".join(run.skipped.values()))
    pipelined = {name: min(each.microseconds for each in run.stretches[name]) for name in (_OWN, _PEER)}
    return Figures(memory, quiet, loaded, outlived, pipelined)


def _contender(name: str, *options: str) -> Contender:
    plain = next(each for each in CONTENDERS if each.name == name)

    def command(scripts: Path, workload: Workload, port: int) -> list[str]:
        return [*plain.command(scripts, workload, port), *options]

    return Contender(plain.name, plain.title, command)


def _idle_bytes(contender: Contender, scripts: Path, count: int) -> float:
    """Return the memory of an open connection that has had one request answered."""
    with running(contender, _PLAINTEXT, scripts) as (pid, port):
        with _connections(port, _WARM_CONNECTIONS) as warm:
            _ask_all(warm)
            before = _own_memory(pid)
            with _connections(port, count - _WARM_CONNECTIONS) as idle:
                _ask_all(idle)
                after = _own_memory(pid)
        _note(f"{contender.name}: {(after - before) / (count - _WARM_CONNECTIONS):.0f} bytes each")
        return (after - before) / (count - _WARM_CONNECTIONS)


def _slow_seconds(contender: Contender, scripts: Path, count: int) -> tuple[float, float, int]:
    """Return p99 without slow connections and with them, and how many of them outlived their time."""
    with running(contender, _PLAINTEXT, scripts) as (_, port):
        _paced(port, [], 1.0)
        quiet = percentile(_paced(port, [], _PACED_SECONDS), 0.99)
        with _connections(port, count) as slow:
            started = time.monotonic()
            for each in slow:
                each.sendall(b"G")
            loaded = percentile(_paced(port, slow, _PACED_SECONDS), 0.99)
            # The sweep comes once a second, and the last connection began after the first.
            deadline = started + _HEADER_TIMEOUT_SECONDS + 3
            outlived = _still_open(slow, deadline)
    return quiet, loaded, outlived


def _paced(port: int, slow: list[socket.socket], seconds: float) -> list[float]:
    """Ask at a steady pace for *seconds*, and return how long each answer took.

    Meanwhile each of *slow* sends a byte of a header every five seconds: a part of them after each answer.
    """
    times: list[float] = []
    next_slow = 0
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        started = time.monotonic()
        while (now := time.monotonic()) - started < seconds:
            before = time.perf_counter()
            client.sendall(_REQUEST)
            _read_answer(client)
            times.append(time.perf_counter() - before)
            dripped = (now - started) * len(slow) / _DRIP_SECONDS
            while next_slow < dripped:
                slow[next_slow % len(slow)].send(b"x")
                next_slow += 1
            time.sleep(_PAUSE_SECONDS)
    return times


def _still_open(clients: list[socket.socket], deadline: float) -> int:
    """Wait until the server has closed all *clients*, or until *deadline*; return how many are left."""
    left = len(clients)
    with selectors.DefaultSelector() as selector:
        for each in clients:
            selector.register(each, selectors.EVENT_READ)
        while left and (wait := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(wait):
                client = key.fileobj
                assert isinstance(client, socket.socket)
                try:
                    ended = client.recv(4096) == b""
                except ConnectionResetError:
                    ended = True
                if ended:
                    selector.unregister(client)
                    left -= 1
    return left


@contextmanager
def _connections(port: int, count: int) -> Generator[list[socket.socket]]:
    opened: list[socket.socket] = []
    try:
        for _ in range(count):
            opened.append(socket.create_connection(("127.0.0.1", port), timeout=10))
        yield opened
    except OSError as error:
        raise BenchError(f"connection {len(opened) + 1} of {count}: {error}") from error
    finally:
        for each in opened:
            each.close()


def _ask_all(clients: list[socket.socket]) -> None:
    for each in clients:
        each.sendall(_REQUEST)
        _read_answer(each)


def _read_answer(client: socket.socket) -> None:
    received = b""
    while not received.endswith(_PLAINTEXT.answer):
        data = client.recv(4096)
        if not data:
            raise BenchError(f"the server closed a connection after {received!r}")
        received += data


def _own_memory(pid: int) -> int:
    """Return the bytes of memory that belong to the server's processes alone."""
    total = 0
    for each in process_tree(pid):
        for line in Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Private_"):
                total += int(line.split()[1]) * 1024
    return total


def _note(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
