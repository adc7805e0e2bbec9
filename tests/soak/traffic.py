"""Clients of many kinds: what they send is drawn by chance, what they get is compared with what is right."""

from __future__ import annotations

import asyncio
import json
import random
import string
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from websockets.asyncio.client import connect as connect_websocket
from websockets.exceptions import WebSocketException

from tests.server_adapters.raw import Address

__all__ = ["KINDS", "Traffic"]

CLIENTS = 32
_SECONDS = 30
"""After so long an answer is missing."""


class Peer:
    """One connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def read_head(self) -> tuple[int, dict[str, str]]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status_line, *lines = head.strip().split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines)
        return int(status_line.split()[1]), fields

    async def read(self) -> tuple[int, bytes]:
        """Read one response."""
        status, fields = await self.read_head()
        if "chunked" not in fields.get("transfer-encoding", ""):
            return status, await self.reader.readexactly(int(fields["content-length"]))
        body = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            body += (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readexactly(2)
        return status, body

    async def get(self, target: str) -> tuple[int, bytes]:
        await self.send(request("GET", target))
        return await self.read()

    async def expect_end(self) -> None:
        """Read to the end; a reset is one, too."""
        try:
            while await self.reader.read(65536):
                pass
        except ConnectionResetError:
            pass


@asynccontextmanager
async def connection(address: Address) -> AsyncGenerator[Peer]:
    reader, writer = await asyncio.open_connection(*address)
    try:
        yield Peer(reader, writer)
    finally:
        writer.close()


def request(method: str, target: str, *lines: str, body: bytes = b"") -> bytes:
    fields = ["Host: soak", *lines]
    if body and not any(line.startswith("Transfer-Encoding") for line in lines):
        fields.append(f"Content-Length: {len(body)}")
    return "\r\n".join([f"{method} {target} HTTP/1.1", *fields, "", ""]).encode() + body


def word(length: int = 12) -> str:
    return "".join(random.choices(string.ascii_lowercase, k=length))


def expect(seen: object, right: object) -> None:
    if seen != right:
        raise AssertionError(f"{seen!r} instead of {right!r}")


async def keeps_its_connection(address: Address) -> None:
    async with connection(address) as peer:
        for _ in range(random.randint(1, 20)):
            number, q = random.randint(0, 10**6), word()
            right = b'{"number":%d,"q":"%b"}' % (number, q.encode())
            expect(await peer.get(f"/items/{number}?q={q}"), (200, right))
            await asyncio.sleep(0.002)


async def sends_json(address: Address) -> None:
    async with connection(address) as peer:
        body = json.dumps({"name": word(), "tags": [word() for _ in range(3)], "price": 1.5}).encode()
        await peer.send(request("POST", "/items", "Content-Type: application/json", body=body))
        status, answer = await peer.read()
        expect((status, json.loads(answer)), (201, json.loads(body)))


async def sends_wrong_json(address: Address) -> None:
    async with connection(address) as peer:
        wrong = json.dumps({"name": "", "tags": word(), "price": -1}).encode()
        await peer.send(request("POST", "/items", "Content-Type: application/json", body=wrong))
        status, answer = await peer.read()
        expect((status, len(json.loads(answer)["detail"])), (422, 3))
        expect((await peer.get(f"/items/{word()}"))[0], 422)


async def pipelines(address: Address) -> None:
    async with connection(address) as peer:
        await peer.send(b"".join(request("GET", f"/items/{number}") for number in range(16)))
        for number in range(16):
            expect(await peer.read(), (200, b'{"number":%d,"q":"none"}' % number))


async def asks_for_what_is_not_there(address: Address) -> None:
    async with connection(address) as peer:
        expect((await peer.get(f"/{word()}/{word()}"))[0], 404)
        expect((await peer.get("/refused"))[0], 404)
        await peer.send(request("DELETE", "/items"))
        expect((await peer.read())[0], 405)


async def sends_headers_of_its_own(address: Address) -> None:
    async with connection(address) as peer:
        lines = [f"X-{word()}: {word(40)}" for _ in range(10)]
        await peer.send(request("GET", "/items/1", *lines, f"Cookie: session={word(64)}"))
        expect((await peer.read())[0], 200)


async def uses_threads(address: Address) -> None:
    async with connection(address) as peer:
        for _ in range(3):
            expect(await peer.get("/threads"), (200, b'{"ran":"in a thread"}'))


async def sends_chunks(address: Address) -> None:
    async with connection(address) as peer:
        await peer.send(request("POST", "/length", "Transfer-Encoding: chunked"))
        total = 0
        for _ in range(random.randint(1, 20)):
            size = random.randint(1, 20_000)
            total += size
            await peer.send(b"%x\r\n%b\r\n" % (size, b"x" * size))
        await peer.send(b"0\r\nX-Trailer: x\r\n\r\n")
        expect(await peer.read(), (200, b'{"length":%d}' % total))


async def uploads_a_file(address: Address) -> None:
    async with connection(address) as peer:
        boundary, size = word(20), random.randint(1, 200_000)
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
        body = head.encode() + b"x" * size + f"\r\n--{boundary}--\r\n".encode()
        content_type = f"Content-Type: multipart/form-data; boundary={boundary}"
        await peer.send(request("POST", "/upload", content_type, body=body))
        expect(await peer.read(), (200, b'{"name":"a.bin","size":%d}' % size))


async def reads_a_stream(address: Address) -> None:
    async with connection(address) as peer:
        expect(await peer.get("/numbers"), (200, b"".join(b"%d\n" % number for number in range(50))))


async def reads_a_file(address: Address) -> None:
    async with connection(address) as peer:
        status, body = await peer.get("/file")
        expect((status, body[:3]), (200, b'"""'))
        await peer.send(request("GET", "/file", "Range: bytes=0-2"))
        expect(await peer.read(), (206, b'"""'))


