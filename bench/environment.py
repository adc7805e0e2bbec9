"""Where contenders live: a Python, and a virtual environment of its own with all peers.

Nothing of it is needed to use or test Bolide; it is made on demand under ``build/bench/``.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.errors import BenchError

__all__ = ["PYTHONS", "Environment", "describe_machine", "installed_here", "prepare", "revision"]

PYTHONS: Final = ("3.13", "3.11")
"""The version that counts, then the one of the second table."""

_ROOT: Final = Path(__file__).parent.parent
_PEERS: Final = ("fastapi", "litestar", "uvicorn", "uvloop", "httptools", "granian", "websockets")
_REPORTED: Final = (*_PEERS, "starlette", "pydantic", "pydantic-core", "msgspec", "bolide")
_VERSIONS_CODE: Final = """\
import json, sys
from importlib.metadata import PackageNotFoundError, version
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        pass
print(json.dumps([sys.version.split()[0], found]))
"""


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment that holds the contenders.

    Attributes:
        scripts: Its folder of commands, with ``python`` in it.
        python: The interpreter's full version.
        versions: Of the packages that take part.
    """

    scripts: Path
    python: str
    versions: dict[str, str]


def prepare(
    wanted: str | None, *, purpose: str = "venv", peers: tuple[str, ...] = _PEERS, extra: str = ""
) -> Environment:
    """Return the environment for Python *wanted*, made now if it is new or out of date.

    Args:
        wanted: ``3.13`` and the like. None: 3.13 when it can be had, else the running Python.
        purpose: What its name begins with.
        peers: What is installed besides Bolide.
        extra: Of Bolide, like ``[dev]``.

    Raises:
        BenchError: that Python cannot be found, or an installation failed.
    """
    interpreter = _find_python(wanted or PYTHONS[0])
    if interpreter is None and wanted is not None:
        raise BenchError(f"Python {wanted} cannot be found, neither on the path nor through pyenv")
    interpreter = interpreter or sys.executable
    version = _output([interpreter, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])
    if version is None:
        raise BenchError(f"{interpreter} does not run")
    folder = _ROOT / "build" / "bench" / f"{purpose}-{version}"
    _install(interpreter, folder, peers, extra)
    scripts = folder / "bin"
    listed = _output([str(scripts / "python"), "-c", _VERSIONS_CODE, *_REPORTED])
    if listed is None:
        raise BenchError(f"{scripts / 'python'} does not run; remove {folder} and try again")
    full_version, versions = json.loads(listed)
    return Environment(scripts, full_version, versions)


def installed_here() -> dict[str, str]:
    """Return the versions of the packages that take part, as the running interpreter finds them."""
    listed = _output([sys.executable, "-c", _VERSIONS_CODE, *_REPORTED])
    versions: dict[str, str] = json.loads(listed)[1] if listed is not None else {}
    return versions


def describe_machine() -> dict[str, str]:
    """Return what a reader needs to judge the numbers."""
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "cpu": model,
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "load_average": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def revision() -> str:
    """Return the commit of the working tree, with ``+changes`` when it has local ones."""
    commit = _output(["git", "-C", str(_ROOT), "rev-parse", "--short", "HEAD"])
    if commit is None:
        return "unknown"
    return commit + ("+changes" if _output(["git", "-C", str(_ROOT), "status", "--porcelain"]) else "")


def _find_python(version: str) -> str | None:
    """Return a command that runs Python *version*: this one, one on the path, or pyenv's."""
    if version == "{}.{}".format(*sys.version_info[:2]):
        return sys.executable
    command = f"python{version}"
    # A pyenv shim may stand on the path and fail, so the command has to be tried.
    found = _output([command, "-c", "import sys; print(sys.executable)"])
    if found is not None or shutil.which("pyenv") is None:
        return found
    latest = _output(["pyenv", "latest", version])
    if latest is None:
        return None
    chosen = {**os.environ, "PYENV_VERSION": latest}
    return _output([command, "-c", "import sys; print(sys.executable)"], environment=chosen)


def _install(interpreter: str, folder: Path, peers: tuple[str, ...], extra: str) -> None:
    """Make the environment, unless it was made from the same requirements before."""
    wanted = "\n".join([*peers, (_ROOT / "pyproject.toml").read_text(encoding="utf-8")])
    stamp = folder / "installed-from.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print(f"installing the peers into {folder.relative_to(_ROOT)}", file=sys.stderr)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    for command in (
        [interpreter, "-m", "venv", str(folder)],
        [*pip, *peers, "--editable", f"{_ROOT}{extra}"],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BenchError(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
    stamp.write_text(wanted, encoding="utf-8")


def _output(command: list[str], *, environment: dict[str, str] | None = None) -> str | None:
    """Return what *command* prints, or None when it cannot be run or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
