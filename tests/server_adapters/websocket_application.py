"""The contract application with WebSocket connections; what they do is said by their path."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from bolide.server_adapters.contract import Reply, WebSocketDisconnect, WebSocketExchange
from tests.server_adapters.application import TEXT, ContractApplication

__all__ = ["WebSocketContractApplication"]


class WebSocketContractApplication(ContractApplication):
    """``/echo`` answers each message with itself; events tell how connections ended."""

    def handle_websocket(self, exchange: WebSocketExchange) -> Coroutine[Any, Any, Exception | None]:
        serve = getattr(self, f"_serve_{exchange.path.strip('/').replace('-', '_')}", self._serve_nothing)
        coroutine: Coroutine[Any, Any, Exception | None] = serve(exchange)
        return coroutine

    async def _serve_nothing(self, exchange: WebSocketExchange) -> None:
        await exchange.close()

    async def _serve_echo(self, exchange: WebSocketExchange) -> None:
        await exchange.accept()
        await self._echo(exchange)

    async def _echo(self, exchange: WebSocketExchange) -> None:
        try:
            while True:
                message = await exchange.receive()
                if isinstance(message, str):
                    await exchange.send_text(message)
                else:
                    await exchange.send_bytes(message)
        except WebSocketDisconnect as end:
            self.record(f"{exchange.stage} {end.code} {end.reason}".rstrip())

    async def _serve_inspect(self, exchange: WebSocketExchange) -> None:
        seen = [exchange.method, exchange.path, exchange.query, exchange.scheme, exchange.http_version]
        shown = [*seen, exchange.body == b"", exchange.stage, exchange.subprotocols]
        forged = [(b"sec-websocket-accept", b"forged"), (b"Upgrade", b"h2c"), (b"Content-Length", b"1")]
        await exchange.accept("v2", [(b"x-one", b"1"), *forged])
        await exchange.send_text(json.dumps([*shown, exchange.stage]))

    async def _serve_client(self, exchange: WebSocketExchange) -> None:
        await exchange.accept()
        assert exchange.client is not None
        await exchange.send_text(json.dumps([exchange.client[0], exchange.scheme]))

    async def _serve_hints(self, exchange: WebSocketExchange) -> None:
        await exchange.accept()
        await exchange.send_early_hints([b"</style.css>; rel=preload"])
        await exchange.send_text("no hints")

    async def _serve_split(self, exchange: WebSocketExchange) -> Exception | None:
        try:
            await exchange.accept(None, [(b"x", b"a\r\nb: c")])
        except ValueError as error:
            self.record(type(error).__name__)
            return error
        return None

    async def _serve_close(self, exchange: WebSocketExchange) -> None:
        await exchange.accept()
        await exchange.close(4001, "enough")
        self.record(exchange.stage)
        try:
            await exchange.send_text("too late")
        except WebSocketDisconnect as end:
            self.record(f"send {end.code}")

    async def _serve_unsendable(self, exchange: WebSocketExchange) -> None:
        await exchange.accept()
        await exchange.close(1005)

    async def _serve_deny(self, exchange: WebSocketExchange) -> None:
        await exchange.deny(Reply(402, TEXT, b"pay first", [(b"x-price", b"1")]))

    async def _serve_deny_stream(self, exchange: WebSocketExchange) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"pay "
            yield b"first"

        await exchange.deny(Reply(402, TEXT, pieces()))

    async def _serve_deny_stream_fails(self, exchange: WebSocketExchange) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"pay "
            raise RuntimeError("in the middle of the refusal")

        await exchange.deny(Reply(402, TEXT, pieces()))

    async def _serve_deny_unsendable(self, exchange: WebSocketExchange) -> None:
        await exchange.deny(Reply(402, TEXT, b"", [(b"x", b"a\r\nb: c")]))

    async def _serve_undecided(self, exchange: WebSocketExchange) -> None:
        self.record("undecided")

    async def _serve_raise(self, exchange: WebSocketExchange) -> None:
        await exchange.accept()
        raise RuntimeError("breaks the contract")

    async def _serve_fail(self, exchange: WebSocketExchange) -> Exception | None:
        return RuntimeError("unhandled")

    async def _serve_exit(self, exchange: WebSocketExchange) -> None:
        await exchange.accept()
        raise SystemExit(7)

    async def _serve_slow_accept(self, exchange: WebSocketExchange) -> None:
        """Accept when released."""
        assert self.release is not None
        self.record("asked")
        await self.release.wait()
        try:
            await exchange.accept()
        except WebSocketDisconnect as end:
            self.record(f"accept {end.code}")
            return
        await self._echo(exchange)

    async def _serve_count(self, exchange: WebSocketExchange) -> None:
        """Take no message before released, then count them to the end."""
        assert self.release is not None
        await exchange.accept()
        await exchange.send_text("ready")
        await self.release.wait()
        count = 0
        try:
            while True:
                await exchange.receive()
                count += 1
        except WebSocketDisconnect as end:
            self.record(f"{count} then {end.code}")

    async def _serve_deaf(self, exchange: WebSocketExchange) -> None:
        """Take no message, and end when released."""
        assert self.release is not None
        await exchange.accept()
        self.record("deaf")
        await self.release.wait()

    async def _serve_flood(self, exchange: WebSocketExchange) -> None:
        """Send for ever, from two tasks."""
        await exchange.accept()

        async def send() -> None:
            while True:
                await exchange.send_bytes(bytes(65536))
                self.record("sent")

        try:
            await asyncio.gather(send(), send())
        except WebSocketDisconnect as end:
            self.record(f"lost {end.code}")

    async def _serve_two_readers(self, exchange: WebSocketExchange) -> None:
        await exchange.accept()
        first = asyncio.ensure_future(exchange.receive())
        await asyncio.sleep(0)
        try:
            await exchange.receive()
        except RuntimeError as error:
            self.record(str(error))
        first.cancel()
        await self._echo(exchange)  # the cancelled one has taken nothing
