"""nginx and Caddy, with the deployment guide's files, in front of a server on a Unix socket."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deployment.guide import TOOLS, configurations
from tests.server_adapters.certificates import make_authority, make_certificate
from tests.server_adapters.frames import CLOSE, TEXT, frame, handshake

pytestmark = pytest.mark.full

HOST = "shop.example.com"

APP = """
import asyncio
from collections.abc import AsyncIterator
from bolide import Bolide, Request, WebSocket

app = Bolide()
seen = asyncio.Event()

@app.get("/who")
async def who(request: Request) -> dict[str, str | None]:
    assert request.client is not None
    return {
        "client": request.client.host,
        "scheme": request.url.scheme,
        "host": request.url.hostname,
        "id": request.headers.get("x-request-id"),
    }

@app.get("/pieces")
async def pieces() -> AsyncIterator[str]:
    yield "first"
    await seen.wait()
    yield "second"

@app.post("/seen")
async def take_note() -> None:
    seen.set()

@app.websocket("/echo")
async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()
"""


@dataclass(frozen=True)
class Front:
    """A proxy that serves."""

    port: int
    tls: ssl.SSLContext | None

    @property
    def scheme(self) -> str:
        return "http" if self.tls is None else "https"

    def connect(self) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        return plain if self.tls is None else self.tls.wrap_socket(plain, server_hostname=HOST)

    def client(self) -> http.client.HTTPConnection:
        client = http.client.HTTPConnection(HOST, self.port)
        client.sock = self.connect()
        return client


@contextmanager
def running(*command: str, **environment: str) -> Generator[None]:
    with subprocess.Popen(command, env={**os.environ, **environment}) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def wait_for(connect: Callable[[], socket.socket]) -> None:
    while True:
        try:
            connect().close()
        except (FileNotFoundError, ConnectionRefusedError):
            time.sleep(0.05)
        else:
            return


def tool(name: str, folder: str) -> str:
    unpacked = TOOLS / "usr" / folder / name
    path = str(unpacked) if unpacked.exists() else shutil.which(name)
    if path is None:
        pytest.skip(
            f"NO {name.upper()}: its file of the deployment guide is not tested; see tests/deployment/install"
        )
    return path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def application(folder: Path) -> Generator[str]:
    """Serve the application on a Unix socket; yield its path."""
    (folder / "main.py").write_text(APP)
    path = str(folder / "api.sock")
    bolide = (sys.executable, "-m", "bolide", "run", "main:app", "--app-dir", str(folder))

    def connect() -> socket.socket:
        client = socket.socket(socket.AF_UNIX)
        try:
            client.connect(path)
        except OSError:
            client.close()
            raise
        return client

    with running(*bolide, "--uds", path, "--forwarded-allow-ips", "unix", "--request-id"):
        wait_for(connect)
        yield path


@contextmanager
def nginx(folder: Path, path: str) -> Generator[Front]:
    program = tool("nginx", "sbin")
    port = free_port()
    authority = make_authority(folder)
    certificate = make_certificate(folder, HOST, authority)
    (site,) = configurations("nginx")
    for shown, used in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/run/shop/api.sock", path),
        ("/etc/ssl/shop/fullchain.pem", certificate.certificate),
        ("/etc/ssl/shop/privkey.pem", certificate.key),
    ):
        assert shown in site
        site = site.replace(shown, used)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""  # the folder of a test is closed to others
    (folder / "nginx.conf").write_text(
        f"{user}\ndaemon off;\npid {folder}/nginx.pid;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}{site}\n}}\n"
    )
    command = (program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "errors"))
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
    front = Front(port, ssl.create_default_context(cafile=authority.certificate))
    with running(*command):
        wait_for(front.connect)
        yield front


@contextmanager
def caddy(folder: Path, path: str) -> Generator[Front]:
    program = tool("caddy", "bin")
    port = free_port()
    (text,) = configurations("caddyfile")
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    shown = folder / "Caddyfile"
    shown.write_text(text)
    checked = subprocess.run(
        [program, "validate", "--adapter", "caddyfile", "--config", str(shown)],
        env={**os.environ, **home},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert checked.returncode == 0, checked.stderr
    assert '"level":"warn"' not in checked.stderr
    # Without a certificate, which Caddy would ask the internet for.
    used = text.replace(f"{HOST} {{", f"http://{HOST}:{port} {{").replace("/run/shop/api.sock", path)
    assert used.count(str(port)) == 1
    (folder / "used").write_text("{\n\tadmin off\n\tauto_https off\n}\n" + used)
    front = Front(port, None)
    with running(program, "run", "--adapter", "caddyfile", "--config", str(folder / "used"), **home):
        wait_for(front.connect)
        yield front


@pytest.fixture(scope="module", params=[nginx, caddy], ids=["nginx", "caddy"])
def front(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    with application(folder) as path, request.param(folder, path) as proxy:
        yield proxy


def test_the_application_learns_who_its_client_is(front: Front) -> None:
    client = front.client()
    # What a client claims does not count.
    client.request("GET", "/who", headers={"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "gopher"})
    response = client.getresponse()
    seen = json.loads(response.read())
    client.close()
    assert (seen["client"], seen["scheme"], seen["host"]) == ("127.0.0.1", front.scheme, HOST)
    assert response.headers["x-request-id"] == seen["id"]
    assert len(seen["id"]) >= 32


def test_pieces_of_a_stream_come_at_once(front: Front) -> None:
    stream, other = front.client(), front.client()
    stream.request("GET", "/pieces")
    response = stream.getresponse()
    assert b"first" in response.readline()
    other.request("POST", "/seen")
    assert other.getresponse().status == 200
    assert b"second" in response.read()
    stream.close()
    other.close()


def test_websocket_messages_pass(front: Front) -> None:
    with front.connect() as client:
        client.sendall(handshake("/echo", host=f"{HOST}:{front.port}"))
        assert read_until(client, b"\r\n\r\n").startswith(b"HTTP/1.1 101 ")
        client.sendall(frame(TEXT, b"hello"))
        assert read_until(client, b"hello").endswith(b"\x81\x05hello")
        client.sendall(frame(CLOSE, b"\x03\xe8"))


def read_until(client: socket.socket, end: bytes) -> bytes:
    received = b""
    while end not in received:
        piece = client.recv(1)
        assert piece, received
        received += piece
    return received


def test_connections_to_the_server_are_used_again(front: Front) -> None:
    client = front.client()
    for _ in range(20):
        client.request("GET", "/who")
        response = client.getresponse()
        assert response.status == 200
        response.read()
    client.close()
