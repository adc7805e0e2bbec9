"""Listening sockets: what connections have from them."""

from __future__ import annotations

import asyncio
import socket
import sys

import pytest

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native._listeners import bind


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
