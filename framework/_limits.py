"""Default limits of applications."""

from typing import Final

__all__ = ["MAX_BODY_BYTES"]

MAX_BODY_BYTES: Final = 1024 * 1024
"""Largest request body: the limit of nginx, aiohttp and Fastify."""
