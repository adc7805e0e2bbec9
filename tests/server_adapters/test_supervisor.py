"""Several workers behind one supervisor: signals, crashes, reloads, with real processes."""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bolide.server_adapters.config import ConfigError, ServerConfig
from bolide.server_adapters.native import run
from bolide.server_adapters.native._cpus import available_cpus
from tests.server_adapters.paced_load import PacedLoad, paced_load
from tests.server_adapters.raw import connect, read_response, wait_until_refused
from tests.server_adapters.supervised import Application, Supervised

FEW_OR_MANY = [pytest.param(1, id="once"), pytest.param(20, id="20 times", marks=pytest.mark.full)]


@pytest.fixture
def code(tmp_path: Path) -> Path:
    path = tmp_path / "code"
    path.write_text("old")
    return path


def _write(code: Path, text: str) -> None:
    """Replace *code* in one step: a worker may read it at any time."""
    unfinished = code.with_suffix(".tmp")
    unfinished.write_text(text)
    unfinished.replace(code)


def _pids(server: Supervised, count: int) -> set[int]:
    """Connect until so many workers have answered."""
    seen: set[int] = set()
    while len(seen) < count:
        seen.add(server.get()["pid"])
    return seen


def _wait_for_code(server: Supervised, code: str) -> None:
    while server.get()["code"] != code:
        pass


def test_workers_serve_on_one_port_and_stop_in_order(code: Path) -> None:
    with Supervised(code).wait_until_ready() as server:
        pids = _pids(server, 2)
        assert server.process.pid not in pids
        server.send(signal.SIGTERM)
        exit_code, lines = server.end()
    assert exit_code == 0
    assert sorted(line for line in lines if line.startswith("shutdown")) == sorted(
        f"shutdown {pid}" for pid in pids
    )


