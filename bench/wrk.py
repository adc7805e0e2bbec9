"""Drive ``wrk``: the command line, the script for request bodies, and the reading of its output."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.errors import BenchError
from bench.workloads import Workload

__all__ = ["CLIENT_CORE", "Load", "parse_output", "require_tools", "run", "script_for"]

CLIENT_CORE: Final = 1
_DURATION: Final = re.compile(r"(\d+) requests in ([\d.]+)(us|ms|s|m|h),")
_UNIT_SECONDS: Final = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_SOCKET_ERRORS: Final = re.compile(r"Socket errors: (.*)")
_STATUS_ERRORS: Final = re.compile(r"Non-2xx or 3xx responses: (\d+)")


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk did: answered requests and the time they took, in seconds."""

    requests: int
    seconds: float


def require_tools() -> None:
    """Check that the programs the harness calls are installed.

    Raises:
        BenchError: one is missing; names the Debian package that holds it.
    """
    for program, package in (("wrk", "wrk"), ("taskset", "util-linux")):
        if shutil.which(program) is None:
            raise BenchError(f"{program} is not installed; on Debian: apt-get install {package}")


def parse_output(text: str) -> Load:
    """Read the summary that wrk prints.

    Raises:
        BenchError: there is no summary, no request was answered, or any of them failed.
    """
    for failures in (_SOCKET_ERRORS.search(text), _STATUS_ERRORS.search(text)):
        if failures is not None:
            raise BenchError(f"wrk reports failures: {failures[0]}")
    summary = _DURATION.search(text)
    if summary is None:
        raise BenchError(f"no summary in wrk's output: {text!r}")
    if summary[1] == "0":
        raise BenchError("wrk got no answer at all")
    return Load(int(summary[1]), float(summary[2]) * _UNIT_SECONDS[summary[3]])


def script_for(workload: Workload, pipelined: int = 1) -> str | None:
    """Return the Lua script that makes wrk send *workload*'s body, or so many requests in one piece.

    None when wrk needs no script.
    """
    script = ""
    if workload.body is not None:
        script += (
            f'wrk.method = "{workload.method}"\n'
            'wrk.headers["Content-Type"] = "application/json"\n'
            f"wrk.body = [==[{workload.body.decode()}]==]\n"
        )
    if pipelined > 1:
        script += (
            f"init = function() together = string.rep(wrk.format(), {pipelined}) end\n"
            "request = function() return together end\n"
        )
    return script or None


def run(workload: Workload, *, port: int, seconds: int, connections: int, script: Path | None) -> Load:
    """Send *workload* from one wrk thread on its own core for *seconds*.

    Raises:
        BenchError: wrk failed, or a request got no answer or another status than 2xx.
    """
    command = ["taskset", "-c", str(CLIENT_CORE), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    if script is not None:
        command += ["-s", str(script)]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{workload.target}"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BenchError(f"wrk ended with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return parse_output(done.stdout)
