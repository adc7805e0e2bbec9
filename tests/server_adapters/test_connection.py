"""The native connection over an in-memory transport: any cut of the bytes gives the same response."""

from __future__ import annotations

import asyncio
import errno
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native._connection import Connection
from bolide.server_adapters.native._context import ServerContext
from tests.server_adapters.application import ContractApplication
from tests.server_adapters.raw import parse


class MemoryTransport(asyncio.Transport):
    """Collects what is written; closes as a socket's transport does, in the loop's next turn."""

    def __init__(self, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self.written = bytearray()
        self.closed = False
        self.reading = True
        self._protocol = protocol

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed
        self.written += data

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self.closed = True

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    def is_closing(self) -> bool:
        return self.closed

    def abort(self) -> None:
        self.close()

    def pause_reading(self) -> None:
        assert self.reading
        self.reading = False

    def resume_reading(self) -> None:
        assert not self.reading
        self.reading = True

    def get_write_buffer_size(self) -> int:
        return 0


def respond(pieces: list[bytes]) -> bytes:
    """Feed *pieces*, each followed by turns of the loop, and return all that was written."""

    async def main() -> bytes:
        app = ContractApplication()
        lifespan = await app.startup()
        context = ServerContext(
            app,
            ServerConfig(date_header=False),
            asyncio.get_running_loop(),
            state=lifespan.state,
            interrupt=_fail,
        )
        connection = Connection(context)
        transport = MemoryTransport(connection)
        connection.connection_made(transport)
        for piece in pieces:
            if not transport.closed:
                connection.data_received(piece)
            await _turns(60)
        while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
            connection.eof_received()
            await asyncio.wait(tasks)
        return bytes(transport.written)

    return asyncio.run(main())


async def _turns(count: int) -> None:
    """Let the loop turn as often as the requests could need."""
    for _ in range(count):
        await asyncio.sleep(0)


def _fail(interruption: BaseException) -> None:
    raise AssertionError(interruption)


REQUESTS = [
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /after HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world",
    b"POST /echo-stream HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
    b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n",
]


@given(st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=6), st.lists(st.integers(0, 500), max_size=5))
@settings(max_examples=120, deadline=None)
def test_a28_any_cut_gives_the_same_responses(requests: list[bytes], places: list[int]) -> None:
    data = b"".join(requests)
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    pieces = [data[a:b] for a, b in itertools.pairwise(edges) if a < b]
    methods = ["HEAD" if request.startswith(b"HEAD") else "GET" for request in requests]
    assert parse(respond(pieces), methods) == parse(respond([data]), methods)


async def open_connection(
    app: ContractApplication | None = None,
) -> tuple[Connection, MemoryTransport, ServerContext]:
    """Return a connection of the running loop."""
    app = app or ContractApplication()
    lifespan = await app.startup()
    context = ServerContext(
        app,
        ServerConfig(date_header=False),
        asyncio.get_running_loop(),
        state=lifespan.state,
        interrupt=_fail,
    )
    connection = Connection(context)
    transport = MemoryTransport(connection)
    connection.connection_made(transport)
    return connection, transport, context


def sweep(connection: Connection, context: ServerContext) -> None:
    """Let a second of the server's clock pass."""
    context.now += 1
    connection.check_timeouts(context.now)


