"""Listening sockets: what connections have from them."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path
from typing import Literal

import pytest

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native import Server
from bolide.server_adapters.native._gate import Gate
from bolide.server_adapters.native._listeners import Listeners, bind
from bolide.server_adapters.native._process import new_event_loop
from tests.server_adapters.application import ContractApplication


@pytest.mark.skipif(sys.platform != "linux", reason="the names of these options differ")
def test_the_system_probes_clients_that_say_nothing() -> None:
    (listener,) = asyncio.run(bind(ServerConfig(port=0)))
    with listener:
        listener.listen()
        with socket.create_connection(listener.getsockname()):
            connection, _ = listener.accept()
            with connection:
                assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
                assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30
                assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL) == 10
                assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT) == 3


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_small_writes_do_not_wait_for_each_other(loop: Literal["uvloop", "asyncio"]) -> None:
    options: list[int] = []

    class Client(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            accepted = transport.get_extra_info("socket")
            options.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

        def connection_lost(self, exc: Exception | None) -> None:
            lost.set()

    async def accept_one() -> None:
        (listener,) = await bind(ServerConfig(port=0))
        async with await asyncio.get_running_loop().create_server(Client, sock=listener):
            socket.create_connection(listener.getsockname()).close()
            await lost.wait()

    with asyncio.Runner(loop_factory=lambda: new_event_loop(loop)) as runner:
        lost = asyncio.Event()
        runner.run(accept_one())
    assert options == [1]


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="needs IPv6")
@pytest.mark.parametrize("host", ["::", ""])
def test_all_addresses_are_those_of_ipv4_too(host: str) -> None:
    listeners = list(asyncio.run(bind(ServerConfig(host=host, port=0))))
    try:
        assert {listener.family for listener in listeners} == {socket.AF_INET, socket.AF_INET6}
        assert len({listener.getsockname()[1] for listener in listeners}) == 1
    finally:
        for listener in listeners:
            listener.close()


def test_d11_requests_have_their_turn_between_clients_that_arrive() -> None:
    async def count_accepted() -> int:
        arrived: list[int] = []

        def is_full(arriving: int) -> bool:
            arrived.append(arriving)
            return True

        config = ServerConfig(port=0, proxy_protocol="v1")
        (listener,) = await bind(config)
        listener.listen(100)
        clients = [socket.create_connection(listener.getsockname()) for _ in range(100)]
        gate = Gate(config, lambda client: asyncio.Protocol(), None, is_full)
        await gate.open([listener])
        for _ in range(10):
            await asyncio.sleep(0)
        for client in clients:
            client.close()
        count = len(arrived)
        await gate.close()
        return count

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        assert 1 <= runner.run(count_accepted()) <= 10


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
@pytest.mark.parametrize("proxy_protocol", ["off", "v1"])
def test_the_file_of_a_socket_stays_for_those_who_share_it(
    tmp_path: Path, loop: Literal["uvloop", "asyncio"], proxy_protocol: Literal["off", "v1"]
) -> None:
    """A worker that is replaced must not take the address of the others along."""
    path = tmp_path / "server.sock"
    config = ServerConfig(uds=str(path), proxy_protocol=proxy_protocol)

    async def serve() -> None:
        with (await bind(config)).serving[0] as kept:
            copy = Listeners([kept.dup()], path=str(path))
            server = Server(ContractApplication(), config, listeners=copy)
            await server.serve(on_ready=lambda address: server.close(idle_seconds=0))

    with asyncio.Runner(loop_factory=lambda: new_event_loop(loop)) as runner:
        runner.run(serve())
    assert path.is_socket()
