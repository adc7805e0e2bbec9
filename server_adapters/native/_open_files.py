"""How many files, and so connections, this process may have open."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Final

from bolide.server_adapters.config import ServerConfig

__all__ = ["connection_limit", "raise_file_limit"]

_MOST_CONNECTIONS: Final = 10_000


def connection_limit(config: ServerConfig) -> int:
    """Return how many connections may be open at once; what is left of the files is for the application."""
    if config.limit_connections is not None:
        return config.limit_connections
    files = _file_limits()[0]
    return _MOST_CONNECTIONS if files is None else max(1, min(_MOST_CONNECTIONS, files * 9 // 10))


def raise_file_limit(config: ServerConfig) -> None:
    """Let this process open as many files as its connections may need, as far as the system allows.

    The usual limit of 1024 is for programs that call select(), and each may raise its own, as Go's do. No
    higher than needed: children have the same limit, and some walk through all numbers below it.
    """
    if sys.platform == "win32":
        return
    import resource

    files, most = _file_limits()
    wanted = (config.limit_connections or _MOST_CONNECTIONS) * 10 // 9 + 1
    if most is not None:
        wanted = min(wanted, most)
    if files is not None and files < wanted:
        with suppress(ValueError, OSError):  # macOS says that there is no limit, and has one
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, -1 if most is None else most))


def _file_limits() -> tuple[int | None, int | None]:
    """Return how many files may be open now, and how many the process may ask for; None for any number."""
    if sys.platform == "win32":
        return None, None
    import resource

    soft, hard = (
        None if limit == resource.RLIM_INFINITY else limit
        for limit in resource.getrlimit(resource.RLIMIT_NOFILE)
    )
    return soft, hard