def test_reading_pauses_while_a_busy_request_has_much_behind_it() -> None:
    async def main() -> None:
        app = ContractApplication()
        connection, transport, _ = await open_connection(app)
        connection.data_received(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        connection.data_received(REQUESTS[0] * 2000)  # 54,000 bytes
        assert transport.reading
        connection.data_received(REQUESTS[0] * 500)
        assert not transport.reading
        assert app.release is not None
        app.release.set()
        await _turns(10_000)
        assert transport.written.count(b"hello") == 2500
        assert transport.reading

    asyncio.run(main())


def test_reading_pauses_while_the_client_takes_no_response() -> None:
    async def main() -> None:
        connection, transport, _ = await open_connection()
        connection.pause_writing()
        for _ in range(3):
            assert transport.reading
            connection.data_received(REQUESTS[0] * 1000)  # 27,000 bytes
            await _turns(10)
        assert not transport.reading
        answered = transport.written.count(b"hello")
        assert answered <= 1
        connection.resume_writing()
        await _turns(10_000)
        assert transport.written.count(b"hello") == 3000
        assert transport.reading

    asyncio.run(main())


def test_reading_pauses_while_requests_wait_for_other_connections() -> None:
    async def main() -> None:
        connection, transport, _ = await open_connection()
        connection.data_received(REQUESTS[0] * 3000)  # 81,000 bytes, more than one turn answers
        assert not transport.reading
        await _turns(10_000)
        assert transport.written.count(b"hello") == 3000
        assert transport.reading

    asyncio.run(main())


def drip(path: bytes, piece: bytes, seconds: int) -> bytes:
    """Send *piece* of a long body once a second and return what was written."""

    async def main() -> bytes:
        connection, transport, context = await open_connection()
        connection.data_received(b"POST %b HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" % path)
        for _ in range(seconds):
            await _turns(10)
            if transport.closed:
                break
            connection.data_received(piece)
            await _turns(10)
            sweep(connection, context)
        await _turns(10)
        written = bytes(transport.written)
        connection.connection_lost(None)
        await _turns(10)
        return written

    return asyncio.run(main())


def test_d07_a_body_that_drips_gets_408() -> None:
    assert drip(b"/echo", b"x" * 240, 9) == b""
    (response,) = parse(drip(b"/echo", b"x" * 240, 12))
    assert (response.status, response.headers["connection"]) == (408, "close")


def test_d07_a_body_at_the_minimum_rate_is_waited_for() -> None:
    assert drip(b"/echo", b"x" * 260, 60) == b""


def test_d07_a_skipped_body_that_drips_closes() -> None:
    async def main() -> None:
        connection, transport, context = await open_connection()
        connection.data_received(b"POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n")
        await _turns(10)
        for _ in range(12):
            if not transport.closed:
                connection.data_received(b"x")
                sweep(connection, context)
        assert parse(bytes(transport.written))[0].status == 200
        assert transport.closed

    asyncio.run(main())


def test_time_that_the_application_takes_is_not_the_clients() -> None:
    async def main() -> None:
        app = ContractApplication()
        connection, transport, context = await open_connection(app)
        connection.data_received(b"POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n")
        await _turns(10)
        for _ in range(30):
            sweep(connection, context)
        assert app.release is not None
        app.release.set()
        await _turns(10)
        (response,) = parse(bytes(transport.written))
        assert response.body == b"released"

    asyncio.run(main())


def test_a_body_that_never_waits_ends_when_the_client_leaves() -> None:
    async def main() -> None:
        app = ContractApplication()
        connection, _, _ = await open_connection(app)
        connection.data_received(b"GET /flood HTTP/1.1\r\nHost: a\r\n\r\n")
        await _turns(10)
        assert app.events.count("piece") < 200
        connection.connection_lost(None)
        await _turns(10)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())


def test_a_transport_that_cannot_close_one_side_lingers_whole() -> None:
    class TlsTransport(MemoryTransport):
        def can_write_eof(self) -> bool:
            return False

        def write_eof(self) -> None:
            raise NotImplementedError

    async def main() -> None:
        connection, _, context = await open_connection()
        transport = TlsTransport(connection)
        connection.connection_made(transport)
        connection.data_received(b"nonsense\r\n\r\n" + REQUESTS[0])
        connection.data_received(REQUESTS[0])
        (response,) = parse(bytes(transport.written))
        assert (response.status, transport.closed) == (400, False)
        for _ in range(3):
            sweep(connection, context)
        assert transport.closed

    asyncio.run(main())


def test_a_refused_client_that_has_left_is_no_error() -> None:
    class DisconnectedTransport(MemoryTransport):
        def write_eof(self) -> None:
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    async def main() -> None:
        connection, _, context = await open_connection()
        transport = DisconnectedTransport(connection)
        connection.connection_made(transport)
        connection.data_received(b"nonsense\r\n\r\n")
        await _turns(10)
        assert transport.closed
        assert context.connections == set()

    asyncio.run(main())


def test_a_client_that_leaves_before_its_answer_is_499() -> None:
    seen: list[tuple[str, int, int]] = []

    async def main() -> None:
        connection, transport, context = await open_connection()
        context.observe_end = lambda client, head, status, size: seen.append((head.path, status, size))
        connection.data_received(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        await _turns(10)
        connection.connection_lost(None)
        assert isinstance(context.app, ContractApplication)
        assert context.app.release is not None
        context.app.release.set()
        await _turns(10)
        assert transport.written == b""

    asyncio.run(main())
    assert seen == [("/wait", 499, 0)]
