"""Run one contender's server as a process of its own, pinned to a core."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from bench.contenders import Contender
from bench.errors import BenchError, StartFailed
from bench.workloads import Workload

__all__ = ["SERVER_CORE", "check_answer", "free_port", "running"]

SERVER_CORE: Final = 0
_ROOT: Final = Path(__file__).parent.parent
_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 10.0
_ANSWER_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.05
_EXCEPTION: Final = re.compile(r"[\w.]+(Error|Exception): ")


@contextmanager
def running(contender: Contender, workload: Workload, scripts: Path) -> Generator[tuple[int, int]]:
    """Start *contender* for *workload*, yield its process id and port, stop it at the end.

    Raises:
        StartFailed: it did not start; the text ends with what it wrote to stderr.
    """
    port = free_port()
    command = ["taskset", "-c", str(SERVER_CORE), *contender.command(scripts, workload, port)]
    # A fixed hash seed takes the layout of dicts and sets out of the differences between runs.
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONHASHSEED": "0"}
    if not Path(command[3]).exists():
        raise StartFailed(f"{contender.name}: {Path(command[3]).name} is not installed")
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            command, cwd=_ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        ) as process,
    ):
        try:
            _wait_until_listening(contender, process, port, log)
            yield process.pid, port
        finally:
            _stop(process)


def check_answer(contender: Contender, workload: Workload, port: int) -> None:
    """Send *workload* once and compare the answer with the expected one.

    Raises:
        BenchError: status, media type or body differ.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
    try:
        headers = {} if workload.body is None else {"content-type": "application/json"}
        connection.request(workload.method, workload.target, workload.body, headers)
        response = connection.getresponse()
        answer = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise BenchError(f"{contender.name}: no answer to {workload.name}: {error!r}") from error
    finally:
        connection.close()
    media_type = response.headers.get_content_type()
    if response.status != 200 or media_type != workload.media_type or not workload.accepts(answer):
        raise BenchError(
            f"{contender.name}: wrong answer to {workload.name}: status {response.status}, {media_type}, "
            f"{answer[:200]!r}; expected 200, {workload.media_type}, {workload.answer[:200]!r}"
        )


def free_port() -> int:
    """Return a port that nobody uses at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_until_listening(
    contender: Contender, process: subprocess.Popen[bytes], port: int, log: IO[str]
) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            log.seek(0)
            raise StartFailed(f"{contender.name}: ended with {process.returncode}: {_reason(log.read())}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(_POLL_SECONDS)
        else:
            return
    raise StartFailed(f"{contender.name}: not listening after {_START_SECONDS:.0f} s")


def _reason(output: str) -> str:
    """Return the line of *output* that tells most: the last exception, else the last line."""
    lines = output.strip().splitlines() or ["(no output)"]
    return next((line for line in reversed(lines) if _EXCEPTION.match(line)), lines[-1])


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server, then whatever is left of its process group."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
