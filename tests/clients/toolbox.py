"""The Node packages that read our documents: installed from a lock file, kept while it is unchanged."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

__all__ = ["SOURCES", "NodeMissing", "run_tool", "toolbox"]

SOURCES: Final = Path(__file__).parent
"""Where the lock file, the configurations and the TypeScript programs stand."""

_UNREACHABLE: Final = re.compile(r"ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|network")
_SECONDS: Final = 600


class NodeMissing(Exception):
    """There is no Node, or its packages cannot be had; the text says which."""


def toolbox(folder: Path) -> Path:
    """Make *folder* with the packages in it, and return it.

    Raises:
        NodeMissing: the packages cannot be installed here.
    """
    if shutil.which("npm") is None:
        raise NodeMissing("there is no npm")
    lock = (SOURCES / "package-lock.json").read_text()
    held = folder / "node_modules" / "lock.json"
    if held.is_file() and held.read_text() == lock:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCES / name, folder)
    done = _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
    if done.returncode and _UNREACHABLE.search(done.stderr):
        raise NodeMissing(f"no package registry: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stdout + done.stderr
    held.write_text(lock)
    return folder


def run_tool(folder: Path, *command: str) -> str:
    """Run a program of the packages in *folder*, at or below the toolbox, and return what it prints."""
    done = _run(["npx", "--no-install", *command], folder)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)
