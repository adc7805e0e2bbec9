"""A client of the RSGI entry that stays, or leaves, at one point of a request."""

import asyncio
from typing import Any

import anyio

from bolide import Bolide
from tests.framework.probes import Probe

__all__ = ["request_by_rsgi"]


class _Headers:
    def get(self, key: str) -> str | None:
        return {"host": "localhost"}.get(key)

    def get_all(self, key: str) -> list[str]:
        return [value for value in (self.get(key),) if value is not None]

    def keys(self) -> list[str]:
        return ["host"]


class _Scope:
    proto = "http"
    http_version = "1.1"
    scheme = "http"
    server = "127.0.0.1:80"
    client = "127.0.0.1:9"
    headers = _Headers()

    def __init__(self, method: str, path: str, query_string: str) -> None:
        self.method = method
        self.path = path
        self.query_string = query_string


class _Protocol:
    """Granian's side. The points are named as those of ASGI: ``send http.response.start``."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe

    async def __call__(self) -> bytes:
        return b""

    async def client_disconnect(self) -> None:
        await self._probe.left.wait()

    def response_empty(self, status: int, headers: Any) -> None:
        self._probe.at_once("send http.response.start")

    def response_bytes(self, status: int, headers: Any, body: bytes) -> None:
        self._probe.at_once("send http.response.start")
        self._probe.at_once("send http.response.body")

    def response_stream(self, status: int, headers: Any) -> Any:
        self._probe.at_once("send http.response.start")
        return self

    async def send_bytes(self, data: bytes) -> None:
        await self._probe.at("send http.response.body")


async def request_by_rsgi(probe: Probe, app: Bolide, target: str = "/", *, method: str = "GET") -> None:
    """Serve one request as an RSGI server does, whatever becomes of it."""
    path, _, query = target.partition("?")
    scope: Any = _Scope(method, path, query)
    protocol: Any = _Protocol(probe)

    async def serve_in_scope() -> None:
        with anyio.CancelScope() as probe.scope:
            await app.__rsgi__(scope, protocol)

    probe.task = asyncio.create_task(serve_in_scope())
    await asyncio.gather(probe.task, return_exceptions=True)
