"""How long somebody waits who works on an application: for the first answer, and for that to a change.

    python -m bench dev

``bolide dev`` and ``fastapi dev`` serve the same application in turns. Wall time from the start of a command
to the first response with status 200, and from a save of the file to the first answer of new code.
"""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from bench.environment import prepare
from bench.errors import BenchError
from bench.server import free_port

__all__ = ["Waits", "main", "measure_dev", "report"]

_SOURCE: Final = """\
from {framework} import {application}

app = {application}()


@app.get("/items/{{item_id}}")
async def read_item(item_id: int) -> dict[str, int]:
    return {{"item_id": item_id, "version": {version}}}
"""
_APPLICATIONS: Final = {"fastapi": "FastAPI", "bolide": "Bolide"}
"""Command and package to the class of applications."""

_PEERS: Final = ("fastapi[standard]",)
"""What FastAPI's documentation says to install for ``fastapi dev``."""

_TARGETS: Final = (("start", "start to the first 200", 1 / 4), ("save", "save to the new response", 1 / 3))
_PATIENCE_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.005
_SETTLING_SECONDS: Final = 1.0
"""Between an answer and the next save: what watches files may start after the first answer."""


class Waits(NamedTuple):
    """Wall seconds of one run: to the first answer, and to that after each save."""

    start: float
    save: list[float]


def main(arguments: list[str]) -> int:
    """Measure, print, and return the exit code: 0, 1 for missed targets, 2 when it cannot run."""
    parser = argparse.ArgumentParser(
        prog="python -m bench dev", description="Measure the waits of development."
    )
    parser.add_argument("--python", metavar="X.Y", help="default: 3.13 when it can be had")
    parser.add_argument("--rounds", type=int, default=5, help="starts of each command (default 5)")
    parser.add_argument("--saves", type=int, default=3, help="changes after each start (default 3)")
    options = parser.parse_args(arguments)
    try:
        environment = prepare(options.python, purpose="dev", peers=_PEERS, extra="[dev]")
        scripts = environment.scripts
        waits = measure_dev(scripts, rounds=max(1, options.rounds), saves=max(1, options.saves))
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    lines, passed = report(waits)
    print(f"Python {environment.python}, fastapi[standard] {environment.versions['fastapi']}")
    print("\n".join(lines))
    return 0 if passed else 1


def measure_dev(scripts: Path, *, rounds: int, saves: int) -> dict[str, list[Waits]]:
    """Return the waits of alternated runs by command; one run of each comes first, for the bytecode.

    Raises:
        BenchError: a command does not start, or does not see a change.
    """
    for command in _APPLICATIONS:
        _run(scripts, command, saves=1)
    waits: dict[str, list[Waits]] = {command: [] for command in _APPLICATIONS}
    for _ in range(rounds):
        for command in _APPLICATIONS:
            waits[command].append(_run(scripts, command, saves=saves))
    return waits


def report(waits: dict[str, list[Waits]]) -> tuple[list[str], bool]:
    """Return the table as lines, and whether every target is reached; the smallest run counts."""
    lines = ["command         start ms (median)   save ms (median)"]
    smallest: dict[str, dict[str, float]] = {}
    for command, runs in waits.items():
        measured = {"start": [each.start for each in runs], "save": [s for each in runs for s in each.save]}
        smallest[command] = {name: min(values) for name, values in measured.items()}
        cells = [f"{min(v) * 1000:7.0f} ({median(v) * 1000:5.0f})" for v in measured.values()]
        lines.append(f"{command + ' dev':14} {'    '.join(cells)}")
    passed = True
    for name, label, target in _TARGETS:
        ratio = smallest["bolide"][name] / smallest["fastapi"][name]
        passed &= ratio <= target
        lines.append(f"{label}: {ratio:.2f} of FastAPI (target {target:.2f})")
    return lines, passed


def _run(scripts: Path, command: str, *, saves: int) -> Waits:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "main.py")
        _save(file, command, version=0)
        began = time.perf_counter()
        with _serving(scripts, command, folder) as port:
            _wait_for_version(port, 0, command)
            start = time.perf_counter() - began
            waits: list[float] = []
            for version in range(1, saves + 1):
                time.sleep(_SETTLING_SECONDS)
                began = time.perf_counter()
                _save(file, command, version=version)
                _wait_for_version(port, version, command)
                waits.append(time.perf_counter() - began)
    return Waits(start, waits)


def _save(file: Path, command: str, *, version: int) -> None:
    file.write_text(
        _SOURCE.format(framework=command, application=_APPLICATIONS[command], version=version),
        encoding="utf-8",
    )


@contextmanager
def _serving(scripts: Path, command: str, folder: str) -> Generator[int]:
    """Run ``bolide dev`` or ``fastapi dev`` in *folder* and yield the port."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["PATH"] = os.pathsep.join([str(scripts), os.environ.get("PATH", "")])
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            [str(scripts / command), "dev", "--port", str(port)],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield port
        except BenchError as error:
            log.seek(0)
            raise BenchError(f"{error}; it printed:\n{log.read()}") from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _wait_for_version(port: int, version: int, command: str) -> None:
    """Ask on new connections until the answer has *version*.

    Raises:
        BenchError: it never has.
    """
    wanted = f'{{"item_id":1,"version":{version}}}'.encode()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
        try:
            connection.request("GET", "/items/1")
            response = connection.getresponse()
            if response.status == 200 and response.read() == wanted:
                return
        except (OSError, http.client.HTTPException):
            pass  # it does not listen yet, or has just stopped
        finally:
            connection.close()
        time.sleep(_POLL_SECONDS)
    raise BenchError(f"{command} dev has not answered with version {version} in {_PATIENCE_SECONDS:.0f} s")
