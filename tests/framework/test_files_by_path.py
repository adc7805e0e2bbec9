"""Servers that send files by themselves are told the path; on others the application reads the file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bolide import Bolide
from bolide.background import BackgroundTask
from bolide.responses import FileResponse

CONTENT = bytes(range(256)) * 2000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "data.bin"
    path.write_bytes(CONTENT)
    return path


def application(file: Path) -> Bolide:
    app = Bolide()

    @app.get("/file")
    async def send_file() -> FileResponse:
        return FileResponse(file)

    @app.get("/small")
    async def send_small() -> FileResponse:
        small = file.with_name("small.bin")
        small.write_bytes(b"small")
        return FileResponse(small)

    @app.get("/removed")
    async def send_removed() -> FileResponse:
        return FileResponse(file, background=BackgroundTask(file.unlink))

    return app


def sent_on_asgi(app: Bolide, path: str, headers: list[tuple[bytes, bytes]], *, by_path: bool = True) -> Any:
    """Return the messages that *app* sends, with all bodies as one."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": headers,
        "http_version": "2",
        "extensions": {"http.response.pathsend": {}} if by_path else {},
    }
    asyncio.run(app(scope, receive, send))
    start, *rest = sent
    bodies = [each for each in rest if each["type"] == "http.response.body"]
    others = [each for each in rest if each not in bodies]
    return start["status"], b"".join(each["body"] for each in bodies), others


Range = list[tuple[bytes, bytes]]
PART: Range = [(b"range", b"bytes=1000-299999")]
PARTS: Range = [(b"range", b"bytes=0-0,400000-499999")]


def test_asgi_servers_with_the_extension_get_the_path(file: Path) -> None:
    status, body, others = sent_on_asgi(application(file), "/file", [])
    assert (status, body) == (200, b"")
    assert others == [{"type": "http.response.pathsend", "path": str(file)}]


@pytest.mark.parametrize(
    ("path", "headers", "by_path", "expected"),
    [
        pytest.param("/file", [], False, (200, CONTENT), id="no extension"),
        pytest.param("/file", PART, True, (206, CONTENT[1000:300_000]), id="a part"),
        pytest.param("/small", [], True, (200, b"small"), id="read at once"),
        pytest.param("/removed", [], True, (200, CONTENT), id="something comes after it"),
    ],
)
def test_asgi_servers_get_bytes_where_the_path_says_too_little(
    file: Path, path: str, headers: Range, by_path: bool, expected: Any
) -> None:
    status, body, others = sent_on_asgi(application(file), path, headers, by_path=by_path)
    assert ((status, body), others) == (expected, [])


class RsgiProtocol:
    """Notes how the response is sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def response_file(self, status: int, headers: Any, path: str) -> None:
        self.sent = ["file", status, path]

    def response_file_range(self, status: int, headers: Any, path: str, start: int, stop: int) -> None:
        self.sent = ["file_range", status, path, start, stop]

    def response_stream(self, status: int, headers: Any) -> RsgiProtocol:
        self.sent = ["stream", status]
        return self

    async def send_bytes(self, data: bytes) -> None: ...

    async def client_disconnect(self) -> None:
        await asyncio.Event().wait()


class RsgiHeaders(dict[str, str]):
    def get_all(self, key: str) -> list[str]:
        return [self[key]] if key in self else []


def sent_on_rsgi(app: Bolide, path: str, headers: Range) -> list[Any]:
    fields = RsgiHeaders({name.decode(): value.decode() for name, value in headers})
    scope: Any = SimpleNamespace(
        proto="http",
        http_version="1.1",
        scheme="http",
        method="GET",
        path=path,
        query_string="",
        server="127.0.0.1:80",
        client="127.0.0.1:9",
        headers=fields,
    )
    protocol: Any = RsgiProtocol()

    async def main() -> None:
        await app.__rsgi__(scope, protocol)

    asyncio.run(main())
    sent: list[Any] = protocol.sent
    return sent


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param([], ("file", 200, ()), id="whole"),
        pytest.param(PART, ("file_range", 206, (1000, 300_000)), id="a part"),
    ],
)
def test_rsgi_servers_get_the_path_and_the_part(file: Path, headers: Range, expected: Any) -> None:
    kind, status, path, *part = sent_on_rsgi(application(file), "/file", headers)
    assert ((kind, status, tuple(part)), path) == (expected, str(file))


@pytest.mark.parametrize(("path", "headers"), [("/file", PARTS), ("/removed", [])])
def test_rsgi_servers_get_bytes_otherwise(file: Path, path: str, headers: Range) -> None:
    assert sent_on_rsgi(application(file), path, headers)[0] == "stream"
