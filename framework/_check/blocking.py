"""Know what blocks the event loop, and what to use instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["BLOCKING", "PACKAGES", "instead_of"]

BLOCKING: Final[Mapping[str, str]] = {
    "time.sleep": "await asyncio.sleep()",
    "builtins.input": "def instead of async def",
    "_io.open": "def instead of async def, or run_in_threadpool()",
    "io.open": "def instead of async def, or run_in_threadpool()",
    "os.system": "await asyncio.create_subprocess_shell()",
    "posix.system": "await asyncio.create_subprocess_shell()",
    "os.popen": "await asyncio.create_subprocess_shell()",
    "shutil": "run_in_threadpool()",
    "smtplib": "run_in_threadpool()",
    "sqlite3": "run_in_threadpool(), or an async driver",
    "_sqlite3": "run_in_threadpool(), or an async driver",
    "socket": "await asyncio.open_connection()",
    "subprocess": "await asyncio.create_subprocess_exec()",
    "urllib.request": "an async client, like httpx.AsyncClient",
    "requests": "an async client, like httpx.AsyncClient",
    "urllib3": "an async client, like httpx.AsyncClient",
    "httpx._api": "httpx.AsyncClient",
    "psycopg2": "an async driver, like psycopg.AsyncConnection",
    "pymysql": "an async driver",
    "boto3": "run_in_threadpool()",
}
"""Functions, modules and packages whose functions wait for something outside of the event loop."""

PACKAGES: Final = frozenset(name.partition(".")[0] for name in BLOCKING)


def instead_of(name: str) -> str | None:
    """Return what to use instead of the function ``module.name``, None when it is not known to block."""
    while name:
        if name in BLOCKING:
            return BLOCKING[name]
        name = name.rpartition(".")[0]
    return None
