"""Clients that send a request now and then on connections that they keep."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.server_adapters.raw import Address

__all__ = ["Failure", "PacedLoad", "paced_load"]

CONNECTIONS = 24
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@dataclass(frozen=True)
class Failure:
    """A request without an answer.

    Attributes:
        worker: The pid of the process that answered on this connection before; None on a new one.
    """

    reason: str
    worker: int | None


@dataclass
class PacedLoad:
    """What has happened so far.

    Attributes:
        refused: Attempts to connect that failed.
    """

    answered: int = 0
    refused: int = 0
    failures: list[Failure] = field(default_factory=list)
    workers: set[int] = field(default_factory=set)
    ending: bool = False
    _wanted: int = 0
    _reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def reach(self, answered: int) -> None:
        """Wait until there are so many more answers."""
        self._wanted = self.answered + answered
        self._reached.clear()
        await self._reached.wait()

    def count(self, worker: int) -> None:
        """Take note of an answer."""
        self.answered += 1
        self.workers.add(worker)
        if self.answered >= self._wanted:
            self._reached.set()


@asynccontextmanager
async def paced_load(address: Address) -> AsyncGenerator[PacedLoad]:
    """Keep 24 connections busy, each with a request every 20 to 60 ms, up to the end of the block."""
    load = PacedLoad()
    async with asyncio.TaskGroup() as clients:
        for _ in range(CONNECTIONS):
            clients.create_task(_client(address, load))
        try:
            yield load
        finally:
            load.ending = True


async def _client(address: Address, load: PacedLoad) -> None:
    while not load.ending:
        try:
            reader, writer = await asyncio.open_connection(*address)
        except OSError:
            load.refused += 1
            await asyncio.sleep(0.02)
            continue
        try:
            await _converse(reader, writer, load)
        finally:
            writer.close()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, load: PacedLoad) -> None:
    """Send requests until the server says that it closes, or closes while it owes nothing."""
    worker: int | None = None
    while not load.ending:
        if reader.at_eof():
            return  # as a client that looks before it sends
        try:
            writer.write(REQUEST)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            pid = worker = int(json.loads(await reader.readexactly(length))["pid"])
        except (OSError, EOFError) as error:
            load.failures.append(Failure(repr(error), worker))
            return
        load.count(pid)
        if b"connection: close" in head.lower():
            return
        await asyncio.sleep(random.uniform(0.02, 0.06))
