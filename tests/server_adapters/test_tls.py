"""HTTPS: certificates, their renewal, client certificates, and mistakes with files."""

from __future__ import annotations

import json
import os
import socket
import ssl
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from bolide.server_adapters.config import ConfigError, ServerConfig
from bolide.server_adapters.native._tls import Tls
from tests.server_adapters.application import ContractApplication
from tests.server_adapters.certificates import Certificate, make_authority, make_certificate
from tests.server_adapters.conftest import ServerThread, StartServer
from tests.server_adapters.raw import connect, read_response, read_to_end

GET = b"GET /inspect HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def authority(folder: Path) -> Certificate:
    return make_authority(folder)


@pytest.fixture(scope="module")
def localhost(folder: Path, authority: Certificate) -> Certificate:
    return make_certificate(folder, "localhost", authority)


@pytest.fixture
def client(authority: Certificate) -> Callable[..., ssl.SSLSocket]:
    def connect_to(
        server: ServerThread, host: str = "localhost", context: ssl.SSLContext | None = None
    ) -> ssl.SSLSocket:
        context = context or ssl.create_default_context(cafile=authority.certificate)
        return context.wrap_socket(connect(server.address), server_hostname=host)

    return connect_to


def _files(certificate: Certificate) -> dict[str, Any]:
    return {"ssl_certfile": certificate.certificate, "ssl_keyfile": certificate.key}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_requests_are_answered_with_the_scheme_https(
    start_server: StartServer, localhost: Certificate, client: Callable[..., ssl.SSLSocket], loop: str
) -> None:
    server = start_server(loop=loop, **_files(localhost))
    with client(server) as secure:
        assert secure.version() == "TLSv1.3"
        for _ in range(2):
            secure.sendall(GET)
            assert b'"scheme": "https"' in read_response(secure).body
        secure.sendall(
            b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
        )
        assert read_response(secure).body == b"hello"
        assert secure.recv(1) == b""


def test_a_refused_request_is_answered_and_closed(
    start_server: StartServer, localhost: Certificate, client: Callable[..., ssl.SSLSocket]
) -> None:
    server = start_server(**_files(localhost))
    with client(server) as secure:
        secure.sendall(b"nonsense\r\n\r\n")
        assert read_response(secure).status == 400


def test_plain_http_on_the_port_of_tls_is_closed(start_server: StartServer, localhost: Certificate) -> None:
    server = start_server(**_files(localhost))
    with connect(server.address) as plain:
        plain.sendall(GET)
        with suppress(ConnectionResetError):
            assert not read_to_end(plain).startswith(b"HTTP")


def test_d07_a_handshake_that_stands_still_is_closed(
    start_server: StartServer, localhost: Certificate
) -> None:
    server = start_server(timeout_request_header=0.2, **_files(localhost))
    with connect(server.address) as silent, suppress(ConnectionResetError):
        assert read_to_end(silent) == b""


def test_d10_handshakes_count_as_connections(start_server: StartServer, localhost: Certificate) -> None:
    server = start_server(limit_connections=2, timeout_request_header=60, **_files(localhost))
    with ExitStack() as flood:
        for _ in range(2 + 64):  # those beyond the limit are let in to be told so
            flood.enter_context(connect(server.address))
        with connect(server.address) as further, suppress(ConnectionResetError):
            assert read_to_end(further) == b""


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_proxy_header_stands_before_the_handshake(
    start_server: StartServer, localhost: Certificate, authority: Certificate, loop: str
) -> None:
    server = start_server(proxy_protocol="v1", loop=loop, **_files(localhost))
    context = ssl.create_default_context(cafile=authority.certificate)
    with connect(server.address) as plain:
        plain.sendall(b"PROXY TCP4 1.2.3.4 5.6.7.8 4097 443\r\n")
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            for _ in range(2):
                secure.sendall(GET)
                seen = json.loads(read_response(secure).body)
                assert (seen["scheme"], seen["host"]) == ("https", "1.2.3.4")