async def leaves_a_stream(address: Address) -> None:
    async with connection(address) as peer:
        await peer.send(request("GET", "/events"))
        await peer.reader.readuntil(b'data: {"tick":%d}' % random.randint(0, 20))
        if random.random() < 0.5:
            peer.writer.transport.abort()


async def leaves_in_the_middle_of_a_body(address: Address) -> None:
    async with connection(address) as peer:
        await peer.send(request("POST", "/length", "Transfer-Encoding: chunked") + b"ff\r\nxx")


async def leaves_in_the_middle_of_a_head(address: Address) -> None:
    async with connection(address) as peer:
        await peer.send(request("GET", "/items/1")[: random.randint(1, 30)])


async def sends_what_is_no_request(address: Address) -> None:
    async with connection(address) as peer:
        await peer.send(
            random.choice([b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.1\r\n\r\n", b"GET\r\n"]) + b"\r\n\r\n"
        )
        expect((await peer.read())[0], 400)
        await peer.expect_end()


async def talks_over_a_websocket(address: Address) -> None:
    async with connect_websocket(f"ws://{address[0]}:{address[1]}/echo") as socket:
        for size in (1, 100, 5_000, random.randint(1, 100_000)):
            text = word(10) * (size // 10 + 1)
            await socket.send(text)
            expect(await socket.recv(), text)


async def leaves_a_websocket(address: Address) -> None:
    socket = await connect_websocket(f"ws://{address[0]}:{address[1]}/echo")
    await socket.send(word())
    socket.transport.abort()
    await socket.wait_closed()


KINDS: list[Callable[[Address], Awaitable[None]]] = [
    keeps_its_connection,
    sends_json,
    sends_wrong_json,
    pipelines,
    asks_for_what_is_not_there,
    sends_headers_of_its_own,
    uses_threads,
    sends_chunks,
    uploads_a_file,
    reads_a_stream,
    reads_a_file,
    leaves_a_stream,
    leaves_in_the_middle_of_a_body,
    leaves_in_the_middle_of_a_head,
    sends_what_is_no_request,
    talks_over_a_websocket,
    leaves_a_websocket,
]


@dataclass
class Traffic:
    """Clients of all kinds at once, until :meth:`run` has lasted its time.

    Attributes:
        done: How often each kind has come to its end.
        errors: What went wrong.
    """

    address: Address
    done: dict[str, int] = field(default_factory=lambda: dict.fromkeys((kind.__name__ for kind in KINDS), 0))
    errors: list[str] = field(default_factory=list[str])

    async def run(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        async with asyncio.TaskGroup() as clients:
            for _ in range(CLIENTS):
                clients.create_task(self._client(loop, end))

    async def _client(self, loop: asyncio.AbstractEventLoop, end: float) -> None:
        while loop.time() < end:
            kind = random.choice(KINDS)
            try:
                async with asyncio.timeout(_SECONDS):
                    await kind(self.address)
            except (
                OSError,
                EOFError,
                AssertionError,
                ValueError,
                WebSocketException,
            ) as error:  # with timeouts
                self.errors.append(f"{kind.__name__}: {error!r}")
            else:
                self.done[kind.__name__] += 1
            await asyncio.sleep(random.uniform(0.0, 0.1))
