"""The contenders: which program serves the workloads, with which options.

All run one process (granian: one worker), on uvloop, without access log. ``--no-proxy-headers``
and ``--no-server-header`` switch off what uvicorn does by default and Bolide's server does not do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.workloads import Workload

__all__ = ["CONTENDERS", "Contender"]

Command = Callable[[Path, Workload, int], list[str]]


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to serve the workloads.

    Attributes:
        name: As in tables, on the command line and in results.
        title: One line for the reader of a report.
        command: Makes the command from the environment's ``bin`` folder, the workload and the port.
    """

    name: str
    title: str
    command: Command


def _uvicorn(app: str, *options: str) -> Command:
    def command(scripts: Path, workload: Workload, port: int) -> list[str]:
        fixed = ["--loop", "uvloop", "--http", "httptools", "--no-proxy-headers", "--no-server-header"]
        quiet = ["--log-level", "warning", "--no-access-log"]
        return [str(scripts / "uvicorn"), app, "--port", str(port), *fixed, *quiet, *options]

    return command


def _granian(app: str) -> Command:
    def command(scripts: Path, workload: Workload, port: int) -> list[str]:
        fixed = ["--interface", "rsgi", "--workers", "1", "--runtime-threads", "1", "--loop", "uvloop"]
        quiet = ["--no-access-log", "--log-level", "warning"]
        return [str(scripts / "granian"), app, "--port", str(port), *fixed, *quiet]

    return command


def _native(app: str, *options: str) -> Command:
    def command(scripts: Path, workload: Workload, port: int) -> list[str]:
        return [str(scripts / "bolide"), "run", app, "--port", str(port), "--no-access-log", *options]

    return command


def _floor(scripts: Path, workload: Workload, port: int) -> list[str]:
    module = ["-m", "bench.apps.floor"]
    return [str(scripts / "python"), *module, "--port", str(port), "--workload", workload.name]


_BOLIDE_APP: Final = "bench.apps.bolide_app:app"
_BARE_APP: Final = "bench.apps.bare_app:app"

CONTENDERS: Final = (
    Contender("fastapi", "FastAPI on uvicorn (uvloop, httptools)", _uvicorn("bench.apps.fastapi_app:app")),
    Contender("litestar", "Litestar on uvicorn (uvloop, httptools)", _uvicorn("bench.apps.litestar_app:app")),
    Contender(
        "bare-asgi",
        "constants from a bare ASGI app on uvicorn",
        _uvicorn(_BARE_APP, "--lifespan", "off"),
    ),
    Contender(
        "bare-asgi-native",
        "the bare ASGI app on Bolide's server",
        _native(_BARE_APP, "--lifespan", "off"),
    ),
    Contender("floor", "a uvloop protocol that writes one constant", _floor),
    Contender("bolide-native", "Bolide on its own server", _native(_BOLIDE_APP)),
    Contender("bolide-uvicorn", "Bolide on uvicorn (uvloop, httptools)", _uvicorn(_BOLIDE_APP)),
    Contender("bolide-granian", "Bolide on granian (RSGI)", _granian(_BOLIDE_APP)),
)
