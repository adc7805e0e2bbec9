"""Serve WSGI applications (PEP 3333) below a path; needs the extra ``wsgi``."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from bolide.exceptions import BolideError
from bolide.server_adapters.asgi import Receive, Scope, Send

__all__ = ["WSGIMiddleware"]


class WSGIMiddleware:
    """A WSGI application as an ASGI application: ``app.mount("/old", WSGIMiddleware(flask_app))``.

    It runs in threads of its own, *workers* of them.

    Raises:
        BolideError: the package ``a2wsgi`` is not installed.
    """

    def __init__(self, app: Any, workers: int = 10) -> None:
        try:
            module = import_module("a2wsgi")
        except ImportError:
            raise BolideError("WSGI applications need the extra 'wsgi': pip install 'bolide[wsgi]'") from None
        self._app = module.WSGIMiddleware(app, workers=workers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)
