"""One line per response, as uvicorn's users know them."""

from __future__ import annotations

import logging
from urllib.parse import quote

from bolide.server_adapters.native._context import AccessLog

__all__ = ["access_log"]


def access_log(logger: logging.Logger) -> AccessLog | None:
    """Return what logs a response to *logger*, or None when nobody would see it."""
    if not logger.isEnabledFor(logging.INFO) or not logger.hasHandlers():
        return None

    def log(
        client: tuple[str, int] | None, method: str, path: str, query: str, version: str, status: int
    ) -> None:
        # Percent-encoding and the request-line grammar leave no quote or control character.
        target = quote(path)
        if query:
            target = f"{target}?{query.replace(chr(34), '%22')}"
        logger.info(
            '%s - "%s %s HTTP/%s" %d',
            f"{client[0]}:{client[1]}" if client else "",
            method,
            target,
            version,
            status,
        )

    return log
