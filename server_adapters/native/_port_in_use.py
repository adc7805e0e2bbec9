"""Say who uses a port, and which one is free: for the message to somebody who wanted it."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Final

__all__ = ["advice"]

_LISTENING: Final = "0A"
_TRIED_PORTS: Final = 100


def advice(host: str, port: int, *, proc: Path = Path("/proc")) -> str:
    """Return what to say about a *port* in use, empty when nothing is known.

    Args:
        proc: Where Linux tells about processes; processes of other users may not be named there.
    """
    owner = _owner(port, proc)
    free = _next_free(host, port)
    by = f" by {owner}" if owner else ""
    return f"{by}; port {free} is free" if free else by


def _owner(port: int, proc: Path) -> str | None:
    inodes = {
        f"socket:[{inode}]" for name in ("tcp", "tcp6") for inode in _listeners(proc / "net" / name, port)
    }
    if not inodes:
        return None
    for process in proc.iterdir():
        if process.name.isdecimal() and int(process.name) != os.getpid() and _holds(process / "fd", inodes):
            name = (process / "comm").read_text().strip()
            return f"{name} (process {process.name})"
    return None


def _listeners(table: Path, port: int) -> list[str]:
    """Return the inodes of the sockets in *table* that listen on *port*."""
    try:
        rows = [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:
        return []
    return [row[9] for row in rows if row[3] == _LISTENING and int(row[1].rpartition(":")[2], 16) == port]


def _holds(files: Path, inodes: set[str]) -> bool:
    try:
        return any(os.readlink(file) in inodes for file in files.iterdir())
    except OSError:  # of another user, or gone
        return False


def _next_free(host: str, port: int) -> int | None:
    for candidate in range(port + 1, min(port + _TRIED_PORTS, 65535) + 1):
        try:
            with socket.create_server((host, candidate)):
                return candidate
        except OSError:
            continue
    return None
