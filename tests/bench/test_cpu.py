"""The CPU reader against processes that use a known amount of CPU."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from bench.cpu import CpuReading, cpu_between, process_tree, read_cpu
from bench.errors import BenchError

# Burns 0.2 s whenever a line arrives: half of it in the process, half in a thread that then ends.
BURNER = """\
import sys, threading, time
def burn():
    end = time.thread_time() + 0.1
    while time.thread_time() < end:
        pass
print("ready", flush=True)
for line in sys.stdin:
    thread = threading.Thread(target=burn)
    thread.start()
    thread.join()
    burn()
    print("done", flush=True)
"""

# Passes its input and output on to a child of its own that burns.
PARENT = f"""\
import subprocess, sys
subprocess.run([sys.executable, "-c", {BURNER!r}])
"""


@contextmanager
def process(code: str) -> Generator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert read_line(running) == "ready\n"
        yield running
        running.communicate()


def read_line(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline()


def burn(running: subprocess.Popen[str]) -> None:
    assert running.stdin is not None
    running.stdin.write("burn\n")
    running.stdin.flush()
    assert read_line(running) == "done\n"


@pytest.mark.parametrize("code", [pytest.param(BURNER, id="itself"), pytest.param(PARENT, id="its child")])
def test_cpu_of_a_process_is_what_it_burnt(code: str) -> None:
    with process(code) as running:
        before = read_cpu(running.pid)
        burn(running)
        after = read_cpu(running.pid)
    assert 200_000_000 <= cpu_between(before, after) < 230_000_000


def test_an_idle_process_costs_nothing() -> None:
    with process(BURNER) as running:
        before = read_cpu(running.pid)
        after = read_cpu(running.pid)
    assert 0 <= cpu_between(before, after) < 1_000_000


def test_process_tree_holds_children() -> None:
    with process(PARENT) as running:
        tree = process_tree(running.pid)
    assert len(tree) == 2
    assert running.pid in tree


def test_reading_an_ended_process_fails() -> None:
    with process(BURNER) as running:
        pid = running.pid
    with pytest.raises(BenchError, match=f"process {pid} or one of its children ended"):
        read_cpu(pid)


def test_changed_processes_make_a_reading_void() -> None:
    with pytest.raises(BenchError, match=r"processes changed while measured: \(7,\) to \(7, 8\)"):
        cpu_between(CpuReading((7,), 0, 0), CpuReading((7, 8), 10, 10))


def test_contradicting_clocks_make_a_reading_void() -> None:
    with pytest.raises(BenchError, match=r"CPU clocks disagree: 500\.0 ms by clock, 400\.0 ms by ticks"):
        cpu_between(CpuReading((7,), 0, 0), CpuReading((7,), 500_000_000, 400_000_000))


@pytest.mark.skipif(os.sysconf("SC_CLK_TCK") != 100, reason="the ticks of this test are 10 ms")
def test_clocks_may_differ_by_two_ticks_per_process() -> None:
    before, after = CpuReading((7, 8), 0, 0), CpuReading((7, 8), 500_000_000, 460_000_000)
    assert cpu_between(before, after) == 500_000_000