def test_a_stop_finishes_requests_in_flight(
    start_server: StartServer, localhost: Certificate, client: Callable[..., ssl.SSLSocket]
) -> None:
    server = start_server(**_files(localhost))
    with client(server) as secure:
        secure.sendall(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        server.wait_for("waiting")
        server.close()
        server.release()
        response = read_response(secure)
        assert (response.body, response.headers["connection"]) == (b"released", "close")
    server.join()


def test_each_name_has_its_certificate(
    start_server: StartServer,
    folder: Path,
    authority: Certificate,
    localhost: Certificate,
    client: Callable[..., ssl.SSLSocket],
) -> None:
    one = make_certificate(folder, "one.example", authority)
    every = make_certificate(folder, "*.two.example", authority)
    names = {"One.example": (one.certificate, one.key), "*.two.example": (every.certificate, every.key)}
    server = start_server(ssl_sni=names, **_files(localhost))
    for host, subject in (
        ("localhost", "localhost"),
        ("one.example", "one.example"),
        ("api.two.example", "*.two.example"),
    ):
        with client(server, host) as secure:
            assert _name(secure) == subject
    with pytest.raises(ssl.SSLCertVerificationError):
        client(server, "two.example")


def _name(secure: ssl.SSLSocket) -> str:
    found: Any = secure.getpeercert()
    name: str = found["subject"][0][0][1]
    return name


def test_renewed_certificates_are_used_without_a_restart(
    start_server: StartServer, tmp_path: Path, authority: Certificate, client: Callable[..., ssl.SSLSocket]
) -> None:
    first = make_certificate(tmp_path, "localhost", authority)
    server = start_server(ssl_check_interval=0.05, **_files(first))
    with client(server) as before:
        serial = _serial(before)
        (tmp_path / "new").mkdir()
        second = make_certificate(tmp_path / "new", "localhost", authority)
        # Between the two the pair does not fit: then the old one stays.
        os.replace(second.certificate, first.certificate)
        os.replace(second.key, first.key)
        while True:
            with client(server) as after:
                if _serial(after) != serial:
                    break
        before.sendall(GET)
        assert read_response(before).status == 200


def _serial(secure: ssl.SSLSocket) -> str:
    found: Any = secure.getpeercert()
    serial: str = found["serialNumber"]
    return serial


def test_clients_show_a_certificate(
    start_server: StartServer,
    folder: Path,
    authority: Certificate,
    localhost: Certificate,
    client: Callable[..., ssl.SSLSocket],
) -> None:
    server = start_server(ssl_cert_reqs="required", ssl_ca_certs=authority.certificate, **_files(localhost))
    known = make_certificate(folder, "client", authority)
    context = ssl.create_default_context(cafile=authority.certificate)
    context.load_cert_chain(known.certificate, known.key)
    with client(server, context=context) as secure:
        secure.sendall(GET)
        assert read_response(secure).status == 200
    with client(server) as secure, suppress(OSError):  # TLS 1.3 tells the client after its handshake
        secure.sendall(GET)
        assert secure.recv(1) == b""


def test_older_versions_are_refused(
    start_server: StartServer,
    authority: Certificate,
    localhost: Certificate,
    client: Callable[..., ssl.SSLSocket],
) -> None:
    server = start_server(ssl_minimum_version="TLSv1.3", **_files(localhost))
    old = ssl.create_default_context(cafile=authority.certificate)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        client(server, context=old)


def test_d10_connections_to_be_redirected_count(localhost: Certificate) -> None:
    port = _free_port()
    config = ServerConfig(
        port=0, redirect_port=port, limit_connections=1, access_log=False, **_files(localhost)
    )
    server = ServerThread(ContractApplication(), config)
    try:
        with connect(("127.0.0.1", port)) as first, connect(("127.0.0.1", port)) as second:
            assert read_response(second).status == 503
            first.sendall(GET)
            assert read_response(first).status == 308
    finally:
        server.close()
        server.join()


def test_plain_http_is_redirected_to_https(localhost: Certificate) -> None:
    port = _free_port()
    server = ServerThread(
        ContractApplication(), ServerConfig(port=0, redirect_port=port, access_log=False, **_files(localhost))
    )
    https = server.address[1]
    try:
        for target, host, location in (
            ("/a%20b?c=d", "example.org:80", f"https://example.org:{https}/a%20b?c=d"),
            ("//evil.example/", "[::1]", f"https://[::1]:{https}//evil.example/"),
            ("/a:b;c=(d,e)@f", "example.org", f"https://example.org:{https}/a:b;c=(d,e)@f"),
        ):
            with connect(("127.0.0.1", port)) as plain:
                plain.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                response = read_response(plain)
                assert (response.status, response.headers["location"]) == (308, location)
        with connect(("127.0.0.1", port)) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n")
            assert read_response(plain).status == 400
    finally:
        server.close()
        server.join()


def test_mistakes_with_files_are_one_clear_sentence(
    tmp_path: Path, authority: Certificate, localhost: Certificate
) -> None:
    locked = make_certificate(tmp_path, "locked", authority, password="secret")
    other = make_certificate(tmp_path, "other", authority)
    text = tmp_path / "text"
    text.write_text("hello")
    missing = str(tmp_path / "missing.pem")
    cases: list[tuple[dict[str, Any], str]] = [
        (
            {"ssl_certfile": missing},
            f"ssl_certfile is {missing!r}, which cannot be read: No such file or directory",
        ),
        (
            {"ssl_certfile": str(text)},
            f"ssl_certfile is {str(text)!r}, which holds no certificate in PEM form",
        ),
        (
            {"ssl_certfile": localhost.certificate},
            f"ssl_keyfile is {localhost.certificate!r}, which holds no private key in PEM form",
        ),
        (
            {"ssl_certfile": localhost.certificate, "ssl_keyfile": other.key},
            f"the key in {other.key!r} is not that of the certificate in {localhost.certificate!r}",
        ),
        (_files(locked), f"the key in {locked.key!r} is encrypted; give ssl_keyfile_password"),
        (
            _files(locked) | {"ssl_keyfile_password": "wrong"},
            "is ssl_keyfile_password right?",
        ),
        (
            _files(localhost) | {"ssl_ciphers": "NONE-SUCH"},
            "ssl_ciphers is 'NONE-SUCH', which names no cipher",
        ),
        (
            _files(localhost) | {"ssl_ca_certs": missing},
            f"ssl_ca_certs is {missing!r}, which cannot be read: No such file or directory",
        ),
    ]
    for settings, sentence in cases:
        with pytest.raises(ConfigError) as caught:
            Tls(ServerConfig(**settings))
        assert sentence in str(caught.value)
    Tls(ServerConfig(ssl_keyfile_password="secret", **_files(locked)))
    assert "secret" not in repr(ServerConfig(ssl_keyfile_password="secret", **_files(locked)))
