"""The native server under traffic of every kind for a long time: no error, and no growth.

``SOAK_SECONDS`` is how long it lasts: half an hour when it is not set.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.server_adapters.raw import Address, connect, read_response
from tests.soak.traffic import Traffic

ROOT = Path(__file__).parents[2]
SECONDS = float(os.environ.get("SOAK_SECONDS", "1800"))
SAMPLES = 30
"""Looks at the memory; the first third is the warm-up."""

LARGEST_GROWTH = 0.02


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_mixed_traffic_ends_without_errors_and_without_growth(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bolide", "run", "tests.soak.app:app", "--app-dir", str(ROOT)]
    log = tmp_path / "log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [*command, "--port", "0", "--no-access-log"], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
        ) as server,
    ):
        try:
            address = _wait_for_address(log, server)
            before = _left_open(address), _open_files(server.pid)
            traffic = Traffic(address)
            memory: list[int] = []
            for _ in range(SAMPLES):
                asyncio.run(traffic.run(SECONDS / SAMPLES))
                memory.append(_memory(server.pid))
            _wait_until_everything_is_closed(address, server.pid, before)
        finally:
            server.terminate()
            code = server.wait(60)
    print(json.dumps({"done": traffic.done, "memory_kib": memory}))
    assert traffic.errors == []
    assert min(traffic.done.values()) > 0
    assert code == 0
    assert not re.search(r"ERROR|Traceback|Warning", log.read_text()), log.read_text()
    third = SAMPLES // 3
    warm, end = statistics.median(memory[third : 2 * third]), statistics.median(memory[-third:])
    assert end <= warm * (1 + LARGEST_GROWTH), memory


def _wait_for_address(log: Path, server: subprocess.Popen[bytes]) -> Address:
    while server.poll() is None:
        if match := re.search(r"http://([\d.]+):(\d+)", log.read_text()):
            return match.group(1), int(match.group(2))
        time.sleep(0.05)  # a file does not tell when it is written to
    raise AssertionError(log.read_text())


def _left_open(address: Address) -> dict[str, int]:
    """Return how many resources and tasks the application has, this request included."""
    with connect(address) as client:
        client.sendall(b"GET /open HTTP/1.1\r\nHost: soak\r\nConnection: close\r\n\r\n")
        left: dict[str, int] = json.loads(read_response(client).body)
        return left


def _open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _wait_until_everything_is_closed(address: Address, pid: int, before: tuple[dict[str, int], int]) -> None:
    deadline = time.monotonic() + 60
    while (now := (_left_open(address), _open_files(pid))) != before:
        assert time.monotonic() < deadline, f"{now} instead of {before}"
        time.sleep(0.1)  # the last connections end by and by


def _memory(pid: int) -> int:
    """Return the private memory of a process in KiB."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(size) for size in re.findall(r"^Private_(?:Clean|Dirty): +(\d+) kB", rollup, re.M))