def test_a_line_of_the_log_begins_with_its_level_and_the_pid(code: Path) -> None:
    with Supervised(code).wait_until_ready() as server:
        pid = server.process.pid
        assert server.lines[-1].startswith(f"INFO:     [{pid}] worker ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_finishes_requests_in_flight(code: Path, number: signal.Signals) -> None:
    with Supervised(code).wait_until_ready() as server, connect(server.address) as client:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        server.wait_for("^slow")
        server.send(number)
        wait_until_refused(server.address)
        assert read_response(client).headers["connection"] == "close"
        assert server.end()[0] == 0


def test_m01_a_signal_to_all_processes_finishes_requests_in_flight(code: Path) -> None:
    """As systemd sends it, unless a unit has another ``KillMode``."""
    with Supervised(code).wait_until_ready() as server, connect(server.address) as client:
        pids = _pids(server, 2)
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        server.wait_for("^slow")
        for pid in pids:
            os.kill(pid, signal.SIGTERM)
        server.send(signal.SIGTERM)
        assert read_response(client).status == 200
        assert server.end()[0] == 0


def test_a_second_signal_cancels(code: Path) -> None:
    with Supervised(code).wait_until_ready() as server, connect(server.address) as client:
        client.sendall(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
        server.wait_for("^endless")
        server.send(signal.SIGTERM)
        wait_until_refused(server.address)
        server.send(signal.SIGINT)
        exit_code, lines = server.end()
    assert exit_code == 0
    assert any("1 requests did not finish in time" in line for line in lines)


@pytest.mark.parametrize("times", FEW_OR_MANY)
def test_m02_a_reload_loses_no_request_and_loads_new_code(code: Path, times: int) -> None:
    with Supervised(code).wait_until_ready() as server:

        async def scenario(load: PacedLoad) -> None:
            for turn in range(times):
                old = set(load.workers)
                load.workers.clear()
                _write(code, f"new {turn}")
                server.send(signal.SIGHUP)
                await asyncio.to_thread(server.wait_until_replaced)
                await load.reach(100)
                assert load.workers - old

        load = _run_under_load(server, scenario)
        _wait_for_code(server, f"new {times - 1}")
    assert (load.failures, load.refused) == ([], 0)


@pytest.mark.parametrize("times", FEW_OR_MANY)
def test_m01_a_stop_under_load_loses_no_request(code: Path, times: int) -> None:
    for _ in range(times):
        with Supervised(code).wait_until_ready() as server:

            async def scenario(load: PacedLoad, server: Supervised = server) -> None:
                await load.reach(100)
                server.send(signal.SIGTERM)
                code, _ = await asyncio.to_thread(server.end)
                assert code == 0

            assert _run_under_load(server, scenario).failures == []


@pytest.mark.parametrize("times", FEW_OR_MANY)
def test_a_worker_that_is_told_to_stop_is_replaced_without_loss(code: Path, times: int) -> None:
    for _ in range(times):
        with Supervised(code).wait_until_ready() as server:

            async def scenario(load: PacedLoad, server: Supervised = server) -> None:
                await load.reach(100)
                os.kill(min(load.workers), signal.SIGTERM)
                await asyncio.to_thread(server.wait_for, r"worker \d+ is ready")
                await load.reach(100)

            load = _run_under_load(server, scenario)
        assert (load.failures, load.refused) == ([], 0)


@pytest.mark.parametrize("times", FEW_OR_MANY)
def test_m03_a_killed_worker_loses_only_its_requests_and_is_replaced(code: Path, times: int) -> None:
    seconds: list[float] = []
    for _ in range(times):
        with Supervised(code).wait_until_ready() as server:
            killed = 0

            async def scenario(load: PacedLoad, server: Supervised = server) -> None:
                nonlocal killed
                await load.reach(100)
                killed = min(load.workers)
                began = time.monotonic()
                os.kill(killed, signal.SIGKILL)
                await asyncio.to_thread(
                    server.wait_for, f"worker {killed} ended by SIGKILL; another starts now"
                )
                await asyncio.to_thread(server.wait_for, r"worker \d+ is ready")
                seconds.append(time.monotonic() - began)
                await load.reach(100)

            load = _run_under_load(server, scenario)
        assert {failure.worker for failure in load.failures} <= {killed}
        assert load.refused == 0
    if times > 1:  # once says nothing on a busy machine
        assert statistics.median(seconds) <= 0.5


def test_m03_a_worker_that_hangs_is_replaced_and_shows_where(code: Path) -> None:
    with Supervised(code, timeout_worker_healthcheck=0.5).wait_until_ready() as server:
        with connect(server.address) as client:
            client.sendall(b"GET /hang HTTP/1.1\r\nHost: a\r\n\r\n")
            pid = server.wait_for(r"worker (\d+) has not answered for 0.5 seconds").group(1)
            server.wait_for(r"supervised\.py.*, line \d+ in _answer")
            server.wait_for(f"worker {pid} ended by SIGABRT; another starts now")
            server.wait_for(r"worker \d+ is ready")
        assert server.get()["pid"] != int(pid)


@pytest.mark.full
def test_m03_a_reload_that_hangs_is_given_up_and_shows_where(code: Path) -> None:
    with Supervised(code, timeout_worker_startup=10).wait_until_ready() as server:
        _write(code, "hangs")
        server.send(signal.SIGHUP)
        server.wait_for(r"worker \d+ has not become ready in 10 seconds and is ended")
        server.wait_for(r"supervised\.py.*, line \d+ in load")
        server.wait_for(r"reload: worker \d+ ended by SIGABRT before it was ready; the old workers stay")
        assert server.get()["code"] == "old"


def test_m04_an_application_that_hangs_at_its_start_ends_the_supervisor(code: Path) -> None:
    _write(code, "hangs")
    with Supervised(code, timeout_worker_startup=0.5) as server:
        exit_code, lines = server.end()
    assert exit_code == 3
    assert any("has not become ready in 0.5 seconds and is ended" in line for line in lines)


def test_workers_in_a_crash_loop_start_ever_more_slowly(code: Path) -> None:
    with Supervised(code).wait_until_ready() as server:
        _write(code, "dies")
        for pid in _pids(server, 2):
            os.kill(pid, signal.SIGKILL)
        pauses = [server.wait_for(r"another starts (in [\d.]+ s|now)").group(1) for _ in range(5)]
        assert pauses == ["now", "now", "now", "in 0.5 s", "in 1 s"]
        _write(code, "sound")
        server.send(signal.SIGHUP)  # nobody has to wait for the end of the pause
        server.wait_for(r"worker \d+ is ready")
        assert server.get()["code"] == "sound"


def test_m04_an_application_that_cannot_start_ends_the_supervisor(code: Path) -> None:
    _write(code, "fails at start-up")
    with Supervised(code) as server:
        exit_code, lines = server.end()
    assert exit_code == 3
    assert sum("application failed to start: RuntimeError('no database')" in line for line in lines) == 1
    _write(code, "cannot be loaded")
    with Supervised(code) as server:
        assert server.end() == (2, ["it cannot be loaded"])
    _write(code, "dies")
    with Supervised(code) as server:
        exit_code, lines = server.end()
    assert exit_code == 3
    assert "the first one, ended by SIGKILL before it was ready" in lines[-1]


@pytest.mark.parametrize("broken", ["fails at start-up", "cannot be loaded", "dies"])
def test_a_reload_that_fails_keeps_the_old_workers(code: Path, broken: str) -> None:
    with Supervised(code).wait_until_ready() as server:
        before = _pids(server, 2)
        _write(code, broken)
        server.send(signal.SIGHUP)
        server.wait_for(r"reload: worker \d+ ended .* before it was ready; the old workers stay")
        assert _pids(server, 2) == before
        _write(code, "repaired")
        server.send(signal.SIGHUP)
        server.wait_until_replaced()
        _wait_for_code(server, "repaired")


def test_ttin_adds_a_worker_and_ttou_takes_one_away(code: Path) -> None:
    with Supervised(code, workers=1, timeout_worker_healthcheck=5).wait_until_ready(1) as server:
        server.send(signal.SIGTTIN)
        server.wait_for("2 workers are wanted")
        server.wait_for(r"worker \d+ is ready")
        _pids(server, 2)
        server.send(signal.SIGTTOU)
        server.wait_for("1 workers are wanted")
        server.wait_for(r"^shutdown")


def test_workers_end_when_their_supervisor_is_killed(code: Path) -> None:
    with Supervised(code).wait_until_ready() as server:
        server.process.kill()
        server.wait_for("^shutdown")
        server.wait_for("^shutdown")
        wait_until_refused(server.address)


@pytest.mark.parametrize(
    "settings", [{"limit_max_requests": 3, "limit_max_requests_jitter": 2}, {"workers_lifetime": 0.5}]
)
def test_a_worker_is_replaced_when_it_has_served_enough(code: Path, settings: dict[str, float]) -> None:
    with Supervised(code, workers=1, **settings).wait_until_ready(1) as server:
        first = server.get()["pid"]
        while (second := server.get()["pid"]) == first:
            pass
        assert second != first
        assert not any("ended" in line for line in server.lines)


def test_auto_counts_the_cpus_that_a_container_may_use(tmp_path: Path) -> None:
    counted = available_cpus(tmp_path)
    assert counted >= 1
    for text, expected in (("150000 100000", min(counted, 2)), ("50000 100000", 1), ("max 100000", counted)):
        (tmp_path / "cpu.max").write_text(text)
        assert available_cpus(tmp_path) == expected


def test_several_workers_need_a_function_that_loads() -> None:
    with pytest.raises(ConfigError, match=r"workers is 2, .* call supervise\(\) with a function that does"):
        run(Application("code"), ServerConfig(workers=2))


def _run_under_load(server: Supervised, scenario: Callable[[PacedLoad], Awaitable[None]]) -> PacedLoad:
    async def main() -> PacedLoad:
        async with paced_load(server.address) as load:
            await scenario(load)
        return load

    return asyncio.run(main())
