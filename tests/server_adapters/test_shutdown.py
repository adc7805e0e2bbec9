"""How a server starts and how it stops."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from bolide.server_adapters.config import ServerConfig
from bolide.server_adapters.native import BindError, ShutdownError, StartupError, serve
from tests.server_adapters.application import ContractApplication
from tests.server_adapters.conftest import ServerThread, StartServer
from tests.server_adapters.raw import connect, read_response, read_to_end, wait_until_refused

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
WAIT = b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"


def test_m01_a_request_in_flight_is_finished_before_the_shutdown(start_server: StartServer) -> None:
    server = start_server()
    with connect(server.address) as client, connect(server.address) as idle:
        client.sendall(WAIT)
        server.wait_for("waiting")
        server.close()
        assert read_to_end(idle) == b""
        assert server.app.events == ["startup", "waiting"]
        server.release()
        response = read_response(client)
        assert (response.body, response.headers["connection"]) == (b"released", "close")
    server.join()
    assert server.app.events == ["startup", "waiting", "shutdown"]


def test_m01_the_listening_socket_is_closed_first(start_server: StartServer) -> None:
    server = start_server()
    with connect(server.address) as client, connect(server.address) as idle:
        client.sendall(WAIT)
        server.wait_for("waiting")
        server.close()
        assert read_to_end(idle) == b""
        with pytest.raises(ConnectionRefusedError):
            connect(server.address)
        server.release()
        assert read_response(client).status == 200


def test_m01_a_request_on_its_way_is_answered_on_a_patient_stop(start_server: StartServer) -> None:
    server = start_server()
    with connect(server.address) as client:
        client.sendall(GET)
        assert read_response(client).status == 200
        server.close(patient=True)
        wait_until_refused(server.address)
        client.sendall(GET)
        assert read_response(client).headers["connection"] == "close"
    server.join()


def test_a_request_that_takes_too_long_is_cancelled(
    start_server: StartServer, caplog: pytest.LogCaptureFixture
) -> None:
    server = start_server(timeout_graceful_shutdown=0.1)
    with connect(server.address) as client:
        client.sendall(WAIT)
        server.wait_for("waiting")
        server.close()
        server.join()
        assert _is_gone(client)
    assert server.app.events == ["startup", "waiting", "cancelled", "shutdown"]
    assert "1 requests did not finish in time" in caplog.text


def test_a_second_stop_cancels_at_once(start_server: StartServer) -> None:
    server = start_server(timeout_graceful_shutdown=1000)
    with connect(server.address) as client:
        client.sendall(WAIT)
        server.wait_for("waiting")
        server.close()
        server.close()
        server.join()
    assert server.app.events == ["startup", "waiting", "cancelled", "shutdown"]


def test_m05_what_runs_after_a_response_is_finished_too(start_server: StartServer) -> None:
    server = start_server()
    with connect(server.address) as client:
        client.sendall(b"GET /long-after HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert read_to_end(client).endswith(b"answered")
    server.close()
    server.release()
    server.join()
    assert server.app.events == ["startup", "after", "shutdown"]


def test_system_exit_in_a_handler_stops_the_server(start_server: StartServer) -> None:
    server = start_server()
    with connect(server.address) as client:
        client.sendall(b"GET /exit HTTP/1.1\r\nHost: a\r\n\r\n")
        assert read_response(client).status == 500
        assert read_to_end(client) == b""
    server.join()
    assert isinstance(server.server.interruption, SystemExit)
    assert server.app.events == ["startup", "shutdown"]


def test_m04_a_failed_startup_opens_no_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    app = ContractApplication()
    app.startup_error = RuntimeError("no database")
    thread = _start(app, port=port)
    with pytest.raises(StartupError, match=r"application failed to start: RuntimeError\('no database'\)"):
        thread.join()
    with pytest.raises(ConnectionRefusedError):
        connect(("127.0.0.1", port))


def test_a_failed_shutdown_is_told() -> None:
    app = ContractApplication()
    app.shutdown_error = RuntimeError("cannot flush")
    thread = _start(app, port=0)
    thread.close()
    with pytest.raises(ShutdownError, match="cannot flush"):
        thread.join()


def test_a_port_in_use_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        thread = _start(ContractApplication(), port=port)
        with pytest.raises(BindError, match=f"cannot listen on 127.0.0.1:{port}: Address already in use"):
            thread.join()
    assert thread.app.events == []


def test_an_address_that_this_machine_does_not_have_is_one_clear_error() -> None:
    thread = ServerThread(ContractApplication(), ServerConfig(host="192.0.2.1", port=0))
    with pytest.raises(BindError, match=r"cannot listen on 192\.0\.2\.1:0: Cannot assign requested address"):
        thread.join()


def test_a_name_is_served_on_its_addresses(start_server: StartServer) -> None:
    server = start_server(host="localhost")
    with connect(("localhost", server.address[1])) as client:
        client.sendall(GET)
        assert read_response(client).status == 200


def test_a_stale_unix_socket_is_replaced_and_a_live_one_is_not(
    start_server: StartServer, tmp_path: Path
) -> None:
    path = str(tmp_path / "server.sock")
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(path)
    start_server(uds=path)
    second = ServerThread(ContractApplication(), ServerConfig(uds=path))
    with pytest.raises(BindError, match="Address already in use"):
        second.join()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.sendall(GET)
        assert read_response(client).status == 200


def test_a_stop_during_the_startup_ends_it() -> None:
    app = ContractApplication()
    app.startup_hangs = True
    thread = ServerThread(app, ServerConfig(port=0), wait=False)
    thread.wait_for("startup")
    thread.close()
    thread.join()
    assert app.events == ["startup"]


def test_serve_ends_when_its_event_is_set() -> None:
    app = ContractApplication()

    async def main() -> None:
        stop = asyncio.Event()
        await serve(app, ServerConfig(port=0), on_ready=lambda _: stop.set(), stop=stop)

    asyncio.run(main())
    assert app.events == ["startup", "shutdown"]


def test_serve_ends_in_order_when_it_is_cancelled() -> None:
    app = ContractApplication()

    async def main() -> None:
        ready = asyncio.Event()
        task = asyncio.create_task(serve(app, ServerConfig(port=0), on_ready=lambda _: ready.set()))
        await ready.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert app.events == ["startup", "shutdown"]


def _start(app: ContractApplication, *, port: int) -> ServerThread:
    return ServerThread(app, ServerConfig(port=port, access_log=False))


def _is_gone(client: socket.socket) -> bool:
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True
