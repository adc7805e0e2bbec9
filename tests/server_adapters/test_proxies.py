"""Who the client is behind proxies: trusted headers, and the PROXY protocol."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from bolide.server_adapters.config import ConfigError, ServerConfig
from bolide.server_adapters.native._proxies import TrustedProxies, trusted_proxies
from bolide.server_adapters.native._proxy_protocol import BadProxyHeader, read_header
from tests.server_adapters.conftest import ServerThread, StartServer
from tests.server_adapters.frames import RawSocket, handshake
from tests.server_adapters.raw import connect, read_response, read_to_end
from tests.server_adapters.websocket_application import WebSocketContractApplication

PEER = ("10.0.0.1", 4711)


def seen(server: ServerThread, *lines: str, before: bytes = b"") -> Any:
    """Return what the application sees of a request with these header lines."""
    with connect(server.address) as client:
        head = "\r\n".join(("GET /inspect HTTP/1.1", "Host: a", *lines, "", ""))
        client.sendall(before + head.encode("latin-1"))
        return json.loads(read_response(client).body)


@pytest.mark.parametrize(
    ("header", "lines", "client", "scheme"),
    [
        pytest.param("x-forwarded", [], PEER, "http", id="nothing"),
        pytest.param("x-forwarded", [("x-forwarded-for", "1.2.3.4")], ("1.2.3.4", 0), "http", id="client"),
        pytest.param(
            "x-forwarded", [("x-forwarded-for", "1.2.3.4:567")], ("1.2.3.4", 567), "http", id="port"
        ),
        pytest.param(
            "x-forwarded", [("x-forwarded-for", "2001:DB8::1")], ("2001:db8::1", 0), "http", id="v6"
        ),
        pytest.param(
            "x-forwarded", [("x-forwarded-for", "[2001:db8::1]:5")], ("2001:db8::1", 5), "http", id="v6 port"
        ),
        pytest.param("x-forwarded", [("x-forwarded-proto", "HTTPS")], PEER, "https", id="scheme only"),
        pytest.param("x-forwarded", [("x-forwarded-proto", "gopher")], PEER, "http", id="unknown scheme"),
        pytest.param(
            "x-forwarded",
            [("x-forwarded-for", "6.6.6.6, 1.2.3.4, 10.1.1.1"), ("x-forwarded-proto", "http, https")],
            ("1.2.3.4", 0),
            "https",
            id="the last that is not trusted, and the nearest scheme",
        ),
        pytest.param(
            "x-forwarded",
            [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "1.2.3.4")],
            ("1.2.3.4", 0),
            "http",
            id="several lines are one list",
        ),
        pytest.param(
            "x-forwarded",
            [("x-forwarded-for", "1.2.3.4, nonsense")],
            PEER,
            "http",
            id="garbage ends the list",
        ),
        pytest.param(
            "x-forwarded",
            [("x-forwarded-for", "1.2.3.4, nonsense, 10.1.1.1")],
            ("10.1.1.1", 0),
            "http",
            id="garbage behind a trusted hop",
        ),
        pytest.param(
            "x-forwarded", [("x-forwarded-for", "1.2.3.4:99999")], PEER, "http", id="port too large"
        ),
        pytest.param("x-forwarded", [("forwarded", "for=1.2.3.4")], PEER, "http", id="the other header"),
        pytest.param(
            "forwarded", [("x-forwarded-for", "1.2.3.4")], PEER, "http", id="also the other way round"
        ),
        pytest.param(
            "forwarded", [("forwarded", "for=1.2.3.4;proto=https")], ("1.2.3.4", 0), "https", id="RFC 7239"
        ),
        pytest.param(
            "forwarded",
            [("forwarded", 'for=6.6.6.6, For="[2001:db8::1]:80";Proto=https;by=_x, for=10.1.1.1;proto=http')],
            ("2001:db8::1", 80),
            "https",
            id="RFC 7239 list",
        ),
        pytest.param("forwarded", [("forwarded", "for=_hidden;proto=https")], PEER, "https", id="hidden"),
        pytest.param(
            "forwarded", [("forwarded", 'for="1.2.3.4, for=5.5.5.5')], PEER, "http", id="open quote"
        ),
    ],
)
def test_b14_the_nearest_hop_that_is_not_trusted_is_the_client(
    header: str, lines: list[tuple[str, str]], client: tuple[str, int], scheme: str
) -> None:
    proxies = TrustedProxies(["10.0.0.0/8"], header)
    pairs = [(name.encode(), value.encode()) for name, value in lines]
    assert proxies.origin(PEER, "http", pairs) == (client, scheme)


def test_b14_who_is_trusted() -> None:
    assert TrustedProxies(["10.0.0.1"], "").trusts("10.0.0.1")
    assert TrustedProxies(["10.0.0.0/8"], "").trusts("::ffff:10.0.0.1")
    assert not TrustedProxies(["10.0.0.1"], "").trusts("10.0.0.2")
    assert not TrustedProxies(["10.0.0.1"], "").trusts(None)
    assert TrustedProxies(["unix"], "").trusts(None)
    assert TrustedProxies(["*"], "").trusts("2001:db8::1")
    assert TrustedProxies(["*"], "").trusts(None)


def test_b14_nobody_is_trusted_unless_it_is_said() -> None:
    assert trusted_proxies(ServerConfig()) is None
    assert trusted_proxies(ServerConfig(forwarded_allow_ips="127.0.0.1", proxy_headers=False)) is None
    with pytest.raises(ConfigError, match=r"forwarded_allow_ips is 'localhost': .*; expected addresses"):
        trusted_proxies(ServerConfig(forwarded_allow_ips="localhost"))


def test_the_application_sees_the_client_that_a_trusted_proxy_names(start_server: StartServer) -> None:
    server = start_server(forwarded_allow_ips="127.0.0.1")
    found = seen(server, "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https")
    assert (found["host"], found["scheme"]) == ("1.2.3.4", "https")
    untrusting = start_server()
    found = seen(untrusting, "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https")
    assert (found["host"], found["scheme"]) == ("127.0.0.1", "http")


def test_each_request_on_a_connection_has_its_own_client(start_server: StartServer) -> None:
    server = start_server(forwarded_allow_ips="127.0.0.1")
    with connect(server.address) as client:
        for name in ("1.1.1.1", "2.2.2.2", None):
            line = "" if name is None else f"X-Forwarded-For: {name}\r\n"
            client.sendall(f"GET /inspect HTTP/1.1\r\nHost: a\r\n{line}\r\n".encode())
            assert json.loads(read_response(client).body)["host"] == (name or "127.0.0.1")


@pytest.mark.parametrize("scheme", ["https", "wss"])
def test_a_websocket_connection_has_the_client_that_a_trusted_proxy_names(
    start_server: StartServer, scheme: str
) -> None:
    server = start_server(WebSocketContractApplication(), forwarded_allow_ips="127.0.0.1")
    request = handshake("/client", x_forwarded_for="6.6.6.6, 1.2.3.4", x_forwarded_proto=scheme)
    with RawSocket(server.address, request) as client:
        assert json.loads(client.read()[1]) == ["1.2.3.4", "wss"]
    untrusting = start_server(WebSocketContractApplication())
    with RawSocket(untrusting.address, request) as client:
        assert json.loads(client.read()[1]) == ["127.0.0.1", "ws"]


def test_a_proxy_on_a_unix_socket_is_trusted_by_that_name(start_server: StartServer, tmp_path: Path) -> None:
    path = str(tmp_path / "server.sock")
    start_server(uds=path, forwarded_allow_ips="unix")
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.sendall(b"GET /inspect HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n")
        assert json.loads(read_response(client).body)["host"] == "1.2.3.4"


SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
IPV4 = SIGNATURE + b"\x21\x11\x00\x0c" + bytes([1, 2, 3, 4, 5, 6, 7, 8]) + b"\x10\x01\x00\x50"
IPV6 = SIGNATURE + b"\x21\x21\x00\x24" + bytes(15) + b"\x01" + bytes(16) + b"\x10\x01\x00\x50"


@pytest.mark.parametrize(
    ("header", "client"),
    [
        pytest.param(b"PROXY TCP4 1.2.3.4 5.6.7.8 4097 80\r\n", ("1.2.3.4", 4097), id="v1"),
        pytest.param(b"PROXY TCP6 ::1 ::2 4097 80\r\n", ("::1", 4097), id="v1, IPv6"),
        pytest.param(b"PROXY UNKNOWN\r\n", None, id="v1, unknown"),
        pytest.param(b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", None, id="v1, unknown with more"),
        pytest.param(IPV4, ("1.2.3.4", 4097), id="v2"),
        pytest.param(IPV6, ("::1", 4097), id="v2, IPv6"),
        pytest.param(IPV4[:15] + b"\x0f" + IPV4[16:] + b"TLV", ("1.2.3.4", 4097), id="v2 with an extension"),
        pytest.param(SIGNATURE + b"\x20\x00\x00\x00", None, id="v2, of the proxy itself"),
        pytest.param(SIGNATURE + b"\x21\x31\x00\x02ab", None, id="v2, Unix socket"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", BadProxyHeader, id="no header"),
        pytest.param(b"PROXY TCP4 1.2.3.4 5.6.7.8 4097\r\n", BadProxyHeader, id="v1, too short"),
        pytest.param(b"PROXY TCP4 1.2.3 5.6.7.8 1 2\r\n", BadProxyHeader, id="v1, no address"),
        pytest.param(b"PROXY TCP9 1.2.3.4 5.6.7.8 1 2\r\n", BadProxyHeader, id="v1, no family"),
        pytest.param(b"PROXY TCP4 " + b"1" * 200, BadProxyHeader, id="v1, no end"),
        pytest.param(b"PROXY TCP4 1.2.3.4", BadProxyHeader, id="v1, cut"),
        pytest.param(SIGNATURE + b"\x11\x11\x00\x00", BadProxyHeader, id="v2, version 1"),
        pytest.param(SIGNATURE + b"\x21\x11\xff\xff", BadProxyHeader, id="v2, too long"),
        pytest.param(IPV4[:-1], BadProxyHeader, id="v2, cut"),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 4096])
def test_headers_of_the_proxy_protocol(header: bytes, client: Any, step: int) -> None:
    data = bytearray(header)
    if client is not BadProxyHeader:
        data += b"GET"

    async def read(count: int) -> bytes:
        piece = bytes(data[: min(count, step)])
        del data[: len(piece)]
        return piece

    if client is BadProxyHeader:
        with pytest.raises(BadProxyHeader):
            asyncio.run(read_header(read, "auto"))
        return
    assert asyncio.run(read_header(read, "auto")) == client
    assert data == b"GET"  # what comes behind the header is not touched


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_connection_belongs_to_the_client_that_its_proxy_header_names(
    start_server: StartServer, loop: str
) -> None:
    server = start_server(proxy_protocol="auto", loop=loop)
    assert seen(server, before=b"PROXY TCP4 1.2.3.4 5.6.7.8 4097 80\r\n")["host"] == "1.2.3.4"
    assert seen(server, before=IPV4)["host"] == "1.2.3.4"
    assert seen(server, before=b"PROXY UNKNOWN\r\n")["host"] == "127.0.0.1"
    with connect(server.address) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert not _answer(client)


def test_a_proxy_header_comes_from_known_addresses_in_time_and_in_the_right_version(
    start_server: StartServer,
) -> None:
    for settings, data in (
        ({"proxy_allow_from": "10.0.0.0/8"}, IPV4),
        ({"timeout_request_header": 0.2}, b"PROXY "),
        ({"proxy_protocol": "v1"}, IPV4),
    ):
        server = start_server(**{"proxy_protocol": "v2", **settings})
        with connect(server.address) as client:
            client.sendall(data + (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" if len(data) > 6 else b""))
            assert not _answer(client)


def _answer(client: socket.socket) -> bytes:
    try:
        return read_to_end(client)
    except ConnectionResetError:
        return b""
